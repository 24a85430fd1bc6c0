//! All resources together, one at a time and fifty at once.
//!
//! Every other suite runs with the parallelism in `ACCEPTANCE_PARALLELISM`, too.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service;
use acceptance_tests::{Target, Workspace};

/// Twelve roles with privileges, six application users, six people with assignments.
fn configuration(target: &Target, description: &str, level: &str, roles: &str) -> String {
    let list = |ids: Vec<String>| ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
    let applications = list((0..6).map(|index| target.application(index)).collect());
    let people = list((0..6).map(|index| target.person(index)).collect());
    let name = target.name("role");
    format!(
        r#"
resource "dataverse_security_role" "it" {{
  count       = 12
  name        = "{name} ${{count.index}}"
  description = "{description}"
}}

resource "dataverse_role_privileges" "it" {{
  count   = 12
  role_id = dataverse_security_role.it[count.index].id
  tables  = {{ account = provider::dataverse::access("{level}", ["create", "read", "write"]) }}
}}

resource "dataverse_application_user" "it" {{
  for_each       = toset([{applications}])
  application_id = each.key
  security_roles = slice(dataverse_security_role.it[*].name, {roles})
}}

resource "dataverse_system_user" "it" {{
  for_each        = toset([{people}])
  entra_object_id = each.key
  title           = "{description}"
  enabled         = true
}}

resource "dataverse_role_assignment" "it" {{
  for_each = dataverse_system_user.it
  user_id  = each.value.id
  role     = dataverse_security_role.it[0].name
}}
"#
    )
}

fn lives_at(parallelism: &str) {
    let target = Target::new();
    for index in 0..6 {
        service::sign_in(&target, &target.person(index));
    }
    let workspace = Workspace::new(&target);
    let apply = || {
        workspace.run(&["apply", "-input=false", "-no-color", "-auto-approve", parallelism]).ok();
        let plan = ["plan", "-input=false", "-no-color", "-detailed-exitcode", parallelism];
        let run = workspace.run(&plan);
        assert!(run.succeeded(), "the plan is not empty (2) or failed (1):\n{run}");
    };
    workspace.write("main.tf", &configuration(&target, "First", "user", "0, 2"));
    apply();
    workspace.write("main.tf", &configuration(&target, "Second", "organization", "1, 4"));
    apply();
    workspace.run(&["destroy", "-input=false", "-no-color", "-auto-approve", parallelism]).ok();
    assert_eq!(workspace.addresses(), Vec::<String>::new());
    target.assert_nothing_was_refused();
}

#[test]
fn one_at_a_time() {
    lives_at("-parallelism=1");
}

#[test]
fn fifty_at_once() {
    lives_at("-parallelism=50");
}
