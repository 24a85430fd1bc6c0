data "dataverse_application_users" "all" {}

output "roles_of_each_application" {
  value = {
    for user in data.dataverse_application_users.all.users : user.application_id => user.security_roles
  }
}
