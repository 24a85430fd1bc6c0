terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

provider "dataverse" {
  environment_url                    = "https://contoso.crm.dynamics.com"
  tenant_id                          = "contoso.onmicrosoft.com"
  client_id                          = "11111111-aaaa-4aaa-8aaa-000000000001"
  use_oidc                           = true
  ado_pipeline_service_connection_id = "7c5c1f8e-5a0b-4f6e-9a53-0e6a8a0c2d11"
}
