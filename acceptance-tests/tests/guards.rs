//! Plans that would leave nobody in charge, shut the provider out, or give away more than meant: refused, or told.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Diagnostic, Target, Workspace};
use reqwest::Method;
use serde_json::json;

/// Fails unless the plan is refused with an error that holds `parts`.
#[track_caller]
fn refuses(workspace: &Workspace, config: &str, parts: &[&str]) {
    workspace.write("main.tf", config);
    let found = workspace.expect_plan_error();
    let errors: Vec<String> = found.iter().filter(|it| it.is_error()).map(Diagnostic::text).collect();
    let holds = |error: &String| parts.iter().all(|part| error.contains(part));
    assert!(errors.iter().any(holds), "{parts:?} is not in {errors:#?}, for\n{config}");
}

/// The provider's own user: its id and its application.
fn itself(target: &Target) -> (String, String) {
    let user = text(&target.api().get("WhoAmI"), "UserId").to_owned();
    let row = target.api().get(&format!("systemusers({user})?$select=applicationid"));
    (user, text(&row, "applicationid").to_owned())
}

fn application_user(application: &str, body: &str) -> String {
    format!(
        "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{application}\"\n  {body}\n}}\n"
    )
}

#[test]
fn the_provider_does_not_shut_itself_out() {
    let target = Target::new();
    let (user, application) = itself(&target);
    let held = service::roles_of(&target, &user);
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &application_user(&application, ""));
    workspace.import("dataverse_application_user.it", &application);
    let unit = service::create_unit(&target, &target.name("unit"));
    let mine = "the user that the provider signs in as";
    refuses(&workspace, &application_user(&application, "enabled = false"), &[mine, "would disable it"]);
    refuses(
        &workspace,
        &application_user(&application, "security_roles = [\"Basic User\"]"),
        &[mine, "take away the security roles"],
    );
    let moved = application_user(&application, &format!("business_unit_id = \"{unit}\""));
    refuses(&workspace, &moved, &[mine, "would move it"]);
    let deleted = application_user(&application, "on_destroy = \"delete\"");
    workspace.write("main.tf", &deleted);
    workspace.apply();
    refuses(&workspace, "", &[mine, "disable or delete it"]);
    workspace.write("main.tf", &application_user(&application, "on_destroy = \"abandon\""));
    workspace.apply();
    workspace.destroy();
    assert_eq!(service::roles_of(&target, &user), held);
    target.api().patch(&format!("businessunits({unit})"), &json!({"isdisabled": true}));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn an_assignment_that_the_provider_works_with_stays() {
    let target = Target::new();
    let (user, _) = itself(&target);
    let workspace = Workspace::new(&target);
    let config = format!(
        "resource \"dataverse_role_assignment\" \"it\" {{\n  user_id = \"{user}\"\n  \
         role = \"System Administrator\"\n}}\n"
    );
    workspace.write("main.tf", &config);
    workspace.import("dataverse_role_assignment.it", &format!("user/{user}/System Administrator"));
    let refusal = ["take away the security roles that it works with"];
    refuses(&workspace, "", &refusal);
    refuses(&workspace, &config.replace("System Administrator", "Basic User"), &refusal);
    // A replacement that is asked for has no plan of its own destroy, so the apply refuses.
    workspace.write("main.tf", &config);
    let run = workspace.run(&["apply", "-auto-approve", "-replace=dataverse_role_assignment.it"]);
    assert!(!run.succeeded(), "{run}");
    run.assert_says("lock the provider out");
    assert!(service::roles_of(&target, &user).contains(&"System Administrator".to_owned()));
    workspace.run(&["state", "rm", "dataverse_role_assignment.it"]).ok();
}

/// Takes System Administrator from everybody but `kept`; the provider's own user gets System Customizer instead.
fn leave_as_administrators(target: &Target, kept: &[String]) {
    let mut directory = target.admin(Method::GET, "directory", None);
    for person in directory["people"].as_array_mut().expect("a list of people") {
        person["tenant_admin"] = false.into();
    }
    let people = json!({ "people": directory["people"], "service_principals": [] });
    target.admin(Method::POST, "directory", Some(&people));
    let (own, _) = itself(target);
    service::assign(target, &own, &service::role_named(target, "System Customizer"));
    let administrator = service::role_named(target, "System Administrator");
    let holders = format!(
        "systemuserrolescollection?$select=systemuserid&$filter=roleid eq {administrator} and systemuserid ne {own}"
    );
    let others = target.api().rows(&holders.replace(' ', "%20"));
    let others: Vec<String> = others.iter().map(|it| text(it, "systemuserid").to_owned()).collect();
    for user in others.iter().filter(|user| !kept.contains(user)) {
        let row = target.api().get(&format!("systemusers({user})?$select=fullname"));
        if !["SYSTEM", "INTEGRATION"].contains(&text(&row, "fullname")) {
            service::unassign(target, user, &administrator);
        }
    }
    service::unassign(target, &own, &administrator);
}

