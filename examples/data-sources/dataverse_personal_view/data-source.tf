data "dataverse_system_user" "owner" {
  domain_name = "admin@contoso.onmicrosoft.com"
}

data "dataverse_personal_view" "pipeline" {
  owner_id = data.dataverse_system_user.owner.id
  name     = "My pipeline"
}

output "query" {
  value = data.dataverse_personal_view.pipeline.fetch_xml
}
