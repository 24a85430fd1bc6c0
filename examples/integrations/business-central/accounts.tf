# The administrator: a person of the environment who is promoted. What the person holds besides stays.

locals {
  administrator_is_object_id = !strcontains(var.administrator, "@")

  administrator_roles = merge(
    {
      "System Customizer"                        = "System Customizer"
      (local.roles["integration_administrator"]) = dataverse_security_role.this["integration_administrator"].name
    },
    {
      for role in var.administrator_roles : role => role
      if !contains(["system customizer", lower(local.roles["integration_administrator"])], lower(role))
    },
  )
}

data "dataverse_system_user" "administrator" {
  domain_name     = local.administrator_is_object_id ? null : var.administrator
  entra_object_id = local.administrator_is_object_id ? var.administrator : null

  lifecycle {
    postcondition {
      condition     = !contains([lower(self.domain_name), lower(self.entra_object_id)], lower(var.integration_account))
      error_message = "The integration account ${var.integration_account} is the administrator. Business Central needs an account of its own for the integration: name another person's account."
    }
  }
}

resource "dataverse_role_assignment" "administrator" {
  for_each = local.administrator_roles

  user_id = data.dataverse_system_user.administrator.id
  role    = each.value
}

# The integration account: enabled and with its role at first, then non-interactive. One that is a user is taken over.
module "integration_account" {
  source = "../non-interactive-account"

  user           = var.integration_account
  security_roles = concat([dataverse_security_role.this["integration_user"].name], var.integration_account_roles)
  interactive    = var.integration_account_interactive
  provisioning   = var.provisioning

  # After the administrator, whose check may have to wait for the apply: nothing may take the administrator's account over.
  depends_on = [dataverse_role_privileges.this, data.dataverse_system_user.administrator]
}
