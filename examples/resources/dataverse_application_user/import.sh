# By the application (client) id
terraform import dataverse_application_user.invoicing 11111111-aaaa-4aaa-8aaa-000000000004

# By the user id
terraform import dataverse_application_user.invoicing 7c1f9d3e-4a52-4b86-8e0d-5f2a6c9b1e38
