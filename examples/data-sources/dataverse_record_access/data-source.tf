data "dataverse_system_user" "admin" {
  domain_name = "admin@contoso.onmicrosoft.com"
}

data "dataverse_record_access" "account" {
  table     = "account"
  record_id = "2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24"
  user_id   = data.dataverse_system_user.admin.id
}

check "the_administrator_may_write" {
  assert {
    condition     = contains(data.dataverse_record_access.account.access_rights, "write")
    error_message = "The administrator may not write: ${data.dataverse_record_access.account.origin}"
  }
}
