resource "dataverse_security_role" "invoicing" {
  name = "Invoicing"
}

resource "dataverse_role_privileges" "invoicing" {
  role_id = dataverse_security_role.invoicing.id

  tables = {
    account    = { read = "organization", append_to = "organization" }
    salesorder = { read = "organization", append_to = "organization" }
    invoice = {
      create = "business_unit"
      read   = "organization"
      write  = "business_unit"
      append = "business_unit"
    }
  }

  privileges = {
    prvExportToExcel = "organization"
  }
}
