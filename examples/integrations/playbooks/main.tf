# The service user of Playbooks: a non-interactive account that holds the role of the product's own solution.

data "dataverse_security_roles" "playbooks" {
  name_prefix = var.role

  lifecycle {
    postcondition {
      condition     = contains([for role in self.roles : lower(role.name)], lower(var.role))
      error_message = "There is no role \"${var.role}\" in the environment. The Playbooks solution brings it: install the solution first, or name the role in the variable \"role\" if your version calls it otherwise."
    }
  }
}

module "account" {
  source = "../non-interactive-account"

  user           = var.user
  email          = var.email
  business_unit  = var.business_unit
  security_roles = concat([one([for role in data.dataverse_security_roles.playbooks.roles : role.name if lower(role.name) == lower(var.role)])], var.further_roles)
  interactive    = var.interactive
  provisioning   = var.provisioning
}
