//! Two resources of one configuration that would undo each other's work: found while planning where the object is known by
//! then, and in any case before the second one writes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::{Diagnostic, Target, Workspace};

fn role(label: &str, name: &str) -> String {
    format!("resource \"dataverse_security_role\" \"{label}\" {{\n  name = \"{name}\"\n}}\n")
}

fn privileges(label: &str, role: &str, table: &str) -> String {
    format!(
        "resource \"dataverse_role_privileges\" \"{label}\" {{\n  role_id = {role}\n  \
         tables = {{ {table} = {{ read = \"user\" }} }}\n}}\n"
    )
}

fn user(target: &Target, label: &str, roles: &str) -> String {
    format!(
        "resource \"dataverse_application_user\" \"{label}\" {{\n  application_id = \"{}\"\n  {roles}\n}}\n",
        target.application(0)
    )
}

fn assignment(label: &str, role: &str) -> String {
    format!(
        "resource \"dataverse_role_assignment\" \"{label}\" {{\n  user_id = dataverse_application_user.it.id\n  \
         role = \"{role}\"\n}}\n"
    )
}

/// Fails unless the plan is refused with an error that holds `parts`.
#[track_caller]
fn refuses(workspace: &Workspace, config: &str, parts: &[&str]) {
    workspace.write("main.tf", config);
    let found = workspace.expect_plan_error();
    let errors: Vec<String> = found.iter().filter(|it| it.is_error()).map(Diagnostic::text).collect();
    let holds = |error: &String| parts.iter().all(|part| error.contains(part));
    assert!(errors.iter().any(holds), "{parts:?} is not in {errors:#?}, for\n{config}");
}

#[test]
fn the_privileges_of_a_role_have_one_owner() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let name = target.name("role");
    let one = role("it", &name) + &privileges("one", "dataverse_security_role.it.id", "account");
    workspace.write("main.tf", &one);
    workspace.apply();
    let both = one.clone() + &privileges("two", &format!("\"{name}\""), "contact");
    refuses(
        &workspace,
        &both,
        &["manages the privileges of the security role", &name, "Keep one of the two"],
    );
    workspace.write("main.tf", &one);
    workspace.assert_plan_is_empty();
    let plan = workspace.plan_with(&["-replace=dataverse_role_privileges.one"]);
    assert_eq!(plan.change("dataverse_role_privileges.one").actions, ["delete", "create"]);
    workspace.destroy();
}

#[test]
fn of_two_owners_of_a_role_that_is_yet_to_be_made_only_one_writes() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let id = "dataverse_security_role.it.id";
    let config = role("it", &target.name("role"))
        + &privileges("one", id, "account")
        + &privileges("two", id, "contact");
    workspace.write("main.tf", &config);
    let run = workspace.try_apply();
    assert!(!run.succeeded(), "{run}");
    run.assert_says("manages the privileges of the security role");
    let owners = workspace.addresses();
    assert_eq!(owners.iter().filter(|it| it.contains("role_privileges")).count(), 1, "{owners:?}");
    workspace.write("main.tf", &role("it", &target.name("role")));
    workspace.destroy();
}

#[test]
fn the_roles_of_a_user_are_listed_in_one_place_or_given_one_by_one() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let inline = user(&target, "it", "security_roles = [\"Basic User\"]");
    workspace.write("main.tf", &inline);
    workspace.apply();
    let both = inline.clone() + &assignment("one", "Salesperson");
    refuses(&workspace, &both, &["the security roles of the user", "each run would undo the other's work"]);

    let single = user(&target, "it", "");
    let granular = single.clone() + &assignment("one", "Salesperson") + &assignment("two", "Sales Manager");
    workspace.write("main.tf", &granular);
    workspace.apply();
    workspace.assert_plan_is_empty();
    let twice = granular.clone() + &assignment("three", "Salesperson");
    refuses(&workspace, &twice, &["adds the same to the security roles of the user"]);
    workspace.write("main.tf", &granular);
    workspace.destroy();
}

#[test]
fn one_object_is_managed_once() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let name = target.name("role");
    let roles = role("one", &name) + &role("two", &name.to_uppercase());
    refuses(&workspace, &roles, &["the security role", "Keep one of the two"]);
    let users = user(&target, "one", "") + &user(&target, "two", "");
    refuses(&workspace, &users, &["the application user of the application", "Keep one of the two"]);
    assert!(workspace.addresses().is_empty());
}

#[test]
fn a_new_team_that_lists_its_members_takes_no_other_from_elsewhere() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let users: Vec<String> =
        [0, 1].map(|index| acceptance_tests::service::sign_in(&target, &target.person(index))).into();
    let team = format!(
        "resource \"dataverse_team\" \"it\" {{\n  name = \"{}\"\n  members = [\"{}\"]\n}}\n",
        target.name("team"),
        users[0]
    );
    let membership = format!(
        "resource \"dataverse_team_membership\" \"it\" {{\n  team_id = dataverse_team.it.id\n  user_id = \"{}\"\n}}\n",
        users[1]
    );
    workspace.write("main.tf", &(team.clone() + &membership));
    let run = workspace.try_apply();
    assert!(!run.succeeded(), "{run}");
    run.assert_says("manages all of the members of the team");
    assert_eq!(workspace.addresses(), ["dataverse_team.it"]);
    workspace.write("main.tf", &team);
    workspace.assert_plan_is_empty();
    workspace.destroy();
    for user in &users {
        acceptance_tests::service::delete_person(&target, user);
    }
}
