resource "dataverse_security_role" "invoicing" {
  name = "Invoicing"
}

resource "dataverse_application_user" "invoicing" {
  application_id = "11111111-aaaa-4aaa-8aaa-000000000004"
  security_roles = ["Basic User", dataverse_security_role.invoicing.name]
}
