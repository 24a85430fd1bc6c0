# What Demandbase needs in Dataverse: a security role, and two users that hold it.

resource "dataverse_security_role" "demandbase" {
  name                         = "Demandbase Integration"
  description                  = "What the Demandbase integration may do."
  member_privilege_inheritance = "direct_user_and_team"
}

# All privileges of the role, in the order of the role editor.
resource "dataverse_role_privileges" "demandbase" {
  role_id = dataverse_security_role.demandbase.id

  tables = {
    # Core Records
    account                 = provider::dataverse::access("organization", ["read", "write"])
    activitypointer         = provider::dataverse::access("organization", ["create", "read", "write", "delete", "append"])
    contact                 = provider::dataverse::access("organization", ["create", "read", "write", "append", "append_to"])
    lead                    = provider::dataverse::access("organization", ["create", "read", "write", "append", "append_to"])
    opportunity             = provider::dataverse::access("organization", ["read", "write"])
    customeropportunityrole = { read = "organization" }
    queue                   = { read = "organization" }
    userquery               = { read = "user" } # a saved view is its owner's: the privilege has no other level

    # Marketing
    campaign = provider::dataverse::access("organization", ["read", "write", "append", "append_to"])
    list     = { read = "organization" }

    # Business Management
    transactioncurrency = { read = "organization" }
    systemuser          = provider::dataverse::access("organization", ["create", "read", "write", "append"])
    usersettings        = { read = "organization" }

    # Customization
    attributemap   = { read = "organization" }
    entity         = { read = "organization" }
    entitymap      = { read = "organization" }
    attribute      = provider::dataverse::access("organization", ["create", "read", "write"])
    workflow       = { read = "organization" }
    relationship   = { read = "organization" }
    asyncoperation = { read = "organization" }
    savedquery     = { read = "organization" }
  }

  # Business Management, miscellaneous
  privileges = {
    prvBulkEdit = "organization"
  }
}

resource "dataverse_application_user" "demandbase" {
  application_id   = var.application_id
  business_unit_id = var.business_unit
  security_roles   = [dataverse_security_role.demandbase.name]
}

locals {
  is_object_id = can(regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", var.integration_user))
}

# Dataverse makes the user of a person by itself; from here on its roles are what this says.
resource "dataverse_system_user" "demandbase" {
  entra_object_id  = local.is_object_id ? var.integration_user : null
  domain_name      = local.is_object_id ? null : var.integration_user
  business_unit_id = var.business_unit
  access_mode      = var.access_mode
  enabled          = true
  security_roles   = [dataverse_security_role.demandbase.name]
}

# A personal view is its owner's: it is found and shared on behalf of the owner. Views of the system need no share.
locals {
  shared_views = { for view in var.shared_views : "${view.owner}: ${view.table}: ${view.name}" => view }
}

data "dataverse_system_user" "owner" {
  for_each = toset([for view in var.shared_views : view.owner])

  domain_name = each.key
}

data "dataverse_personal_view" "shared" {
  for_each = local.shared_views

  owner_id = data.dataverse_system_user.owner[each.value.owner].id
  table    = each.value.table
  name     = each.value.name
}

resource "dataverse_record_share" "view" {
  for_each = local.shared_views

  table         = "userquery"
  record_id     = data.dataverse_personal_view.shared[each.key].id
  user_id       = dataverse_system_user.demandbase.id
  access_rights = ["read"]
  acting_as     = data.dataverse_system_user.owner[each.value.owner].id

  # Dataverse may refuse to share a view with a user whose roles do not let it read views yet.
  depends_on = [dataverse_role_privileges.demandbase]
}
