data "dataverse_security_role" "salesperson" {
  name = "Salesperson"
}

# The copy of the role in one business unit
data "dataverse_security_role" "salesperson_contoso" {
  name             = "Salesperson"
  business_unit_id = "contoso"
}

output "salesperson" {
  value = data.dataverse_security_role.salesperson.id
}
