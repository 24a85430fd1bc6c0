//! Roles of exported solutions: read by a function, given to a role, and found there exactly.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use acceptance_tests::service::{self, DEFAULT_PRIVILEGES, text};
use acceptance_tests::{Target, Workspace};

const CONFIG: &str = r#"
locals {
  exported = provider::dataverse::role_from_solution_xml(file("${path.module}/role.xml"))
}

resource "dataverse_security_role" "it" {
  name = local.exported.name
}

resource "dataverse_role_privileges" "it" {
  role_id    = dataverse_security_role.it.id
  tables     = local.exported.tables
  privileges = local.exported.privileges
}
"#;

/// The first `count` privileges of the environment, each at one of the levels that it allows.
fn some_privileges(target: &Target, count: usize) -> BTreeMap<String, String> {
    let levels =
        [("canbebasic", "Basic"), ("canbelocal", "Local"), ("canbedeep", "Deep"), ("canbeglobal", "Global")];
    let rows = target
        .api()
        .rows("privileges?$select=name,canbebasic,canbelocal,canbedeep,canbeglobal&$orderby=name");
    let privileges: BTreeMap<String, String> = rows
        .iter()
        .enumerate()
        .filter_map(|(number, row)| {
            let allowed: Vec<&str> =
                levels.iter().filter(|(column, _)| row[*column] == true).map(|(_, level)| *level).collect();
            let level = allowed.get(number % allowed.len().max(1))?;
            Some((text(row, "name").to_owned(), (*level).to_owned()))
        })
        .take(count)
        .collect();
    assert_eq!(privileges.len(), count, "the environment has enough privileges");
    privileges
}

/// A `customizations.xml` with one role.
fn exported(name: &str, privileges: &BTreeMap<String, String>) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ImportExportXml>\n  <Entities />\n  <Roles>\n    \
         <Role id=\"{{6f3c1f0e-5a0d-4a66-9a4e-2d1a6b0c7e11}}\" name=\"{name}\" isinherited=\"1\">\n      <RolePrivileges>\n"
    );
    for (name, level) in privileges {
        let _ = writeln!(xml, "        <RolePrivilege name=\"{name}\" level=\"{level}\" />");
    }
    xml + "      </RolePrivileges>\n    </Role>\n  </Roles>\n</ImportExportXml>\n"
}

#[test]
fn an_exported_role_of_any_size_is_what_the_environment_then_holds() {
    let target = Target::new();
    for count in [0, 60, 2_000] {
        let privileges = some_privileges(&target, count);
        let workspace = Workspace::new(&target);
        workspace.write("main.tf", CONFIG);
        workspace.write("role.xml", &exported(&format!("{} {count}", target.name("role")), &privileges));
        workspace.apply();
        let mut expected: BTreeMap<String, String> =
            DEFAULT_PRIVILEGES.iter().map(|name| ((*name).to_owned(), "Global".to_owned())).collect();
        expected.extend(privileges);
        let role = workspace.attributes("dataverse_security_role.it");
        assert_eq!(service::privileges(&target, text(&role, "id")), expected, "{count} privileges");
        workspace.assert_plan_is_empty();
        workspace.destroy();
    }
}

#[test]
fn a_privilege_that_the_environment_lacks_is_refused_with_the_nearest_name() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", CONFIG);
    let privileges = BTreeMap::from([("prvReadAcount".to_owned(), "Global".to_owned())]);
    workspace.write("role.xml", &exported(&target.name("role"), &privileges));
    let found = workspace.expect_plan_error();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].text().contains("no privilege named \"prvReadAcount\". Did you mean \"prvReadAccount\""),
        "{found:?}"
    );
}

#[test]
fn a_document_that_is_no_role_is_refused_at_the_argument() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", CONFIG);
    let bomb = "<!DOCTYPE Role [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<Role name=\"&b;\" />\n";
    for (document, message) in [
        (bomb, "has a document type declaration"),
        ("<Role name=\"Sales\">\n  <RolePrivileges>\n", "Line 3: The document ends too early"),
        ("<html></html>", "The document is a <html>"),
    ] {
        workspace.write("role.xml", document);
        let found = workspace.expect_error("validate");
        assert!(
            found.iter().any(|it| it.text().contains("Invalid value for \"xml\" parameter")),
            "{found:?}"
        );
        assert!(found.iter().any(|it| it.text().contains(message)), "{message}: {found:?}");
    }
}

#[test]
fn merged_tables_give_the_deepest_level_of_each() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let config = r#"
resource "dataverse_role_privileges" "it" {
  role_id = dataverse_security_role.it.id
  tables = provider::dataverse::merge_tables(
    { account = provider::dataverse::access("Basic", ["read", "write"]) },
    { account = { Read = "GLOBAL" }, contact = { read = "business_unit" } },
  )
}
"#;
    let role =
        format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n", target.name("role"));
    workspace.write("main.tf", &format!("{role}{config}"));
    workspace.apply();
    let held = service::privileges(&target, text(&workspace.attributes("dataverse_security_role.it"), "id"));
    let levels = ["prvReadAccount", "prvWriteAccount", "prvReadContact"].map(|name| held[name].as_str());
    assert_eq!(levels, ["Global", "Basic", "Local"]);
    workspace.assert_plan_is_empty();

    workspace.write("main.tf", &format!("{role}{}", config.replace("GLOBAL", "everything")));
    let found = workspace.expect_error("validate");
    assert!(
        found.iter().any(|it| it.text().contains("In account.Read: \"everything\" is not an access level")),
        "{found:?}"
    );
    workspace.write("main.tf", &role);
    workspace.destroy();
}
