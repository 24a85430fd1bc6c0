//! What is particular about the privileges of a role: the nine that the platform adds, and roles that exist already.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;

use acceptance_tests::service::{self, DEFAULT_PRIVILEGES, text};
use acceptance_tests::{Target, Workspace};

const ADDRESS: &str = "dataverse_role_privileges.it";

fn config(target: &Target, body: &str) -> String {
    format!(
        "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n\
         resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  {body}\n}}\n",
        target.name("role")
    )
}

fn held(target: &Target, workspace: &Workspace) -> BTreeSet<String> {
    service::privileges(target, text(&workspace.attributes(ADDRESS), "id")).into_keys().collect()
}

fn with_defaults(more: &[&str]) -> BTreeSet<String> {
    DEFAULT_PRIVILEGES.iter().chain(more).map(ToString::to_string).collect()
}

#[test]
fn the_nine_that_the_platform_adds_stay_unless_they_are_refused() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let account = "tables = { account = { read = \"organization\" } }";
    workspace.write("main.tf", &config(&target, account));
    workspace.apply();
    assert_eq!(held(&target, &workspace), with_defaults(&["prvReadAccount"]));
    workspace.assert_plan_is_empty();

    workspace.write("main.tf", &config(&target, &format!("{account}\n  include_default_privileges = false")));
    workspace.apply();
    assert_eq!(held(&target, &workspace), BTreeSet::from(["prvReadAccount".to_owned()]));
    workspace.assert_plan_is_empty();

    let more = "tables = { account = { read = \"organization\", write = \"user\" } }";
    workspace.write("main.tf", &config(&target, &format!("{more}\n  include_default_privileges = false")));
    workspace.apply();
    let expected = ["prvReadAccount", "prvWriteAccount"].map(str::to_owned);
    assert_eq!(held(&target, &workspace), BTreeSet::from(expected));
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn a_default_privilege_that_is_listed_is_managed() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &config(&target, "tables = { plugintype = { read = \"organization\" } }"));
    workspace.apply();
    assert_eq!(held(&target, &workspace), with_defaults(&[]));
    workspace.assert_plan_is_empty();
    let role = text(&workspace.attributes(ADDRESS), "id").to_owned();
    service::revoke(&target, &role, "prvReadPluginType");
    let plan = workspace.plan();
    let found = plan.change(ADDRESS).differences();
    assert_eq!(found, BTreeSet::from(["tables.plugintype.read".to_owned()]), "{}", plan.shown());
    workspace.apply_plan();
    assert_eq!(held(&target, &workspace), with_defaults(&[]));
    workspace.destroy();
}

#[test]
fn a_role_that_holds_more_is_taken_over_with_a_warning() {
    let target = Target::new();
    let name = target.name("role");
    let role = service::create_role(&target, &name, &service::root_unit(&target));
    service::grant(&target, &role, "prvReadContact", "Global");
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            "resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = \"{name}\"\n  \
             tables = {{ account = {{ read = \"user\" }} }}\n}}\n"
        ),
    );
    let run = workspace.apply();
    run.assert_says("Existing privileges will be removed");
    run.assert_says("prvReadContact");
    assert_eq!(held(&target, &workspace), with_defaults(&["prvReadAccount"]));
    workspace.assert_plan_is_empty();
    workspace.destroy();
    let left: BTreeSet<String> = service::privileges(&target, &role).into_keys().collect();
    assert_eq!(left, with_defaults(&[]), "a destroy leaves what every new role has");
    target.api().delete(&format!("roles({role})"));
}
