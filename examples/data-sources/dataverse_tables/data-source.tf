# All tables of a publisher, read by a role as far as each table allows
data "dataverse_tables" "invoicing" {
  name_prefix = "invoice"
}

resource "dataverse_security_role" "auditor" {
  name = "Invoice auditor"
}

resource "dataverse_role_privileges" "auditor" {
  role_id = dataverse_security_role.auditor.id
  tables = {
    for table in data.dataverse_tables.invoicing.tables :
    table.logical_name => { read = reverse(table.rights.read)[0] } if can(table.rights.read)
  }
}
