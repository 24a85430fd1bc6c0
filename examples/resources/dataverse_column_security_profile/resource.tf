data "dataverse_system_user" "admin" {
  domain_name = "admin@contoso.onmicrosoft.com"
}

resource "dataverse_column_security_profile" "payroll" {
  name        = "Payroll"
  description = "Reads salaries, keeps bank accounts"

  permissions = {
    "contact.new_salary"      = { read = true }
    "contact.new_bankaccount" = { read = true, create = true, update = true }
  }

  users = [data.dataverse_system_user.admin.id]
}
