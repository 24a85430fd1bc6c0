# <team id>/<user id>
terraform import dataverse_team_membership.adele_sells "3a7d1c58-90b4-4e2f-8c6a-2f5b7e9d0143/9b3c5d7e-1f20-4a68-b4d1-6e8a0c2f4b57"
