//! Everything that the provider offers is documented, shown by an example, tested, and complete.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Host, HostOptions};
use acceptance_tests::{Target, Workspace};
use serde_json::Value;

const RESOURCES: [&str; 11] = [
    "dataverse_application_user",
    "dataverse_business_unit",
    "dataverse_column_security_profile",
    "dataverse_record_share",
    "dataverse_role_assignment",
    "dataverse_role_privilege",
    "dataverse_role_privileges",
    "dataverse_security_role",
    "dataverse_system_user",
    "dataverse_team",
    "dataverse_team_membership",
];

const DATA_SOURCES: [&str; 16] = [
    "dataverse_application_users",
    "dataverse_business_unit",
    "dataverse_business_units",
    "dataverse_effective_privileges",
    "dataverse_environment",
    "dataverse_personal_view",
    "dataverse_record_access",
    "dataverse_role_privileges",
    "dataverse_security_role",
    "dataverse_security_roles",
    "dataverse_system_user",
    "dataverse_system_users",
    "dataverse_table",
    "dataverse_tables",
    "dataverse_team",
    "dataverse_teams",
];

const FUNCTIONS: [&str; 3] = ["access", "merge_tables", "role_from_solution_xml"];
const EPHEMERAL: [&str; 1] = ["dataverse_access_token"];
const LISTS: [&str; 5] = [
    "dataverse_application_user",
    "dataverse_business_unit",
    "dataverse_security_role",
    "dataverse_system_user",
    "dataverse_team",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn short(name: &str) -> &str {
    name.strip_prefix("dataverse_").unwrap_or(name)
}

/// The text of each acceptance test but this one.
fn tests() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a file").path());
    let sources = files.filter(|path| {
        path.extension().is_some_and(|it| it == "rs") && path.file_stem().is_some_and(|it| it != "registry")
    });
    sources.map(|path| fs::read_to_string(path).expect("text")).collect()
}

/// Whether one of the tests holds all of `parts`.
fn any(tests: &[String], parts: &[&str]) -> bool {
    tests.iter().any(|test| parts.iter().all(|part| test.contains(part)))
}

#[track_caller]
fn page(folder: &str, name: &str) -> String {
    let path = root().join("docs").join(folder).join(format!("{name}.md"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn assert_is_file(path: &str) {
    assert!(root().join(path).is_file(), "{path} is missing");
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn terraform_lists_the_whole_surface() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", "");
    let run = workspace.run(&["providers", "schema", "-json"]).ok();
    let schemas: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let provider = schemas["provider_schemas"].as_object().expect("an object").values().next().expect("one");
    assert_eq!(keys(&provider["resource_schemas"]), BTreeSet::from(RESOURCES));
    assert_eq!(keys(&provider["data_source_schemas"]), BTreeSet::from(DATA_SOURCES));
    assert_eq!(keys(&provider["functions"]), BTreeSet::from(FUNCTIONS));
    assert_eq!(keys(&provider["ephemeral_resource_schemas"]), BTreeSet::from(EPHEMERAL));
}

#[test]
fn what_the_command_line_is_too_old_for_is_offered_over_the_protocol() {
    let host = Host::start(&HostOptions::default());
    let request = pb::get_provider_schema::Request {};
    let schema = host.call(async |mut it| it.get_schema(request).await).expect("a schema");
    let lists: BTreeSet<&str> = schema.list_resource_schemas.keys().map(String::as_str).collect();
    assert_eq!(lists, BTreeSet::from(LISTS));
    let request = pb::get_resource_identity_schemas::Request {};
    let identities =
        host.call(async |mut it| it.get_resource_identity_schemas(request).await).expect("an answer");
    for name in RESOURCES {
        let identity = identities.identity_schemas.get(name).unwrap_or_else(|| panic!("no identity: {name}"));
        assert!(identity.identity_attributes.iter().any(|it| it.required_for_import), "{name}");
    }
}

#[test]
fn every_resource_has_a_page_an_example_an_import_and_a_lifecycle() {
    let tests = tests();
    for name in RESOURCES {
        let page = page("resources", short(name));
        let first = page.lines().skip_while(|line| !line.starts_with("# ")).nth(4).unwrap_or_default();
        assert!(first.starts_with("Authoritative") || first.starts_with("Additive"), "{name}: {first}");
        let needs = page.split("The deploying identity needs").nth(1).unwrap_or_default();
        assert!(needs.contains("`prv"), "{name} does not say what its deployer needs");
        assert!(page.contains("## Import"), "{name} does not say how to import");
        assert_is_file(&format!("examples/resources/{name}/resource.tf"));
        assert_is_file(&format!("examples/resources/{name}/import.sh"));
        assert!(any(&tests, &["Case {", &format!("\"{name}.")]), "{name} has no lifecycle case");
        let generated = ["-generate-config-out", &format!("(\"{name}\", ")];
        assert!(any(&tests, &generated), "{name} has no round trip of generated configuration");
    }
}

#[test]
fn every_data_source_function_ephemeral_and_list_resource_has_a_page_an_example_and_a_test() {
    let tests = tests();
    for name in DATA_SOURCES {
        page("data-sources", short(name));
        assert_is_file(&format!("examples/data-sources/{name}/data-source.tf"));
        let read =
            any(&tests, &[&format!("data \\\"{name}\\\"")]) || any(&tests, &[&format!("data \"{name}\"")]);
        let listed = any(&tests, &["data \\\"dataverse_{source}\\\"", &format!("\"{}\"", short(name))]);
        assert!(read || listed, "{name} is read by no test");
    }
    for name in FUNCTIONS {
        page("functions", name);
        assert_is_file(&format!("examples/functions/{name}/function.tf"));
        assert!(any(&tests, &[&format!("provider::dataverse::{name}(")]), "{name} is called by no test");
    }
    for name in EPHEMERAL {
        page("ephemeral-resources", short(name));
        assert_is_file(&format!("examples/ephemeral-resources/{name}/ephemeral-resource.tf"));
        assert!(any(&tests, &["ephemeral ", name]), "{name} is opened by no test");
    }
    for name in LISTS {
        page("list-resources", short(name));
        assert!(
            any(&tests, &["provider.list(", name]) || any(&tests, &[".list(kind", name]),
            "{name} is listed by no test"
        );
        assert_is_file(&format!("examples/list-resources/{name}/list-resource.tfquery.hcl"));
    }
}
