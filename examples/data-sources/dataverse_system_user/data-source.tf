data "dataverse_system_user" "admin" {
  domain_name = "admin@contoso.onmicrosoft.com"
}

output "roles_of_the_administrator" {
  value = data.dataverse_system_user.admin.security_roles
}
