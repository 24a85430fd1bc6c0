# user/<user id>/<role name or id>
terraform import dataverse_role_assignment.admin_sells "user/9b3c5d7e-1f20-4a68-b4d1-6e8a0c2f4b57/Salesperson"

# team/<team id>/<role name or id>
terraform import dataverse_role_assignment.team_sells "team/3a7d1c58-90b4-4e2f-8c6a-2f5b7e9d0143/Salesperson"

# The copy of the role in another business unit: .../<business unit name or id>
terraform import dataverse_role_assignment.admin_sells "user/9b3c5d7e-1f20-4a68-b4d1-6e8a0c2f4b57/Salesperson/EMEA"
