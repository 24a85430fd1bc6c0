resource "dataverse_security_role" "invoicing" {
  name        = "Invoicing"
  description = "Reads orders and writes their invoices."
  applies_to  = "The invoicing service"
}
