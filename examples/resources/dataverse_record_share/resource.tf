data "dataverse_system_user" "owner" {
  domain_name = "admin@contoso.onmicrosoft.com"
}

data "dataverse_system_user" "colleague" {
  domain_name = "adelev@contoso.onmicrosoft.com"
}

resource "dataverse_record_share" "account" {
  table         = "account"
  record_id     = "2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24"
  user_id       = data.dataverse_system_user.colleague.id
  access_rights = ["read", "write", "append_to"]
}

# A personal view is found and shared on behalf of its owner.
data "dataverse_personal_view" "pipeline" {
  owner_id = data.dataverse_system_user.owner.id
  name     = "My pipeline"
}

resource "dataverse_record_share" "pipeline" {
  table         = "userquery"
  record_id     = data.dataverse_personal_view.pipeline.id
  user_id       = data.dataverse_system_user.colleague.id
  access_rights = ["read"]
  acting_as     = data.dataverse_system_user.owner.id
}
