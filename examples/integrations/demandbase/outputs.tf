output "role" {
  description = "Name and id of the security role."
  value = {
    name = dataverse_security_role.demandbase.name
    id   = dataverse_security_role.demandbase.id
  }
}

output "application_user_id" {
  description = "User id of the application."
  value       = dataverse_application_user.demandbase.id
}

output "integration_user_id" {
  description = "User id of the person."
  value       = dataverse_system_user.demandbase.id
}

output "shared_views" {
  description = "Ids of the views that are shared with the integration user."
  value       = { for key, share in dataverse_record_share.view : key => share.record_id }
}
