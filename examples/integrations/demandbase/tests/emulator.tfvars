application_id   = "11111111-aaaa-4aaa-8aaa-000000000101"
integration_user = "demandbase@contoso.onmicrosoft.com"
business_unit    = "contoso"

shared_views = [
  { owner = "adelev@contoso.onmicrosoft.com", table = "account", name = "Target accounts" },
  { owner = "adelev@contoso.onmicrosoft.com", table = "lead", name = "Fresh leads" },
  { owner = "alexw@contoso.onmicrosoft.com", table = "contact", name = "Buying committee" },
]
