//! How many requests the provider makes: reads are shared, whatever the number of resources.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::workspace::{quoted, requirements};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use reqwest::Method;
use serde_json::{Value, json};

const MODULES: usize = 4;
const USERS_PER_MODULE: usize = 50;
const ROLES: usize = 20;

fn application(index: usize) -> String {
    format!("44444444-dddd-4ddd-8ddd-{index:012}")
}

/// Puts applications into the directory for all the users.
fn seed_applications(target: &Target) {
    let principals: Vec<Value> = (0..MODULES * USERS_PER_MODULE)
        .map(|index| {
            json!({
                "client_id": application(index),
                "object_id": format!("55555555-eeee-4eee-8eee-{index:012}"),
                "display_name": format!("Load {index}"),
            })
        })
        .collect();
    target.admin(Method::POST, "directory", Some(&json!({ "people": [], "service_principals": principals })));
}

fn write_configuration(target: &Target, workspace: &Workspace) {
    workspace.write(
        "users/main.tf",
        &format!(
            "{}
variable \"applications\" {{ type = list(string) }}
variable \"roles\" {{ type = list(string) }}

resource \"dataverse_application_user\" \"it\" {{
  count          = length(var.applications)
  application_id = var.applications[count.index]
  security_roles = [var.roles[count.index % {ROLES}], var.roles[(count.index + 1) % {ROLES}]]
}}
",
            requirements()
        ),
    );
    let mut main = format!(
        "resource \"dataverse_security_role\" \"it\" {{
  count = {ROLES}
  name  = \"{} ${{count.index}}\"
}}

resource \"dataverse_role_privileges\" \"it\" {{
  count   = {ROLES}
  role_id = dataverse_security_role.it[count.index].id
  tables = {{
    account = provider::dataverse::access(\"organization\", [\"create\", \"read\", \"write\"])
    contact = {{ read = \"business_unit\" }}
  }}
}}
",
        target.name("role")
    );
    for module in 0..MODULES {
        let first = module * USERS_PER_MODULE;
        let applications: Vec<String> =
            (first..first + USERS_PER_MODULE).map(|index| quoted(&application(index))).collect();
        main.push_str(&format!(
            "\nmodule \"users_{module}\" {{\n  source = \"./users\"\n  applications = [{}]\n  \
             roles = dataverse_security_role.it[*].name\n}}\n",
            applications.join(", ")
        ));
    }
    workspace.write("main.tf", &main);
}

#[test]
fn a_refresh_of_two_hundred_users_and_twenty_roles_takes_twelve_requests_at_most() {
    let target = Target::emulator(Options::default());
    seed_applications(&target);
    let workspace = Workspace::new(&target);
    write_configuration(&target, &workspace);
    workspace.run(&["get"]).ok();
    workspace.apply();
    assert_eq!(workspace.addresses().len(), MODULES * USERS_PER_MODULE + 2 * ROLES);

    target.forget_requests();
    let run = workspace.assert_plan_is_empty();
    let counted = target.requests();
    let requests = target.request_count();
    assert!(requests <= 12, "{requests} requests: {counted:#}\n{run}");
    assert_eq!(counted["token"], 1, "{counted:#}");
    assert_eq!(counted["throttled"], 0, "{counted:#}");

    target.forget_requests();
    workspace.destroy();
    target.assert_nothing_was_refused();
}

#[test]
fn one_privilege_more_is_one_write() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    let config = |rights: &str| {
        format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n\
             resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  \
             tables = {{ account = {{ {rights} }} }}\n}}\n",
            target.name("role")
        )
    };
    workspace.write("main.tf", &config("read = \"user\""));
    workspace.apply();
    for rights in [
        "read = \"user\", write = \"user\"",
        "read = \"organization\", write = \"user\"",
        "write = \"organization\"",
    ] {
        workspace.write("main.tf", &config(rights));
        target.forget_requests();
        workspace.apply();
        let actions = target.requests()["actions"].clone();
        let calls: u64 =
            actions.as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
        assert_eq!(calls, 1, "{rights}: {actions:#}");
        workspace.assert_plan_is_empty();
    }
}

#[test]
fn a_refresh_of_two_hundred_teams_with_members_and_roles_takes_twelve_requests_at_most() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    let config = format!(
        "data \"dataverse_environment\" \"it\" {{}}\n\
         resource \"dataverse_team\" \"it\" {{\n  count = 200\n  name = \"{} ${{count.index}}\"\n  \
         security_roles = [\"Basic User\", \"Salesperson\"]\n  \
         members = [data.dataverse_environment.it.caller_user_id]\n}}\n",
        target.name("team")
    );
    workspace.write("main.tf", &config);
    workspace.apply();
    target.forget_requests();
    let run = workspace.assert_plan_is_empty();
    let (counted, requests) = (target.requests(), target.request_count());
    assert!(requests <= 12, "{requests} requests: {counted:#}\n{run}");
}
