# The salespeople: the rows of a file in the form of the Microsoft 365 admin center.

locals {
  # Lines that a CSV reader sees: it passes over empty ones. The first has the columns.
  text  = replace(trimprefix(var.salespeople, "\ufeff"), "\r\n", "\n")
  lines = [for index, line in split("\n", local.text) : index + 1 if line != ""]

  # Columns are known by their letters: "User name", "Username" and "User principal name" are one.
  cells = [
    for row in length(local.lines) > 1 ? csvdecode(local.text) : [] :
    { for column, cell in row : lower(replace(column, " ", "")) => lower(trimspace(cell)) }
  ]
  rows = [
    for index, row in local.cells :
    { line = local.lines[index + 1], user = try(row["username"], row["userprincipalname"], "") }
  ]
  lines_by_user = { for row in local.rows : row.user => row.line... }

  # The administrator by its user name too, as it may be given by its object id.
  accounts = [lower(var.administrator), lower(data.dataverse_system_user.administrator.domain_name), lower(var.integration_account)]
  judged_rows = [
    for row in local.rows : merge(row, {
      fault = (
        row.user == "" ? "there is no user name, in a column \"User name\"" :
        !can(regex("^[^@\\s]+@[^@\\s]+$", row.user)) ? "\"${row.user}\" is no user name such as jo@contoso.com" :
        local.lines_by_user[row.user][0] != row.line ? "${row.user} stands in line ${local.lines_by_user[row.user][0]} already" :
        ""
      )
    })
  ]

  wrong_rows = [for row in local.judged_rows : "Line ${row.line}: ${row.fault}." if row.fault != ""]
  # Apart from the faults above: an account that the same run creates is not known yet, and the keys below must be.
  account_rows = [
    for row in local.judged_rows : "Line ${row.line}: ${row.user} is the administrator or the integration account, and no salesperson."
    if row.fault == "" && contains(local.accounts, row.user)
  ]
  salespeople = toset([for row in local.judged_rows : row.user if row.fault == ""])
}

# What they hold besides stays, and so does who is taken off the list, without the role.
resource "dataverse_system_user" "salesperson" {
  for_each = local.salespeople

  domain_name = each.key
  enabled     = true
  on_destroy  = "abandon"
}

resource "dataverse_role_assignment" "salesperson" {
  for_each = local.salespeople

  user_id = dataverse_system_user.salesperson[each.key].id
  role    = var.salespeople_role
}

# Everybody on the list sees the availability of products.
resource "dataverse_team" "product_availability" {
  name           = var.product_availability_team
  description    = "Salespeople who see the availability of products in Business Central."
  security_roles = [dataverse_security_role.this["product_availability_user"].name]
  members        = [for person in dataverse_system_user.salesperson : person.id]

  lifecycle {
    precondition {
      condition     = length(local.wrong_rows) == 0
      error_message = "The list of salespeople has rows that cannot be used.\n${join("\n", local.wrong_rows)}"
    }

    precondition {
      condition     = length(local.account_rows) == 0
      error_message = "The list of salespeople has rows that cannot be used.\n${join("\n", local.account_rows)}"
    }
  }

  depends_on = [dataverse_role_privileges.this]
}
