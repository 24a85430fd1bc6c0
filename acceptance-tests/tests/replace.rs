//! Objects that are replaced although their configuration stays the same: asked for with `-replace`, or tainted by a
//! create that failed half-way. The old object is in the way of the new one until it is gone, which is no error.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service;
use acceptance_tests::{Target, Workspace};

fn assert_is_replaced(target: &Target, address: &str, config: &str) {
    let workspace = Workspace::new(target);
    workspace.write("main.tf", config);
    workspace.apply();
    let replace = format!("-replace={address}");
    let plan = workspace.plan_with(&[&replace]);
    assert_eq!(plan.change(address).actions.join(","), "delete,create", "{}", plan.shown());
    workspace.apply_plan();
    workspace.assert_plan_is_empty();

    workspace.run(&["taint", address]).ok();
    let plan = workspace.plan();
    assert_eq!(plan.change(address).actions.join(","), "delete,create", "{}", plan.shown());
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn a_role_is_replaced_by_one_of_the_same_name() {
    let target = Target::new();
    let config =
        format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n", target.name("role"));
    assert_is_replaced(&target, "dataverse_security_role.it", &config);
}

#[test]
fn an_application_user_is_replaced_by_one_of_the_same_application() {
    let target = Target::new();
    let config = format!(
        "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  \
         security_roles = [\"Basic User\"]\n}}\n",
        target.application(0)
    );
    assert_is_replaced(&target, "dataverse_application_user.it", &config);
}

#[test]
fn an_assignment_is_replaced_by_the_same() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let config = format!(
        "resource \"dataverse_role_assignment\" \"it\" {{\n  user_id = \"{user}\"\n  role = \"Basic User\"\n}}\n"
    );
    assert_is_replaced(&target, "dataverse_role_assignment.it", &config);
}

#[test]
fn a_user_that_is_adopted_is_adopted_again() {
    let target = Target::new();
    service::sign_in(&target, &target.person(0));
    let config = format!(
        "resource \"dataverse_system_user\" \"it\" {{\n  entra_object_id = \"{}\"\n  enabled = true\n}}\n",
        target.person(0)
    );
    assert_is_replaced(&target, "dataverse_system_user.it", &config);
}
