resource "dataverse_business_unit" "emea" {
  name        = "EMEA"
  description = "Europe, Middle East and Africa"
}

resource "dataverse_business_unit" "dach" {
  name                    = "DACH"
  parent_business_unit_id = dataverse_business_unit.emea.id
  cost_center             = "4711"
  address_city            = "Zurich"
  address_country         = "Switzerland"
}

# A role that can be given to users of EMEA and of all units below.
resource "dataverse_security_role" "auditor" {
  name             = "EMEA Auditor"
  business_unit_id = dataverse_business_unit.emea.id
}
