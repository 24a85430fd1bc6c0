# user/<user id>/<role name or id>
terraform import dataverse_role_assignment.admin_sells "user/9b3c5d7e-1f20-4a68-b4d1-6e8a0c2f4b57/Salesperson"
