# By name
terraform import dataverse_column_security_profile.payroll "Payroll"

# By id
terraform import dataverse_column_security_profile.payroll 4b7e2d90-1c3f-4a68-9e25-7d0f8a6b5c41
