terraform {
  required_version = ">= 1.10" # ephemeral resources

  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}
