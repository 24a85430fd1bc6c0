terraform {
  required_version = ">= 1.8"

  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}
