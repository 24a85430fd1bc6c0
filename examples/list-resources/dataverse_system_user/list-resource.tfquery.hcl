list "dataverse_system_user" "sales" {
  provider = dataverse

  config {
    business_unit_id = "Sales"
    enabled          = true
  }
}
