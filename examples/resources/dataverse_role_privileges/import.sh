# By the name of the role
terraform import dataverse_role_privileges.invoicing "Invoicing"

# By the id of the role
terraform import dataverse_role_privileges.invoicing 2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24
