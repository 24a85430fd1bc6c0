locals {
  # A file that `pac solution unpack` wrote; the customizations.xml of a solution will do as well.
  exported = provider::dataverse::role_from_solution_xml(file("${path.module}/Field Service.xml"))
}

resource "dataverse_security_role" "exported" {
  name = local.exported.name
}

resource "dataverse_role_privileges" "exported" {
  role_id    = dataverse_security_role.exported.id
  tables     = local.exported.tables
  privileges = local.exported.privileges
}
