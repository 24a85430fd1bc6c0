output "user_id" {
  description = "Id of the user in Dataverse."
  value       = module.account.id
}

output "access_mode" {
  description = "Access mode of the account."
  value       = module.account.access_mode
}

output "role" {
  description = "Name and id of the product's role."
  value = one([
    for role in data.dataverse_security_roles.playbooks.roles :
    { name = role.name, id = role.id } if lower(role.name) == lower(var.role)
  ])
}
