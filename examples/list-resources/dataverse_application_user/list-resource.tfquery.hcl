list "dataverse_application_user" "integrations" {
  provider = dataverse

  include_resource = true

  config {
    name_contains = "integration"
  }
}
