list "dataverse_business_unit" "all" {
  provider = dataverse
  limit    = 1000

  include_resource = true
}
