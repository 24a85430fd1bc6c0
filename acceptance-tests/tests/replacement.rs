//! Objects that are made anew, renamed or taken over: the plan says what will happen, and it happens.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service;
use acceptance_tests::{Target, Workspace};
use serde_json::json;

fn role_and_user(target: &Target, role: &str) -> String {
    format!(
        "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{role}\"\n}}\n\
         resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.name\n  \
         tables = {{ account = {{ read = \"user\" }} }}\n}}\n\
         resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n}}\n\
         resource \"dataverse_role_assignment\" \"it\" {{\n  user_id = dataverse_application_user.it.id\n  \
         role = dataverse_security_role.it.name\n}}\n",
        target.application(0)
    )
}

#[test]
fn a_tainted_object_and_a_replaced_one_are_made_anew() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &role_and_user(&target, &target.name("role")));
    workspace.apply();
    let before = workspace.attributes("dataverse_security_role.it");
    for address in ["dataverse_application_user.it", "dataverse_security_role.it"] {
        workspace.run(&["taint", address]).ok();
    }
    workspace.apply();
    workspace.assert_plan_is_empty();
    let after = workspace.attributes("dataverse_security_role.it");
    assert_ne!(before["id"], after["id"]);
    let plan = workspace.plan_with(&["-replace=dataverse_application_user.it"]);
    assert_eq!(
        plan.change("dataverse_application_user.it").actions,
        ["delete", "create"],
        "{}",
        plan.shown()
    );
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn a_renamed_role_keeps_its_privileges_and_its_users() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &role_and_user(&target, &target.name("before")));
    workspace.apply();
    workspace.write("main.tf", &role_and_user(&target, &target.name("after")));
    let plan = workspace.plan();
    for address in
        ["dataverse_security_role.it", "dataverse_role_privileges.it", "dataverse_role_assignment.it"]
    {
        assert_eq!(plan.change(address).actions, ["update"], "{}", plan.shown());
    }
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let role = workspace.attributes("dataverse_security_role.it");
    let privileges = service::privileges(&target, service::text(&role, "id"));
    assert_eq!(privileges.get("prvReadAccount").map(String::as_str), Some("Basic"));
    workspace.destroy();
}

#[test]
fn a_person_that_is_taken_over_keeps_what_is_not_mentioned_and_is_told_what_it_loses() {
    let target = Target::new();
    let person = target.person(0);
    let user = service::sign_in(&target, &person);
    let manager = service::sign_in(&target, &target.person(1));
    let bind =
        json!({ "parentsystemuserid@odata.bind": format!("/systemusers({manager})"), "title": "Clerk" });
    target.api().patch(&format!("systemusers({user})"), &bind);
    service::assign(&target, &user, &service::role_named(&target, "Salesperson"));
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            "resource \"dataverse_system_user\" \"it\" {{\n  entra_object_id = \"{person}\"\n  \
             security_roles = [\"Basic User\"]\n  on_destroy = \"abandon\"\n}}\n"
        ),
    );
    let run = workspace.run(&["plan"]).ok();
    run.assert_says("Existing security roles will be removed");
    run.assert_says("\"Salesperson\"");
    workspace.apply();
    workspace.assert_plan_is_empty();
    let row = target.api().get(&format!("systemusers({user})?$select=title,_parentsystemuserid_value"));
    assert_eq!(row["_parentsystemuserid_value"], json!(manager));
    assert_eq!(row["title"], "Clerk");
    assert_eq!(service::roles_of(&target, &user), ["Basic User"]);
    workspace.destroy();
    service::delete_person(&target, &user);
    service::delete_person(&target, &manager);
}
