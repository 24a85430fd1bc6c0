# By name of the role and of the privilege
terraform import dataverse_role_privilege.export "Basic User/prvExportToExcel"

# By id of the role and name of the privilege
terraform import dataverse_role_privilege.read_invoices 2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24/prvReadInvoice
