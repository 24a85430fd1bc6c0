locals {
  read_customers = {
    account = provider::dataverse::access("organization", ["read", "append_to"])
    contact = provider::dataverse::access("organization", ["read", "append_to"])
  }
  keep_contacts = {
    contact = provider::dataverse::access("business_unit", ["create", "read", "write"])
  }
}

resource "dataverse_security_role" "contacts" {
  name = "Contacts"
}

# contact: append_to and read at organization, create and write at business_unit
resource "dataverse_role_privileges" "contacts" {
  role_id = dataverse_security_role.contacts.id
  tables  = provider::dataverse::merge_tables(local.read_customers, local.keep_contacts)
}
