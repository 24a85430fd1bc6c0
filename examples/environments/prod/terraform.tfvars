# Production: people come by groups alone, and the applications of production.

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
  }
  "Americas Sales" = {
    business_unit  = "Americas"
    description    = "Keeps the customers of the Americas."
    security_roles = ["Customer Editor"]
  }
}

group_teams = {
  Finance = {
    entra_group_id = "44444444-dddd-4ddd-8ddd-000000000001"
    security_roles = ["Customer Reader"]
  }
  Operations = {
    business_unit  = "EMEA Retail"
    entra_group_id = "44444444-dddd-4ddd-8ddd-000000000002"
    security_roles = ["Customer Reader", "Basic User"]
  }
}

application_users = {
  invoicing = {
    application_id = "11111111-aaaa-4aaa-8aaa-000000000006"
    security_roles = ["Invoice Integration"]
  }
  warehouse = {
    application_id = "11111111-aaaa-4aaa-8aaa-000000000009"
    business_unit  = "EMEA"
    security_roles = ["Customer Reader"]
  }
}
