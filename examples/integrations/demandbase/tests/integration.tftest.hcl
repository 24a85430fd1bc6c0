run "both_users_hold_the_role" {
  assert {
    condition = alltrue([
      for user in [dataverse_application_user.demandbase, dataverse_system_user.demandbase] :
      user.security_roles == toset([output.role.name])
    ])
    error_message = "Both users must hold the role, and no other."
  }

  assert {
    condition     = length(output.shared_views) == length(var.shared_views)
    error_message = "Every view that is listed must be shared."
  }

  assert {
    condition     = alltrue([for share in dataverse_record_share.view : share.access_rights == toset(["read"]) && share.principal_id == output.integration_user_id])
    error_message = "The views must be shared with the integration user, to read."
  }
}

run "second_plan_is_empty" {
  command = plan
}

run "a_view_that_is_taken_away_is_withdrawn" {
  variables {
    shared_views = slice(var.shared_views, 0, 2)
  }

  assert {
    condition     = length(output.shared_views) == 2
    error_message = "Two views must be left."
  }

  assert {
    condition     = alltrue([for key, id in output.shared_views : run.both_users_hold_the_role.shared_views[key] == id])
    error_message = "The others must be the same as before."
  }
}

run "a_view_that_is_added_is_shared" {
  assert {
    condition     = output.shared_views == run.both_users_hold_the_role.shared_views
    error_message = "All views must be shared again."
  }
}

run "last_plan_is_empty" {
  command = plan
}
