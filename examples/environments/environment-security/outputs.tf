output "business_unit_ids" {
  description = "Ids of the business units by name. They differ between environments."
  value       = local.unit_ids
}

output "role_ids" {
  description = "Ids of the roles by name. They differ between environments."
  value       = { for name, role in dataverse_security_role.this : name => role.id }
}

output "team_ids" {
  description = "Ids of all teams by name. They differ between environments."
  value       = { for name, team in merge(dataverse_team.this, dataverse_team.group) : name => team.id }
}

output "application_user_ids" {
  description = "User ids of the applications by the names chosen here."
  value       = { for name, user in dataverse_application_user.this : name => user.id }
}
