# The same in every environment: what differs is in terraform.tfvars.

terraform {
  required_version = ">= 1.8"

  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

# Credentials come from the environment, and so does the URL unless terraform.tfvars has it.
provider "dataverse" {
  environment_url = var.environment_url
}

module "security" {
  source = "../environment-security"

  business_units    = var.business_units
  teams             = var.teams
  group_teams       = var.group_teams
  application_users = var.application_users
}

output "security" {
  description = "Ids of what was made, by name."
  value       = module.security
}
