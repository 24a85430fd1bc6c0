moved {
  from = powerplatform_application_user.integration
  to   = dataverse_application_user.integration
}

resource "dataverse_application_user" "integration" {
  application_id = "11111111-aaaa-4aaa-8aaa-000000000004"
}
