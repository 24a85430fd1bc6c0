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

#[test]
fn the_demandbase_example_gives_what_the_documentation_lists() {
    let rows = rows(include_str!("../fixtures/demandbase.tsv"));
    assert_eq!(rows.len(), 22);
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/integrations/demandbase");
    for file in fs::read_dir(example).expect("the example is there") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|it| it == "tf") {
            let name = path.file_name().unwrap().to_str().unwrap();
            workspace.write(name, &fs::read_to_string(&path).expect("text"));
        }
    }
    let unit = target.api().get(&format!("businessunits({})?$select=name", service::root_unit(&target)));
    let variables = [
        ("application_id", target.application(1)),
        ("integration_user", target.person(3)),
        ("business_unit", service::text(&unit, "name").to_owned()),
    ];
    service::sign_in(&target, &target.person(3));
    let lines: String =
        variables.iter().map(|(name, value)| format!("{name} = {}\n", quoted(value))).collect();
    workspace.write("terraform.tfvars", &lines);
    // The example says which provider it needs by itself.
    workspace.write("provider.tf", "provider \"dataverse\" {}\n");

    workspace.apply();
    workspace.assert_plan_is_empty();
    let role = workspace.output("role");
    let held = service::privileges(&target, service::text(&role, "id"));
    let listed: BTreeSet<String> = rows.into_iter().flat_map(|row| row.privileges).collect();
    let expected: BTreeSet<String> = listed.iter().cloned().chain(defaults().map(|it| it.0)).collect();
    assert_eq!(held.keys().cloned().collect::<BTreeSet<_>>(), expected);
    let shallow: Vec<_> = held.iter().filter(|(_, depth)| *depth != "Global").collect();
    assert_eq!(shallow, [(&"prvReadUserQuery".to_owned(), &"Basic".to_owned())]);
    for user in ["application_user_id", "integration_user_id"] {
        let id = workspace.output(user);
        let roles = service::roles_of(&target, id.as_str().expect("an id"));
        assert_eq!(roles, [service::text(&role, "name")], "{user}");
    }
    workspace.destroy();
    target.assert_nothing_was_refused();
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
