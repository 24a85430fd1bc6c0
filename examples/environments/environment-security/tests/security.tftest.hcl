run "units_roles_teams_and_applications" {
  assert {
    condition     = toset(keys(output.business_unit_ids)) == toset(keys(var.business_units))
    error_message = "Every unit must be there."
  }

  assert {
    condition     = toset(keys(output.team_ids)) == toset(concat(keys(var.teams), keys(var.group_teams)))
    error_message = "Every team must be there."
  }

  assert {
    condition = alltrue([
      for name, team in dataverse_team.this : team.business_unit_id == output.business_unit_ids[var.teams[name].business_unit]
    ])
    error_message = "Every team must be in its unit."
  }

  assert {
    condition     = dataverse_role_privileges.this["Customer Editor"].tables.account == tomap({ read = "organization", append_to = "organization", create = "parent_child_business_unit", write = "parent_child_business_unit", append = "parent_child_business_unit", assign = "parent_child_business_unit", share = "parent_child_business_unit" })
    error_message = "The editor must read all customers and keep those of the own branch."
  }
}

run "second_plan_is_empty" {
  command = plan
}

run "a_unit_comes_below_another" {
  variables {
    business_units = merge(var.business_units, { Iberia = { parent = "EMEA" } })
  }

  assert {
    condition     = dataverse_business_unit.nested["Iberia"].parent_business_unit_id == output.business_unit_ids["EMEA"]
    error_message = "The new unit must stand below EMEA."
  }
}

run "with_it_the_plan_is_empty" {
  command = plan

  variables {
    business_units = merge(var.business_units, { Iberia = { parent = "EMEA" } })
  }
}

run "and_is_taken_away_again" {
  assert {
    condition     = output.business_unit_ids == run.units_roles_teams_and_applications.business_unit_ids
    error_message = "The other units must be the same as before."
  }
}

run "last_plan_is_empty" {
  command = plan
}
