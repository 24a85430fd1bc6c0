//! A role copied by passing on what the data source of its privileges tells.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::refusal::refused_at;
use acceptance_tests::service;
use acceptance_tests::{Target, Workspace};

fn copy(target: &Target, of: &str) -> String {
    format!(
        "data \"dataverse_role_privileges\" \"it\" {{\n  role_id = \"{of}\"\n}}\n\
         resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n\
         resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  \
         tables = data.dataverse_role_privileges.it.tables\n  privileges = data.dataverse_role_privileges.it.privileges\n  \
         include_default_privileges = false\n}}\n",
        target.name("copy")
    )
}

/// Fails unless the copy of a role holds exactly what the role holds.
fn assert_copies(target: &Target, name: &str, original: &str) {
    let workspace = Workspace::new(target);
    workspace.write("main.tf", &copy(target, name));
    workspace.apply();
    workspace.assert_plan_is_empty();
    let copy = service::role_named(target, &target.name("copy"));
    assert_eq!(service::privileges(target, &copy), service::privileges(target, original));
    workspace.destroy();
}

#[test]
fn a_large_role_is_copied_exactly() {
    let target = Target::new();
    let original = service::role_named(&target, "System Customizer");
    assert!(service::privileges(&target, &original).len() > 500, "System Customizer is a large role");
    assert_copies(&target, "System Customizer", &original);
    assert_copies(&target, "Basic User", &service::role_named(&target, "Basic User"));
}

#[test]
fn privileges_of_several_tables_and_of_none_are_copied_at_their_levels() {
    let target = Target::new();
    let name = target.name("role");
    let role = service::create_role(&target, &name, &service::root_unit(&target));
    for (privilege, depth) in [
        ("prvReadActivity", "Deep"),
        ("prvWriteActivity", "Basic"),
        ("prvExportToExcel", "Global"),
        ("prvReadUserQuery", "Basic"),
        ("prvReadUser", "Local"),
    ] {
        service::grant(&target, &role, privilege, depth);
    }
    service::revoke(&target, &role, "prvReadPluginType");
    service::revoke(&target, &role, "prvReadSharePointData");
    assert_copies(&target, &name, &role);
    assert_copies(&target, &role, &role);
    target.api().delete(&format!("roles({role})"));
}

#[test]
fn the_copy_of_a_unit_shows_the_privileges_of_its_original() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let original = service::role_named(&target, "Basic User");
    let filter =
        format!("_parentrootroleid_value%20eq%20{original}%20and%20_businessunitid_value%20eq%20{unit}");
    let copies = target.api().rows(&format!("roles?$select=roleid&$filter={filter}"));
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            "data \"dataverse_role_privileges\" \"it\" {{\n  role_id = \"{}\"\n}}\n\
             output \"it\" {{\n  value = data.dataverse_role_privileges.it\n}}\n",
            service::text(&copies[0], "roleid")
        ),
    );
    workspace.apply();
    let found = workspace.output("it");
    assert_eq!(found["id"], original);
    assert_eq!(found["tables"]["systemuser"]["read"], "organization", "{found:#}");
    target.api().patch(&format!("businessunits({unit})"), &serde_json::json!({ "isdisabled": true }));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn a_role_that_is_not_there_is_named() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    refused_at(
        &workspace,
        "data \"dataverse_role_privileges\" \"it\" {\n  role_id = \"Basic Usr\"\n}\n",
        "\"Basic Usr\"",
        &["no security role named \"Basic Usr\"", "Did you mean \"Basic User\"?"],
    );
}
