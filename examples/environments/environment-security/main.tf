# Who holds the roles: teams, groups of Entra, applications.

data "dataverse_system_user" "member" {
  for_each = toset(flatten([for team in var.teams : tolist(team.members)]))

  domain_name = each.key
}

resource "dataverse_team" "this" {
  for_each = var.teams

  name             = each.key
  description      = each.value.description
  business_unit_id = each.value.business_unit == null ? null : lookup(local.unit_ids, each.value.business_unit, each.value.business_unit)
  security_roles   = each.value.security_roles
  members          = [for person in each.value.members : data.dataverse_system_user.member[person].id]

  # Roles go by name, also those that are made here.
  depends_on = [dataverse_role_privileges.this]
}

resource "dataverse_team" "group" {
  for_each = var.group_teams

  name             = each.key
  team_type        = "entra_security_group"
  entra_group_id   = each.value.entra_group_id
  business_unit_id = each.value.business_unit == null ? null : lookup(local.unit_ids, each.value.business_unit, each.value.business_unit)
  security_roles   = each.value.security_roles

  depends_on = [dataverse_role_privileges.this]
}

resource "dataverse_application_user" "this" {
  for_each = var.application_users

  application_id   = each.value.application_id
  business_unit_id = each.value.business_unit == null ? null : lookup(local.unit_ids, each.value.business_unit, each.value.business_unit)
  security_roles   = each.value.security_roles

  depends_on = [dataverse_role_privileges.this]
}
