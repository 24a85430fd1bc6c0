# The three versions of the product, one after the other. The number of permissions is that of the printed list; the
# platform adds nine of its own.

variables {
  salespeople = ""
}

run "nav_2018" {
  variables {
    product_version = "nav_2018"
  }

  assert {
    condition     = [for role in sort(keys(output.roles)) : length(dataverse_role_privileges.this[role].tables)] == [7, 23, 2]
    error_message = "Every table of the list must be there, for each role."
  }

  assert {
    condition     = dataverse_role_privileges.this["integration_user"].privileges == tomap({ prvActOnBehalfOfAnotherUser = "organization" })
    error_message = "The integration user must be able to act on behalf of others."
  }
}

run "nav_2018_plan_is_empty" {
  command = plan

  variables {
    product_version = "nav_2018"
  }
}

run "october_2018" {
  variables {
    product_version = "october_2018"
  }

  assert {
    condition     = [for role in sort(keys(output.roles)) : length(dataverse_role_privileges.this[role].tables)] == [7, 26, 2]
    error_message = "Every table of the list must be there, for each role."
  }
}

run "october_2018_plan_is_empty" {
  command = plan

  variables {
    product_version = "october_2018"
  }
}

run "april_2019" {
  assert {
    condition     = [for role in sort(keys(output.roles)) : length(dataverse_role_privileges.this[role].tables)] == [11, 29, 2]
    error_message = "Every table of the list must be there, for each role."
  }

  assert {
    condition     = output.roles == run.nav_2018.roles
    error_message = "An update of the product must keep the roles."
  }
}

run "april_2019_plan_is_empty" {
  command = plan
}
