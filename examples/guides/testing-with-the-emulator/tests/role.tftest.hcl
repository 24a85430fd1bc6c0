run "the_role_reads_accounts" {
  command = apply

  assert {
    condition     = dataverse_role_privileges.reader.tables.account.read == "organization"
    error_message = "The role must read all accounts."
  }
}

run "a_second_plan_is_empty" {
  command = plan

  assert {
    condition     = dataverse_security_role.reader.id == run.the_role_reads_accounts.role_id
    error_message = "The role must stay the same."
  }
}
