# The integration account is a user with another role already: it is taken over.
run "accounts_and_salespeople" {
  assert {
    condition     = output.integration_account.access_mode == "non_interactive"
    error_message = "The integration account must not be interactive."
  }

  assert {
    condition     = output.administrator_id != output.integration_account.id
    error_message = "The integration account must be another one than the administrator."
  }

  assert {
    condition     = length(output.salespeople) == length(regexall("@", var.salespeople))
    error_message = "Everybody on the list must be a user."
  }

  assert {
    condition     = dataverse_team.product_availability.members == toset(values(output.salespeople))
    error_message = "Every salesperson must be a member of the team."
  }
}

run "second_plan_is_empty" {
  command = plan
}

run "a_list_of_another_make_means_the_same" {
  command = plan

  variables {
    # Byte order mark, line ends of Windows, an empty line, capitals and another name of the column.
    salespeople = "\ufeff${replace(replace(upper(var.salespeople), "USER NAME", "Username"), "\n", "\r\n\r\n")}"
  }

  assert {
    condition     = output.salespeople == run.accounts_and_salespeople.salespeople
    error_message = "They must be the same people."
  }
}

run "who_is_taken_off_the_list_leaves_the_team" {
  variables {
    salespeople = join("\n", slice(split("\n", var.salespeople), 0, 3))
  }

  assert {
    condition     = length(output.salespeople) == 2 && length(dataverse_team.product_availability.members) == 2
    error_message = "Two must be left."
  }
}

run "who_comes_back_is_taken_up_again" {
  assert {
    condition     = output.salespeople == run.accounts_and_salespeople.salespeople
    error_message = "They must be the same users as before."
  }
}

run "last_plan_is_empty" {
  command = plan
}
