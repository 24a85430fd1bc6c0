# Added to a role that a solution brought; its other privileges stay as they are.
resource "dataverse_role_privilege" "read_invoices" {
  role_id = "Basic User"
  table   = "invoice"
  right   = "read"
  level   = "business_unit"
}

# A privilege that belongs to no table
resource "dataverse_role_privilege" "export" {
  role_id   = "Basic User"
  privilege = "prvExportToExcel"
  level     = "organization"
}
