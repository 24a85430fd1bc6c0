# Development: one region is enough, and those who develop may customise.

business_units = {
  EMEA          = {}
  "EMEA Retail" = { parent = "EMEA" }
}

teams = {
  "EMEA Sales" = {
    business_unit  = "EMEA"
    description    = "Keeps the customers of EMEA."
    security_roles = ["Customer Editor"]
    members        = ["admin@contoso.onmicrosoft.com"]
  }
}

group_teams = {
  Developers = {
    entra_group_id = "44444444-dddd-4ddd-8ddd-000000000001"
    security_roles = ["System Customizer", "Basic User"]
  }
}

application_users = {
  invoicing = {
    application_id = "11111111-aaaa-4aaa-8aaa-000000000004"
    security_roles = ["Invoice Integration"]
  }
}
