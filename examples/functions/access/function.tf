resource "dataverse_security_role" "invoicing" {
  name = "Invoicing"
}

resource "dataverse_role_privileges" "invoicing" {
  role_id = dataverse_security_role.invoicing.id

  tables = {
    account = provider::dataverse::access("organization", ["read", "append_to"])
    invoice = merge(
      provider::dataverse::access("business_unit", ["create", "write", "append"]),
      { read = "organization" },
    )
  }
}
