# By name
terraform import dataverse_business_unit.emea EMEA

# By id, where several units have the name
terraform import dataverse_business_unit.emea 7c1e0b52-3f4d-4a86-9d20-5b6f8e1a2c37
