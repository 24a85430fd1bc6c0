resource "dataverse_business_unit" "top" {
  for_each = { for name, unit in var.business_units : name => unit if unit.parent == null }

  name = each.key
}

resource "dataverse_business_unit" "nested" {
  for_each = { for name, unit in var.business_units : name => unit if unit.parent != null }

  name                    = each.key
  parent_business_unit_id = dataverse_business_unit.top[each.value.parent].id
}

locals {
  # A unit that is not made here is one of the environment, by name.
  unit_ids = { for name, unit in merge(dataverse_business_unit.top, dataverse_business_unit.nested) : name => unit.id }
}
