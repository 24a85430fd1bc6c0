output "roles" {
  description = "Names of the three roles."
  value       = { for key, role in dataverse_security_role.this : key => role.name }
}

output "administrator_id" {
  description = "User id of the administrator."
  value       = data.dataverse_system_user.administrator.id
}

output "integration_account" {
  description = "User id and access mode of the integration account."
  value       = { id = module.integration_account.id, access_mode = module.integration_account.access_mode }
}

output "salespeople" {
  description = "User ids of the salespeople by user name."
  value       = { for user, person in dataverse_system_user.salesperson : user => person.id }
}

output "product_availability_team_id" {
  description = "Id of the team that sees the availability of products."
  value       = dataverse_team.product_availability.id
}
