run "an_account_needs_a_role" {
  command = plan

  variables {
    security_roles = []
  }

  expect_failures = [var.security_roles]
}

run "a_display_name_is_no_account" {
  command = plan

  variables {
    user = "CRM Service"
  }

  expect_failures = [var.user]
}

run "a_user_is_not_made_by_hand" {
  command = plan

  variables {
    provisioning = "create"
  }

  expect_failures = [var.provisioning]
}

run "the_user_is_not_deleted" {
  command = plan

  variables {
    on_destroy = "delete"
  }

  expect_failures = [var.on_destroy]
}
