run "a_version_that_nobody_knows" {
  command = plan

  variables {
    product_version = "october_2019"
  }

  expect_failures = [var.product_version]
}

run "an_administrator_with_administrative_roles_only" {
  command = plan

  variables {
    administrator_roles = ["System Administrator", "system customizer"]
  }

  expect_failures = [var.administrator_roles]
}

run "an_administrator_without_a_further_role" {
  command = plan

  variables {
    administrator_roles = []
  }

  expect_failures = [var.administrator_roles]
}

run "the_administrator_as_integration_account" {
  command = plan

  variables {
    integration_account = upper(var.administrator)
  }

  expect_failures = [data.dataverse_system_user.administrator]
}

run "a_wrong_row" {
  command = plan

  variables {
    salespeople = "Display name,User name\nNo Name,\n"
  }

  expect_failures = [dataverse_team.product_availability]
}

run "a_list_without_user_names" {
  command = plan

  variables {
    salespeople = "Display name,Mail\nJo,jo@contoso.com\n"
  }

  expect_failures = [dataverse_team.product_availability]
}
