list "dataverse_team" "of_groups" {
  provider = dataverse

  include_resource = true

  config {
    team_type = "entra_security_group"
  }
}
