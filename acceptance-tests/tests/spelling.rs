//! One thing may be written in several ways: that is no change.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service;
use acceptance_tests::{Target, Workspace};

#[test]
fn a_role_assignment_imported_by_role_id_is_the_one_that_is_configured_by_name() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let role = service::role_named(&target, "Basic User");
    service::assign(&target, &user, &role);
    let workspace = Workspace::new(&target);
    let config = format!(
        "resource \"dataverse_role_assignment\" \"it\" {{\n  user_id = \"{user}\"\n  role = \"Basic User\"\n}}\n"
    );
    workspace.write("main.tf", &config);
    workspace.import("dataverse_role_assignment.it", &format!("user/{user}/{role}"));
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

/// Fails unless `second` is no change after `first` was applied.
fn assert_same(target: &Target, first: &str, second: &str) {
    let workspace = Workspace::new(target);
    workspace.write("main.tf", first);
    workspace.apply();
    workspace.write("main.tf", second);
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

/// Fails unless `second`, after `first` was applied, changes nothing but the spelling in the state: the object stays, and
/// the plan after it is empty.
fn assert_changes_spelling_only(target: &Target, address: &str, first: &str, second: &str) {
    let workspace = Workspace::new(target);
    workspace.write("main.tf", first);
    workspace.apply();
    let id = workspace.attributes(address)["id"].clone();
    workspace.write("main.tf", second);
    let plan = workspace.plan();
    let actions = &plan.change(address).actions;
    assert!(actions == &["no-op"] || actions == &["update"], "{}", plan.shown());
    workspace.apply_plan();
    assert_eq!(workspace.attributes(address)["id"], id);
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

fn user(target: &Target, unit: &str, role: &str) -> String {
    format!(
        "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  \
         business_unit_id = \"{unit}\"\n  security_roles = [\"{role}\"]\n}}\n",
        target.application(0)
    )
}

/// The id and the name of the root business unit.
fn root(target: &Target) -> (String, String) {
    let id = service::root_unit(target);
    let unit = target.api().get(&format!("businessunits({id})?$select=name"));
    (id, service::text(&unit, "name").to_owned())
}

#[test]
fn levels_have_two_vocabularies_and_no_case() {
    let target = Target::new();
    let config = |level: &str| {
        format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n\
             resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  \
             tables = {{ account = {{ read = \"{level}\" }} }}\n}}\n",
            target.name("role")
        )
    };
    assert_same(&target, &config("organization"), &config("Global"));
    assert_same(&target, &config("BASIC"), &config("user"));
}

#[test]
fn ids_and_names_have_no_case() {
    let target = Target::new();
    let (id, name) = root(&target);
    let application = target.application(0);
    let upper = |config: String| config.replace(&application, &application.to_uppercase());
    assert_same(
        &target,
        &user(&target, &id, "Basic User"),
        &upper(user(&target, &id.to_uppercase(), "basic user")),
    );
    assert_same(
        &target,
        &user(&target, &name, "Basic User"),
        &user(&target, &name.to_uppercase(), "Basic User"),
    );
}

#[test]
fn the_business_unit_of_a_user_is_the_same_by_id_and_by_name() {
    let target = Target::new();
    let (id, name) = root(&target);
    let [by_name, by_id] = [name, id].map(|unit| user(&target, &unit, "Basic User"));
    assert_changes_spelling_only(&target, "dataverse_application_user.it", &by_name, &by_id);
}

#[test]
fn the_business_unit_of_a_role_is_the_same_by_id_and_by_name() {
    let target = Target::new();
    let (id, name) = root(&target);
    let role = |unit: &str| {
        let name = target.name("role");
        format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n  business_unit_id = \"{unit}\"\n}}\n"
        )
    };
    assert_changes_spelling_only(&target, "dataverse_security_role.it", &role(&name), &role(&id));
}

#[test]
fn a_role_of_a_user_is_the_same_by_id_and_by_name() {
    let target = Target::new();
    let (unit, _) = root(&target);
    let role = service::role_named(&target, "Basic User");
    for other in [&role, "basic user"] {
        let [first, second] = ["Basic User", other].map(|role| user(&target, &unit, role));
        assert_changes_spelling_only(&target, "dataverse_application_user.it", &first, &second);
    }
}
