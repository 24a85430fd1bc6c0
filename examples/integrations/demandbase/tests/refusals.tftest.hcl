run "views_of_other_tables_are_refused" {
  command = plan

  variables {
    shared_views = [{ owner = var.integration_user, table = "opportunity", name = "Pipeline" }]
  }

  expect_failures = [var.shared_views]
}

run "a_view_is_listed_once" {
  command = plan

  variables {
    shared_views = concat(var.shared_views, slice(var.shared_views, 0, 1))
  }

  expect_failures = [var.shared_views]
}

run "a_display_name_is_no_account" {
  command = plan

  variables {
    integration_user = "Demandbase Integration"
    shared_views     = []
  }

  expect_failures = [var.integration_user]
}
