terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

variable "client_secret" {
  type        = string
  sensitive   = true
  description = "Secret of the deploying application. In CI, set ARM_CLIENT_SECRET instead."
}

provider "dataverse" {
  environment_url = "https://contoso.crm.dynamics.com"
  tenant_id       = "contoso.onmicrosoft.com"
  client_id       = "11111111-aaaa-4aaa-8aaa-000000000001"
  client_secret   = var.client_secret
}
