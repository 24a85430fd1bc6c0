terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

variable "certificate_password" {
  description = "Password of the PFX file."
  type        = string
  sensitive   = true
}

provider "dataverse" {
  environment_url             = "https://contoso.crm.dynamics.com"
  tenant_id                   = "contoso.onmicrosoft.com"
  client_id                   = "11111111-aaaa-4aaa-8aaa-000000000001"
  client_certificate_path     = "deployment.pfx"
  client_certificate_password = var.certificate_password
}
