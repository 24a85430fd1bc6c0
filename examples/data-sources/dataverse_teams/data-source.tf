data "dataverse_business_unit" "root" {}

# The owner teams of one business unit
data "dataverse_teams" "owners" {
  business_unit_id = data.dataverse_business_unit.root.id
  team_type        = "owner"
}

output "owner_teams" {
  value = { for team in data.dataverse_teams.owners.teams : team.name => team.id }
}
