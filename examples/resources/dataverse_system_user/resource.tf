resource "dataverse_system_user" "adele" {
  domain_name    = "adelev@contoso.onmicrosoft.com"
  title          = "Account manager"
  enabled        = true
  security_roles = ["Basic User", "Salesperson"]

  timeouts {
    create = "5m" # how long to wait until Dataverse has the user
  }
}
