terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

resource "dataverse_business_unit" "north" {
  name = "North"
}

resource "dataverse_business_unit" "harbour" {
  name                    = "Harbour"
  parent_business_unit_id = dataverse_business_unit.north.id
}

resource "dataverse_security_role" "clerk" {
  name = "Clerk"
}

resource "dataverse_application_user" "harbour" {
  application_id   = "11111111-aaaa-4aaa-8aaa-000000000004"
  business_unit_id = dataverse_business_unit.harbour.id
  security_roles   = [dataverse_security_role.clerk.name]
}
