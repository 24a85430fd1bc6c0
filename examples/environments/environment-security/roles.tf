# The roles are the same in every environment: what differs is who holds them.

locals {
  customers = {
    account = provider::dataverse::access("organization", ["read", "append_to"])
    contact = provider::dataverse::access("organization", ["read", "append_to"])
  }

  roles = {
    "Customer Reader" = {
      description = "Sees all customers, to work with them elsewhere."
      tables      = local.customers
      privileges  = {}
    }
    "Customer Editor" = {
      description = "Keeps the customers of the own unit and those below."
      tables = provider::dataverse::merge_tables(local.customers, {
        account = provider::dataverse::access("parent_child_business_unit", ["create", "write", "append", "assign", "share"])
        contact = provider::dataverse::access("parent_child_business_unit", ["create", "write", "append", "assign", "share"])
      })
      privileges = { prvExportToExcel = "organization" }
    }
    "Invoice Integration" = {
      description = "Reads customers and writes invoices."
      tables = provider::dataverse::merge_tables(local.customers, {
        invoice             = provider::dataverse::access("organization", ["create", "read", "write", "append"])
        transactioncurrency = { read = "organization" }
      })
      privileges = {}
    }
  }
}

resource "dataverse_security_role" "this" {
  for_each = local.roles

  name        = each.key
  description = each.value.description
}

resource "dataverse_role_privileges" "this" {
  for_each = local.roles

  role_id    = dataverse_security_role.this[each.key].id
  tables     = each.value.tables
  privileges = each.value.privileges
}
