# Test: as production, with the groups and applications of the test landscape.

business_units = {
  EMEA          = {}
  "EMEA Retail" = { parent = "EMEA" }
  Americas      = {}
}

teams = {
  "EMEA Sales" = {
    business_unit  = "EMEA"
    description    = "Keeps the customers of EMEA."
    security_roles = ["Customer Editor"]
    members        = ["admin@contoso.onmicrosoft.com"]
  }
  "Americas Sales" = {
    business_unit  = "Americas"
    description    = "Keeps the customers of the Americas."
    security_roles = ["Customer Editor"]
  }
}

group_teams = {
  Testers = {
    entra_group_id = "44444444-dddd-4ddd-8ddd-000000000002"
    security_roles = ["Customer Reader", "Basic User"]
  }
}

application_users = {
  invoicing = {
    application_id = "11111111-aaaa-4aaa-8aaa-000000000005"
    security_roles = ["Invoice Integration"]
  }
}
