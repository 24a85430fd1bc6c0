# By name
terraform import dataverse_team.approvers Approvers

# By id, where several teams have the name
terraform import dataverse_team.approvers 3a7d1c58-90b4-4e2f-8c6a-2f5b7e9d0143
