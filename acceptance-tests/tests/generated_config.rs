//! Configuration that Terraform writes from import blocks plans empty as it stands.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

/// Lets Terraform write the configuration of what `imports` names, by type and import id, and plans it.
#[track_caller]
fn round_trip(target: &Target, imports: &[(&str, String)]) {
    let workspace = Workspace::new(target);
    let blocks = imports
        .iter()
        .enumerate()
        .map(|(index, (kind, id))| format!("import {{\n  to = {kind}.it{index}\n  id = \"{id}\"\n}}\n"));
    workspace.write("imports.tf", &blocks.collect::<String>());
    let generated = workspace.path().join("generated.tf");
    workspace.run(&["plan", "-input=false", "-no-color", "-generate-config-out=generated.tf"]).ok();
    let written = std::fs::read_to_string(&generated).expect("a generated file");
    let run = workspace.run(&["plan", "-input=false", "-no-color", "-out=tfplan"]).ok();
    run.assert_says(&format!("{} to import, 0 to add, 0 to change, 0 to destroy", imports.len()));
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    assert_eq!(written.matches("\nresource ").count(), imports.len(), "{written}");
}

#[test]
fn roles_and_their_privileges() {
    let target = Target::new();
    let unit = service::root_unit(&target);
    let name = target.name("role");
    let role = service::create_role(&target, &name, &unit);
    target.api().patch(&format!("roles({role})"), &json!({ "description": "Written \"by\" ${hand}" }));
    for (privilege, depth) in [("prvReadAccount", "Basic"), ("prvActOnBehalfOfAnotherUser", "Global")] {
        service::grant(&target, &role, privilege, depth);
    }
    round_trip(
        &target,
        &[
            ("dataverse_security_role", name),
            ("dataverse_role_privileges", role.clone()),
            ("dataverse_security_role", "Salesperson".to_owned()),
            ("dataverse_role_privileges", "Salesperson".to_owned()),
        ],
    );
    target.api().delete(&format!("roles({role})"));
}

#[test]
fn users_and_their_roles() {
    let target = Target::new();
    let person = service::sign_in(&target, &target.person(0));
    let other = service::sign_in(&target, &target.person(1));
    service::assign(&target, &person, &service::role_named(&target, "Salesperson"));
    service::assign(&target, &other, &service::role_named(&target, "Salesperson"));
    let body = json!({
        "applicationid": target.application(0), "accessmode": 4,
        "businessunitid@odata.bind": format!("/businessunits({})", service::root_unit(&target)),
    });
    let application = text(&target.api().post("systemusers", &body), "systemuserid").to_owned();
    round_trip(
        &target,
        &[
            ("dataverse_system_user", target.person_name(0)),
            ("dataverse_application_user", target.application(0)),
            ("dataverse_role_assignment", format!("user/{other}/Salesperson")),
        ],
    );
    let key = json!({ "id": application, "application_id": target.application(0) });
    service::delete_application_user(&target, &key);
    service::delete_person(&target, &person);
    service::delete_person(&target, &other);
}
