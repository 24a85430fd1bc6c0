# By name
terraform import dataverse_security_role.invoicing "Invoicing"

# By id
terraform import dataverse_security_role.invoicing 2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24
