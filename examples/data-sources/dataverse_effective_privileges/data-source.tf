data "dataverse_system_user" "adele" {
  domain_name = "adelev@contoso.onmicrosoft.com"
}

data "dataverse_effective_privileges" "adele" {
  user_id     = data.dataverse_system_user.adele.id
  table_names = ["account", "contact"]
}

check "adele_deletes_nothing" {
  assert {
    condition = alltrue([
      for rights in values(data.dataverse_effective_privileges.adele.tables) : !contains(keys(rights), "delete")
    ])
    error_message = "Adele may delete: ${jsonencode(data.dataverse_effective_privileges.adele.paths)}"
  }
}
