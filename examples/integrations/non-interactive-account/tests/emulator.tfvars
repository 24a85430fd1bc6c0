user           = "crm-service@contoso.onmicrosoft.com"
security_roles = ["Basic User"]
