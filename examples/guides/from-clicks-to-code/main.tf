terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

variable "application_id" {
  description = "Client id of the integration's application in Entra."
  type        = string
  default     = "11111111-aaaa-4aaa-8aaa-000000000004"
}

locals {
  read   = provider::dataverse::access("organization", ["read"])
  edit   = provider::dataverse::access("organization", ["create", "read", "write"])
  attach = provider::dataverse::access("organization", ["append", "append_to"])
}

resource "dataverse_security_role" "invoicing" {
  name        = "Invoicing Integration"
  description = "Minimum permissions of the invoicing product."
}

resource "dataverse_role_privileges" "invoicing" {
  role_id = dataverse_security_role.invoicing.id

  tables = {
    account = merge(local.edit, local.attach)
    contact = merge(local.edit, local.attach)
    invoice = local.read
  }
}

resource "dataverse_application_user" "invoicing" {
  application_id = var.application_id
  security_roles = [dataverse_security_role.invoicing.name]
}
