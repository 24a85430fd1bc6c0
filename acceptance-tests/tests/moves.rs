//! Resources of Microsoft's Power Platform provider in a state, and `moved` blocks that make them ours.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace, binary};
use serde_json::{Value, json};

const OTHER: &str = "provider[\"registry.terraform.io/microsoft/power-platform\"]";

/// A state that holds one resource of the other provider.
fn state(kind: &str, attributes: &Value) -> String {
    let instance = json!({ "schema_version": 0, "attributes": attributes, "sensitive_attributes": [] });
    json!({
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "8f3c9a52-6f2e-4f1d-9d0e-0a1b2c3d4e5f",
        "outputs": {},
        "resources": [{ "mode": "managed", "type": kind, "name": "it", "provider": OTHER, "instances": [instance] }],
        "check_results": null,
    })
    .to_string()
}

/// A workspace with that state, a `moved` block and the resource that it moves to.
fn workspace(target: &Target, from: &str, attributes: &Value, to: &str, body: &str) -> Workspace {
    let workspace = Workspace::new(target);
    // Terraform wants the provider of whatever the state holds, and asks it for nothing but its schema.
    workspace.offer("registry.terraform.io/microsoft/power-platform", &binary::stand_in("power-platform"));
    workspace.write("terraform.tfstate", &state(from, attributes));
    workspace.write(
        "main.tf",
        &format!(
            "moved {{\n  from = {from}.it\n  to   = {to}.it\n}}\n\nresource \"{to}\" \"it\" {{\n{body}\n}}\n"
        ),
    );
    workspace
}

#[test]
fn a_person_is_taken_over_with_its_roles_and_nothing_changes() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let role = service::role_named(&target, "Basic User");
    service::assign(&target, &user, &role);
    let stored = json!({
        "id": user,
        "aad_id": target.person(0),
        "environment_id": "00000000-0000-0000-0000-000000000001",
        "security_roles": [role],
        "disable_delete": true,
        "business_unit_id": null,
        "first_name": "Somebody",
        "last_name": "Else",
        "user_principal_name": "jo@contoso.com",
    });
    let body = format!("  entra_object_id = \"{}\"\n  security_roles  = [\"Basic User\"]", target.person(0));
    let workspace = workspace(&target, "powerplatform_user", &stored, "dataverse_system_user", &body);
    let plan = workspace.plan();
    plan.assert_actions(&[]);
    workspace.apply_plan();
    assert_eq!(workspace.addresses(), ["dataverse_system_user.it"]);
    let attributes = workspace.attributes("dataverse_system_user.it");
    assert_eq!((text(&attributes, "id"), &attributes["security_roles"]), (user.as_str(), &json!([role])));
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn an_application_user_is_taken_over_from_both_of_its_types() {
    let target = Target::new();
    let made = Workspace::new(&target);
    let body = format!("  application_id = \"{}\"\n  on_destroy = \"abandon\"", target.application(0));
    made.write("main.tf", &format!("resource \"dataverse_application_user\" \"it\" {{\n{body}\n}}\n"));
    made.apply();
    let attributes = made.attributes("dataverse_application_user.it");
    let id = text(&attributes, "id");
    let both = [
        (
            "powerplatform_application_user",
            json!({"id": id, "system_user_id": id, "disabled": false,
            "application_id": target.application(0), "business_unit_id": null, "timeouts": null}),
        ),
        (
            "powerplatform_user",
            json!({"id": id, "aad_id": text(&attributes, "entra_object_id"), "security_roles": []}),
        ),
    ];
    for (kind, stored) in both {
        let workspace = workspace(&target, kind, &stored, "dataverse_application_user", &body);
        workspace.plan().assert_actions(&[]);
        workspace.apply_plan();
        assert_eq!(workspace.attributes("dataverse_application_user.it")["id"], json!(id), "{kind}");
        workspace.assert_plan_is_empty();
    }
    service::delete_application_user(&target, &attributes);
}

#[test]
fn a_security_role_on_a_user_is_taken_over() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let role = service::role_named(&target, "Basic User");
    service::assign(&target, &user, &role);
    let stored = json!({"id": "x/systemusers/y/z", "system_user_id": user, "team_id": null, "security_role_id": role,
        "security_role_name": "Basic User", "business_unit_id": null, "environment_id": "x", "timeouts": null});
    let body = format!("  user_id = \"{user}\"\n  role    = \"Basic User\"");
    let from = "powerplatform_security_role_assignment";
    let workspace = workspace(&target, from, &stored, "dataverse_role_assignment", &body);
    workspace.plan().assert_actions(&[]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let id = workspace.attributes("dataverse_role_assignment.it")["id"].clone();
    assert_eq!(id, json!(format!("user/{user}/{role}")));
    workspace.destroy();
    assert_eq!(service::roles_of(&target, &user), Vec::<String>::new());
}

#[test]
fn a_security_role_on_a_team_is_taken_over() {
    let target = Target::new();
    let team = service::create_team(&target, &target.name("team"), &service::root_unit(&target));
    let role = service::role_named(&target, "Basic User");
    service::assign_to_team(&target, &team, &role);
    let stored = json!({"id": "x", "system_user_id": null, "team_id": team, "security_role_id": role,
        "security_role_name": "Basic User", "business_unit_id": null, "environment_id": "x", "timeouts": null});
    let body = format!("  team_id = \"{team}\"\n  role    = \"Basic User\"");
    let from = "powerplatform_security_role_assignment";
    let workspace = workspace(&target, from, &stored, "dataverse_role_assignment", &body);
    workspace.plan().assert_actions(&[]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    workspace.destroy();
    assert_eq!(service::role_ids_of_team(&target, &team), Vec::<String>::new());
}

#[test]
fn what_stands_for_nothing_here_is_refused_and_the_state_stays() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let body = format!("  user_id = \"{user}\"\n  role    = \"Basic User\"");
    let admin = json!({"id": user, "principal_id": user, "role_definition_id": user, "scope_type": "tenant"});
    for (from, stored, message) in [
        ("powerplatform_role_assignment", admin, "no security role of an environment"),
        ("powerplatform_environment", json!({"id": user}), "cannot be moved"),
    ] {
        let workspace = workspace(&target, from, &stored, "dataverse_role_assignment", &body);
        let found = workspace.expect_error("plan");
        assert!(found.iter().any(|it| it.text().contains(message)), "{from}: {found:?}");
    }
}
