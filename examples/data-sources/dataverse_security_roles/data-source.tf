# Roles that were made here, and not brought by a managed solution
data "dataverse_security_roles" "own" {
  is_managed = false
}

output "own_roles" {
  value = data.dataverse_security_roles.own.roles[*].name
}
