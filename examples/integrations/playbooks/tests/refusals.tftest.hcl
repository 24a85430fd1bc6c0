run "the_solution_must_be_installed" {
  command = plan

  variables {
    role = "Playbooks Service User of another version"
  }

  expect_failures = [data.dataverse_security_roles.playbooks]
}

run "an_e_mail_address_is_wanted" {
  command = plan

  variables {
    email = "playbooks"
  }

  expect_failures = [var.email]
}

run "without_a_role_nothing_is_planned" {
  command = plan

  variables {
    role = ""
  }

  expect_failures = [data.dataverse_security_roles.playbooks]
}
