output "id" {
  description = "Id of the user in Dataverse."
  value       = dataverse_system_user.this.id
}

output "full_name" {
  description = "Name of the user as shown."
  value       = dataverse_system_user.this.full_name
}

output "access_mode" {
  description = "Access mode: \"non_interactive\", or \"read_write\" while the account is interactive."
  value       = dataverse_system_user.this.access_mode
}
