# Table, id of the row, id of the user or team
terraform import dataverse_record_share.account account/2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24/8a4f3b1e-52c7-4d0b-9f6e-1b7a2c3d4e5f

# For a row that only its owner reaches, the id of the owner after that
terraform import dataverse_record_share.pipeline userquery/7c1d9e2f-0b3a-4e5d-8c6f-9a8b7c6d5e4f/8a4f3b1e-52c7-4d0b-9f6e-1b7a2c3d4e5f/3e2d1c0b-9a8f-4e7d-8c6b-5a4f3e2d1c0b
