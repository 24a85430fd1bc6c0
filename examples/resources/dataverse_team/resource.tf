data "dataverse_system_user" "adele" {
  domain_name = "adelev@contoso.onmicrosoft.com"
}

# A team whose members are listed here
resource "dataverse_team" "approvers" {
  name           = "Approvers"
  description    = "Approve quotes"
  security_roles = ["Basic User", "Salesperson"]
  members        = [data.dataverse_system_user.adele.id]
}

# A team whose members are those of a security group in Entra
resource "dataverse_team" "finance" {
  name           = "Finance"
  team_type      = "entra_security_group"
  entra_group_id = "44444444-dddd-4ddd-8ddd-000000000001"
  security_roles = ["Basic User"]
}