#[test]
fn one_of_two_administrators_may_go_but_not_both() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let people: Vec<String> = [0, 1].map(|index| target.person(index)).into();
    let users: Vec<String> = people.iter().map(|person| service::sign_in(&target, person)).collect();
    let config = |roles: [&str; 2]| -> String {
        let users = people.iter().zip(roles).enumerate().map(|(index, (person, role))| {
            format!(
                "resource \"dataverse_system_user\" \"u{index}\" {{\n  entra_object_id = \"{person}\"\n  \
                 security_roles = [\"{role}\"]\n  on_destroy = \"disable\"\n}}\n"
            )
        });
        users.collect()
    };
    let (all, none) = ("System Administrator", "Basic User");
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &config([all, all]));
    workspace.apply();
    leave_as_administrators(&target, &users);
    let refusal = ["nobody who can sign in would be a System Administrator", "is the last"];
    workspace.write("main.tf", &config([all, none]));
    workspace.run(&["plan", "-input=false"]).ok();
    refuses(&workspace, &config([none, none]), &refusal);
    let disabled = config([all, all]).replace("on_destroy", "enabled = false\n  on_destroy");
    refuses(&workspace, &disabled, &refusal);
    refuses(&workspace, "", &refusal);
}

#[test]
fn a_copy_of_a_role_is_not_changed() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let workspace = Workspace::new(&target);
    let name = target.name("role");
    let role = format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n}}\n");
    workspace.write("main.tf", &role);
    workspace.apply();
    let copies = target
        .api()
        .get(&format!("roles?$select=roleid&$filter=name eq '{name}' and _businessunitid_value eq {unit}"));
    let copy = text(&copies["value"][0], "roleid").to_owned();
    let privileges = format!(
        "{role}resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = \"{copy}\"\n  \
         tables = {{ account = {{ read = \"user\" }} }}\n}}\n"
    );
    refuses(&workspace, &privileges, &["is the copy of the role", &name, "Use the original's id"]);
    workspace.write("main.tf", &role);
    workspace.destroy();
    target.api().patch(&format!("businessunits({unit})"), &json!({"isdisabled": true}));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn a_role_that_may_impersonate_and_roles_that_a_move_strips_are_told() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let role = format!(
        "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n\
         resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  \
         privileges = {{ prvActOnBehalfOfAnotherUser = \"organization\" }}\n}}\n",
        target.name("role")
    );
    workspace.write("main.tf", &role);
    let run = workspace.run(&["plan", "-input=false", "-no-color"]).ok();
    run.assert_says("The role lets its holders act as anybody");

    let unit = service::create_unit(&target, &target.name("unit"));
    let user = application_user(&target.application(0), "");
    workspace.write("main.tf", &user);
    workspace.apply();
    let id = text(&workspace.attributes("dataverse_application_user.it"), "id").to_owned();
    service::assign(&target, &id, &service::role_named(&target, "Salesperson"));
    let moved = application_user(&target.application(0), &format!("business_unit_id = \"{unit}\""));
    workspace.write("main.tf", &moved);
    let run = workspace.run(&["plan", "-input=false", "-no-color"]).ok();
    run.assert_says("The move takes security roles away");
    run.assert_says("\"Salesperson\"");
    workspace.destroy();
    target.api().patch(&format!("businessunits({unit})"), &json!({"isdisabled": true}));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn a_deployer_with_few_rights_keeps_them_and_is_told_what_it_cannot_give() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let (own, _) = itself(&target);
    let name = target.name("deployer");
    let role = service::create_role(&target, &name, &service::root_unit(&target));
    let customizer = service::role_named(&target, "System Customizer");
    let held = target.api().get(&format!("RetrieveRolePrivilegesRole(RoleId={customizer})"));
    target.api().post(
        &format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole"),
        &json!({ "Privileges": held["RolePrivileges"] }),
    );
    let workspace = Workspace::new(&target);
    let resource = |body: &str| {
        format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n}}\n\
             resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  {body}\n}}\n"
        )
    };
    workspace.write("main.tf", &resource(""));
    workspace.import("dataverse_security_role.it", &role);
    workspace.import("dataverse_role_privileges.it", &role);
    service::assign(&target, &own, &role);
    service::unassign(&target, &own, &service::role_named(&target, "System Administrator"));

    let mine = ["The provider's own user holds the role", "Let another identity make this change"];
    refuses(&workspace, &resource("tables = { account = { read = \"user\" } }"), &mine);
    refuses(&workspace, "", &mine);
    let more = "resource \"dataverse_role_privileges\" \"more\" {\n  role_id = \"Salesperson\"\n  \
                privileges = { prvActOnBehalfOfAnotherUser = \"organization\" }\n}\n";
    workspace.run(&["state", "rm", "dataverse_security_role.it", "dataverse_role_privileges.it"]).ok();
    workspace.write("main.tf", more);
    let run = workspace.run(&["plan", "-input=false", "-no-color"]).ok();
    run.assert_says("The role holds more than the provider's user");
    run.assert_says("prvActOnBehalfOfAnotherUser (organization)");
}
