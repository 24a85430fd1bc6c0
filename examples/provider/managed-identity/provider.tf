terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

provider "dataverse" {
  environment_url = "https://contoso.crm.dynamics.com"
  use_msi         = true
  client_id       = "11111111-aaaa-4aaa-8aaa-000000000001" # of a user-assigned identity
}
