# Dynamics 365 Business Central to Sales: the three roles with the minimum permissions of the chosen product version.

locals {
  roles = {
    integration_administrator = "Dynamics 365 Business Central Integration Administrator"
    integration_user          = "Dynamics 365 Business Central Integration User"
    product_availability_user = "Dynamics 365 Business Central Product Availability User"
  }

  # The printed list, row by row.
  permissions = [
    for row in csvdecode(file("${path.module}/permissions.csv")) : row if row.version == var.product_version
  ]
}

resource "dataverse_security_role" "this" {
  for_each = local.roles

  name        = each.value
  description = "Minimum permissions that the documentation of Business Central lists for this role."
}

resource "dataverse_role_privileges" "this" {
  for_each = local.roles

  role_id = dataverse_security_role.this[each.key].id

  tables = {
    for row in local.permissions : row.table => provider::dataverse::access(row.level, split(" ", row.rights))
    if row.role == each.value && row.table != ""
  }

  privileges = {
    for row in local.permissions : row.privileges => row.level
    if row.role == each.value && row.table == ""
  }
}
