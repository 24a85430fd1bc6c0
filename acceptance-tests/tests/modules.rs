//! The modules of `examples`, as their users test them, and what the roles of the integrations hold.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fs;

use acceptance_tests::Target;
use acceptance_tests::modules::{self, Module};

/// Runs a module's own tests, against the live environment when there is one.
fn passes(name: &str) {
    let module = Module::named(name);
    let emulated = Target::new();
    let target = if emulated.is_live() { emulated } else { module.emulated() };
    let report = module.test(&target);
    assert!(report.faults.is_empty(), "{report}");
    target.assert_nothing_was_refused();
}

macro_rules! modules {
    ($($test:ident $name:literal;)*) => {
        $(#[test]
        fn $test() {
            passes($name);
        })*

        #[test]
        fn every_module_has_its_test_here() {
            let names: Vec<String> = modules::all().iter().map(|module| module.name().to_owned()).collect();
            assert_eq!(names, [$($name),*]);
        }
    };
}

modules! {
    environment_security_passes "environments/environment-security";
    the_guide_about_testing_passes "guides/testing-with-the-emulator";
    business_central_passes "integrations/business-central";
    demandbase_passes "integrations/demandbase";
    non_interactive_account_passes "integrations/non-interactive-account";
    playbooks_passes "integrations/playbooks";
}

#[test]
fn the_tables_of_the_pages_say_what_the_roles_hold() {
    for module in modules::all().into_iter().filter(|module| !module.sources().is_empty()) {
        let table = modules::page(&module).unwrap_or_else(|faults| panic!("{}", faults.join("\n")));
        let page = fs::read_to_string(module.folder().join(modules::README)).expect("a module has a page");
        assert!(page.contains(&table), "{} is stale: run cargo xtask permissions", module.name());
    }
}
