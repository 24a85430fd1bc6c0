terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

provider "dataverse" {
  environment_url           = "https://contoso.crm.dynamics.com"
  use_aks_workload_identity = true
}
