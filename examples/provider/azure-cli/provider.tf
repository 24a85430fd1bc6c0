terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

provider "dataverse" {
  environment_url = "https://contoso.crm.dynamics.com"
}
