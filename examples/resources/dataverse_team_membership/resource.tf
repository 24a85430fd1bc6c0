data "dataverse_system_user" "adele" {
  domain_name = "adelev@contoso.onmicrosoft.com"
}

resource "dataverse_team" "sales" {
  name = "Sales EMEA"
}

resource "dataverse_team_membership" "adele_sells" {
  team_id = dataverse_team.sales.id
  user_id = data.dataverse_system_user.adele.id
}
