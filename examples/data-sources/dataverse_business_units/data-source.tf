# All business units
data "dataverse_business_units" "all" {}

# Those below one unit, at any depth
data "dataverse_business_units" "below" {
  below = "contoso"
}

output "units_by_name" {
  value = { for unit in data.dataverse_business_units.all.business_units : unit.name => unit.id }
}
