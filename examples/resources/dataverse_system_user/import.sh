# By user principal name
terraform import dataverse_system_user.adele adelev@contoso.onmicrosoft.com

# By user id or Entra object id
terraform import dataverse_system_user.adele 22222222-bbbb-4bbb-8bbb-000000000002
