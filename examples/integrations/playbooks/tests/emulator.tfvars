user  = "playbooks@contoso.onmicrosoft.com"
email = "playbooks@contoso.com"
