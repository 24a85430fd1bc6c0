# The default team of the unit "contoso" bears its name
data "dataverse_team" "contoso" {
  name = "contoso"
}

output "roles_of_everybody" {
  value = data.dataverse_team.contoso.security_roles
}
