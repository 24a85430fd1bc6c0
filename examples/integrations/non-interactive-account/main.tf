# An account for a program: a person of Entra whose user in Dataverse is non-interactive, and so needs no licence.

locals {
  is_object_id = !strcontains(var.user, "@")
}

resource "dataverse_system_user" "this" {
  entra_object_id = local.is_object_id ? var.user : null
  domain_name     = local.is_object_id ? null : var.user

  provisioning     = var.provisioning
  business_unit_id = var.business_unit
  email            = var.email
  enabled          = true
  access_mode      = var.interactive ? "read_write" : "non_interactive"
  security_roles   = var.security_roles
  on_destroy       = var.on_destroy
}
