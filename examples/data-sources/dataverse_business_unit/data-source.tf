# The root unit
data "dataverse_business_unit" "root" {}

# One by name
data "dataverse_business_unit" "contoso" {
  name = "contoso"
}

output "units_below" {
  value = data.dataverse_business_unit.contoso.child_business_unit_ids
}
