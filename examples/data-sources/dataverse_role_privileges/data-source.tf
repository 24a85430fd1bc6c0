data "dataverse_role_privileges" "template" {
  role_id = "System Customizer"
}

resource "dataverse_security_role" "copy" {
  name = "Customizer of our own"
}

# An exact copy, with what every new role has by itself
resource "dataverse_role_privileges" "copy" {
  role_id                    = dataverse_security_role.copy.id
  tables                     = data.dataverse_role_privileges.template.tables
  privileges                 = data.dataverse_role_privileges.template.privileges
  include_default_privileges = false
}
