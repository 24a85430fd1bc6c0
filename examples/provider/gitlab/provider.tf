terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

provider "dataverse" {
  environment_url      = "https://contoso.crm.dynamics.com"
  tenant_id            = "contoso.onmicrosoft.com"
  client_id            = "11111111-aaaa-4aaa-8aaa-000000000001"
  use_oidc             = true
  oidc_token_file_path = "gitlab.jwt"
}
