//! One environment's security in three environments: the same names, other ids behind them.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use acceptance_tests::modules::{Copy, Module};
use acceptance_tests::{Diagnostic, Target};
use dataverse_emulator::Options;

const NAMES: [&str; 3] = ["dev", "test", "prod"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/environments")
}

/// An environment with ids of its own, and its root module.
struct Environment {
    target: Target,
    copy: Copy,
}

impl Environment {
    fn new(name: &str, seed: u64) -> Self {
        let target = Target::emulator(Options { seed, ..Options::default() });
        let copy = Module::in_folder(&format!("environments/{name}")).workspace(&target);
        Self { target, copy }
    }

    fn apply(&self) {
        self.copy.run(&["apply", "-input=false", "-auto-approve"]).ok();
        self.copy.run(&["plan", "-input=false", "-detailed-exitcode"]).ok();
    }

    /// The output of the module: kinds of objects, names, ids.
    fn ids(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let run = self.copy.run(&["output", "-json", "security"]).ok();
        serde_json::from_str(&run.stdout).expect("the output is JSON")
    }
}

#[test]
fn the_root_modules_differ_in_their_variables_alone() {
    let files = |name: &str| -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder().join(name)).expect("the root module is there");
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|it| it == "tf"))
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect()
    };
    let dev = files("dev");
    assert!(dev.contains_key("main.tf"), "{dev:?}");
    for other in ["test", "prod"] {
        assert_eq!(files(other), dev, "{other} has other configuration than dev");
    }
}

#[test]
fn three_environments_have_the_same_names_and_other_ids() {
    let environments: Vec<_> =
        NAMES.iter().zip(1..).map(|(name, seed)| Environment::new(name, seed)).collect();
    environments.iter().for_each(Environment::apply);
    let ids: Vec<_> = environments.iter().map(Environment::ids).collect();

    let names = |kind: &str, index: usize| -> BTreeSet<&String> { ids[index][kind].keys().collect() };
    for index in 1..3 {
        assert_eq!(names("role_ids", index), names("role_ids", 0));
        for (kind, common) in [("business_unit_ids", 2), ("team_ids", 1), ("application_user_ids", 1)] {
            assert_eq!(names(kind, 0).intersection(&names(kind, index)).count(), common, "{kind}: {ids:#?}");
        }
    }
    let all: Vec<&String> = ids.iter().flat_map(BTreeMap::values).flat_map(BTreeMap::values).collect();
    let distinct: BTreeSet<&&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "no id stands for something in two environments");
    for (index, environment) in environments.iter().enumerate() {
        let state = environment.copy.state();
        for (_, foreign) in ids.iter().enumerate().filter(|(other, _)| *other != index) {
            for id in foreign.values().flat_map(BTreeMap::values) {
                assert!(!state.contains(id.as_str()), "{} knows {id} of another environment", NAMES[index]);
            }
        }
    }

    // A change of the shared module arrives in each environment as just that.
    for environment in &environments {
        let roles = environment.copy.path().join("../environment-security/roles.tf");
        let text = fs::read_to_string(&roles).unwrap();
        let before = "privileges = { prvExportToExcel = \"organization\" }";
        assert!(text.contains(before), "{text}");
        fs::write(&roles, text.replace(before, "privileges = {}")).unwrap();
        let editor = "module.security.dataverse_role_privileges.this[\"Customer Editor\"]";
        environment.copy.plan().assert_actions(&[(editor, "update")]);
        environment.apply();
        environment.target.assert_nothing_was_refused();
    }
}

#[test]
fn a_role_that_nobody_knows_is_refused_in_the_plan() {
    let environment = Environment::new("prod", 1);
    let variables = environment.copy.path().join("terraform.tfvars");
    let text = fs::read_to_string(&variables).unwrap();
    fs::write(&variables, text.replace("[\"Customer Editor\"]", "[\"Customer Edtior\"]")).unwrap();
    let run = environment.copy.run(&["plan", "-json", "-input=false"]);
    assert!(!run.succeeded(), "{run}");
    let errors: Vec<_> = Diagnostic::parse(&run.stdout).into_iter().filter(Diagnostic::is_error).collect();
    assert!(!errors.is_empty());
    for error in errors {
        let said = error.text();
        assert!(said.contains("no security role named \"Customer Edtior\""), "{said}");
        assert!(said.ends_with("Did you mean \"Customer Editor\"?"), "{said}");
    }
}
