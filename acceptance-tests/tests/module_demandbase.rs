//! The Demandbase module: who holds the role, and who can read which views.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::modules::Module;
use acceptance_tests::service::{self, text};
use acceptance_tests::{Diagnostic, Target};
use reqwest::Method;
use serde_json::json;

const USER: &str = "demandbase@contoso.onmicrosoft.com";
const VARIABLES: &str = "-var-file=tests/emulator.tfvars";

fn user(target: &Target, filter: &str) -> (String, String) {
    let select = "systemuserid,azureactivedirectoryobjectid";
    let row = target.api().rows(&format!("systemusers?$select={select}&$filter={filter}"))[0].clone();
    (text(&row, "systemuserid").to_owned(), text(&row, "azureactivedirectoryobjectid").to_owned())
}

/// The names of the views that a person can read.
fn views(target: &Target, person: &str) -> Vec<String> {
    let found = target.api().act(&Method::GET, "userqueries?$select=name&$orderby=name", None, Some(person));
    found["value"].as_array().unwrap().iter().map(|view| text(view, "name").to_owned()).collect()
}

#[test]
fn both_users_hold_the_role_and_the_views_come_and_go() {
    let module = Module::named("integrations/demandbase");
    let target = module.emulated();
    // The stricter reading of the documentation: the share comes when the user can use it, or not at all.
    let _ = target.admin(Method::PUT, "switches", Some(&json!({ "share_needs_privilege": true })));
    let copy = module.workspace(&target);
    copy.run(&["apply", "-input=false", "-auto-approve", VARIABLES]).ok();
    let (person, entra) = user(&target, &format!("domainname%20eq%20'{USER}'"));
    let (application, _) = user(&target, "applicationid%20eq%2011111111-aaaa-4aaa-8aaa-000000000101");
    for id in [&person, &application] {
        assert_eq!(service::roles_of(&target, id), ["Demandbase Integration"]);
    }
    assert_eq!(views(&target, &entra), ["Buying committee", "Fresh leads", "Target accounts"]);
    copy.run(&["plan", "-input=false", "-detailed-exitcode", VARIABLES]).ok();

    let one = "-var=shared_views=[{owner=\"alexw@contoso.onmicrosoft.com\",table=\"contact\",name=\"Buying committee\"}]";
    copy.run(&["apply", "-input=false", "-auto-approve", VARIABLES, one]).ok();
    assert_eq!(views(&target, &entra), ["Buying committee"]);
    copy.run(&["destroy", "-input=false", "-auto-approve", VARIABLES]).ok();
    target.assert_nothing_was_refused();
}

#[test]
fn a_view_that_its_owner_does_not_have_is_named_in_the_plan() {
    let module = Module::named("integrations/demandbase");
    let target = module.emulated();
    let copy = module.workspace(&target);
    let wrong = "-var=shared_views=[{owner=\"alexw@contoso.onmicrosoft.com\",table=\"lead\",name=\"Buying committee\"}]";
    let run = copy.run(&["plan", "-json", "-input=false", VARIABLES, wrong]);
    assert!(!run.succeeded(), "a view that is not there was planned:\n{run}");
    let errors: Vec<_> = Diagnostic::parse(&run.stdout).into_iter().filter(Diagnostic::is_error).collect();
    let [error] = &errors[..] else { panic!("one error, not {errors:#?}") };
    assert!(error.text().contains("Buying committee"), "{}", error.text());
}

/// A plan that is narrowed to the shares has what they need, so it tells what an apply does before them.
#[test]
fn views_are_shared_after_the_role_has_its_privileges() {
    let module = Module::named("integrations/demandbase");
    let target = module.emulated();
    let copy = module.workspace(&target);
    let run =
        copy.run(&["plan", "-json", "-input=false", VARIABLES, "-target=dataverse_record_share.view"]).ok();
    let planned = |address: &str| run.stdout.contains(&format!("\"addr\":\"{address}\""));
    assert!(
        planned(
            "dataverse_record_share.view[\\\"alexw@contoso.onmicrosoft.com: contact: Buying committee\\\"]"
        ),
        "{run}"
    );
    assert!(planned("dataverse_role_privileges.demandbase"), "{run}");
    assert!(!planned("dataverse_application_user.demandbase"), "the plan is not narrowed:\n{run}");
}
