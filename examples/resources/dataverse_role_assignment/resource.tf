data "dataverse_system_user" "admin" {
  domain_name = "admin@contoso.onmicrosoft.com"
}

resource "dataverse_role_assignment" "admin_sells" {
  user_id = data.dataverse_system_user.admin.id
  role    = "Salesperson"
}

resource "dataverse_team" "sales" {
  name = "Sales"
}

resource "dataverse_role_assignment" "team_sells" {
  team_id = dataverse_team.sales.id
  role    = "Salesperson"
}
