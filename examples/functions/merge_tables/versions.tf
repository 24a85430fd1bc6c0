terraform {
  required_version = ">= 1.8" # provider functions

  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}
