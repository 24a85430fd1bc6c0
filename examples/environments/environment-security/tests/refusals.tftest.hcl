run "a_parent_that_is_no_unit" {
  command = plan

  variables {
    business_units = { Iberia = { parent = "Europe" } }
  }

  expect_failures = [var.business_units]
}

run "units_three_deep" {
  command = plan

  variables {
    business_units = { EMEA = {}, Iberia = { parent = "EMEA" }, Lisbon = { parent = "Iberia" } }
  }

  expect_failures = [var.business_units]
}

run "two_teams_of_one_group" {
  command = plan

  variables {
    group_teams = {
      one = { entra_group_id = "44444444-dddd-4ddd-8ddd-000000000001", security_roles = ["Basic User"] }
      two = { entra_group_id = "44444444-DDDD-4ddd-8ddd-000000000001", security_roles = ["Basic User"] }
    }
  }

  expect_failures = [var.group_teams]
}
