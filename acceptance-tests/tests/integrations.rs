//! Roles of real integrations, every row of what their documentation lists, applied and read back.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use acceptance_tests::service::{self, DEFAULT_PRIVILEGES};
use acceptance_tests::workspace::quoted;
use acceptance_tests::{Target, Workspace};

/// A row of the documentation of an integration.
struct Row {
    table: String,
    rights: Vec<String>,
    level: String,
    privileges: Vec<String>,
}

fn rows(fixture: &str) -> Vec<Row> {
    let lines = fixture.lines().filter(|line| !line.starts_with('#'));
    let list = |cell: &str| cell.split(',').map(str::to_owned).collect::<Vec<_>>();
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [table, rights, level, privileges] => Row {
                table: table.to_owned(),
                rights: list(rights),
                level: level.to_owned(),
                privileges: list(privileges),
            },
            _ => panic!("four cells, not {line:?}"),
        })
        .collect()
}

fn depth(level: &str) -> &'static str {
    match level {
        "user" => "Basic",
        "business_unit" => "Local",
        "parent_child_business_unit" => "Deep",
        "organization" => "Global",
        other => panic!("no level {other:?}"),
    }
}

fn defaults() -> impl Iterator<Item = (String, String)> {
    DEFAULT_PRIVILEGES.iter().map(|name| ((*name).to_owned(), "Global".to_owned()))
}

/// The role as configuration: one line for each row.
fn configuration(name: &str, rows: &[Row]) -> String {
    let mut text = format!(
        "resource \"dataverse_security_role\" \"it\" {{\n  name = {}\n}}\n\
         resource \"dataverse_role_privileges\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  tables = {{\n",
        quoted(name)
    );
    for row in rows.iter().filter(|row| row.table != "-") {
        let rights: Vec<String> = row.rights.iter().map(|right| quoted(right)).collect();
        let access = format!("provider::dataverse::access({}, [{}])", quoted(&row.level), rights.join(", "));
        writeln!(text, "    {} = {access}", row.table).unwrap();
    }
    text.push_str("  }\n  privileges = {\n");
    for row in rows.iter().filter(|row| row.table == "-") {
        writeln!(text, "    {} = {}", row.privileges[0], quoted(&row.level)).unwrap();
    }
    text + "  }\n}\n"
}

#[test]
fn the_integration_user_of_business_central_gets_every_row_of_its_documentation() {
    let rows = rows(include_str!("../fixtures/business_central.tsv"));
    assert_eq!(rows.len(), 30);
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &configuration(&target.name("Integration User"), &rows));
    workspace.apply();
    workspace.assert_plan_is_empty();

    let role = workspace.attributes("dataverse_security_role.it");
    let held = service::privileges(&target, service::text(&role, "id"));
    let listed = rows
        .iter()
        .flat_map(|row| row.privileges.iter().map(|it| (it.clone(), depth(&row.level).to_owned())));
    let expected: BTreeMap<String, String> = defaults().chain(listed).collect();
    assert_eq!(held, expected);

    workspace.destroy();
    target.assert_nothing_was_refused();
}
