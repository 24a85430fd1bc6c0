terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

variable "role_name" {
  description = "Name of the role."
  type        = string
  default     = "Reader of Accounts"
}

resource "dataverse_security_role" "reader" {
  name = var.role_name
}

resource "dataverse_role_privileges" "reader" {
  role_id = dataverse_security_role.reader.id
  tables  = { account = provider::dataverse::access("organization", ["read"]) }
}

output "role_id" {
  description = "Id of the role."
  value       = dataverse_security_role.reader.id
}
