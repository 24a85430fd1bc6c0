# The account is a user with another role already: it is taken over.
run "the_account_holds_the_products_role" {
  assert {
    condition     = output.access_mode == "non_interactive"
    error_message = "The account must not be interactive."
  }

  assert {
    condition     = output.role.name == "Playbooks Service User"
    error_message = "The role must be that of the solution."
  }
}

run "second_plan_is_empty" {
  command = plan
}

run "the_role_is_found_in_any_case" {
  variables {
    role = upper(run.the_account_holds_the_products_role.role.name)
  }

  assert {
    condition     = output.role == run.the_account_holds_the_products_role.role
    error_message = "It must be the same role."
  }
}

run "last_plan_is_empty" {
  command = plan
}
