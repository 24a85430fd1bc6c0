data "dataverse_system_users" "administrators" {
  security_role = "System Administrator"
  enabled       = true
}

check "few_administrators" {
  assert {
    condition     = length(data.dataverse_system_users.administrators.users) <= 3
    error_message = "Too many administrators: ${join(", ", data.dataverse_system_users.administrators.users[*].full_name)}"
  }
}
