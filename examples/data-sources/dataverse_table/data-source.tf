data "dataverse_table" "account" {
  logical_name = "account"
}

output "levels_of_reading_accounts" {
  value = data.dataverse_table.account.rights["read"]
}
