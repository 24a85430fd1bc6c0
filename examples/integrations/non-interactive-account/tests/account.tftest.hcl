run "the_account_is_non_interactive" {
  assert {
    condition     = output.access_mode == "non_interactive"
    error_message = "The account must not be interactive."
  }

  assert {
    condition     = dataverse_system_user.this.enabled && dataverse_system_user.this.security_roles == var.security_roles
    error_message = "The account must be enabled and hold the roles."
  }
}

run "a_second_plan_is_empty" {
  command = plan
}

run "it_can_be_interactive_for_a_while" {
  variables {
    interactive = true
  }

  assert {
    condition     = output.access_mode == "read_write"
    error_message = "The account must be interactive."
  }

  assert {
    condition     = output.id == run.the_account_is_non_interactive.id
    error_message = "The account must stay the same user."
  }
}

run "and_non_interactive_again" {
  assert {
    condition     = output.access_mode == "non_interactive"
    error_message = "The account must not be interactive any more."
  }
}

run "the_last_plan_is_empty" {
  command = plan
}
