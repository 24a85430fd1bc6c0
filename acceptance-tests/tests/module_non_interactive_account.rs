//! The recipe for non-interactive accounts: what becomes of the account when its licence goes, and the limit of seven.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::modules::Module;
use acceptance_tests::service::{self, text};
use acceptance_tests::{Diagnostic, Target};
use reqwest::Method;
use serde_json::{Value, json};

const ACCOUNT: &str = "crm-service@contoso.onmicrosoft.com";
const VARIABLES: &str = "-var-file=tests/emulator.tfvars";

fn user(target: &Target) -> Value {
    let filter = format!("domainname%20eq%20'{ACCOUNT}'");
    let select = "systemuserid,isdisabled,islicensed,accessmode,azureactivedirectoryobjectid";
    target.api().rows(&format!("systemusers?$select={select}&$filter={filter}"))[0].clone()
}

fn license(target: &Target, licensed: bool) {
    let change = json!({ "licensed": licensed });
    let _ = target.admin(Method::PATCH, &format!("directory/people/{ACCOUNT}"), Some(&change));
}

#[test]
fn the_account_works_on_without_its_licence_and_the_plan_is_empty() {
    let module = Module::named("integrations/non-interactive-account");
    let target = module.emulated();
    let copy = module.workspace(&target);
    copy.run(&["apply", "-input=false", "-auto-approve", VARIABLES]).ok();
    assert_eq!((&user(&target)["accessmode"], &user(&target)["islicensed"]), (&json!(4), &json!(true)));

    license(&target, false);
    let account = user(&target);
    assert_eq!((&account["isdisabled"], &account["islicensed"]), (&json!(false), &json!(false)));
    let id = text(&account, "systemuserid").to_owned();
    let person = text(&account, "azureactivedirectoryobjectid");
    let who = target.api().act(&Method::GET, "WhoAmI", None, Some(person));
    assert_eq!(text(&who, "UserId"), id, "the account can still call");
    copy.run(&["plan", "-input=false", "-detailed-exitcode", VARIABLES]).ok();

    // The same with an interactive account: Dataverse disables it.
    license(&target, true);
    copy.run(&["apply", "-input=false", "-auto-approve", VARIABLES, "-var=interactive=true"]).ok();
    license(&target, false);
    assert!(!service::is_enabled(&target, &id));
    target.assert_nothing_was_refused();
}

/// People who are the non-interactive users of the environment.
fn others(count: usize) -> Value {
    let id = |number: usize| format!("66666666-ffff-4fff-8fff-00000000000{number}");
    let name = |number: usize| format!("robot{number}@contoso.onmicrosoft.com");
    let people = (0..count).map(|it| json!({ "object_id": id(it), "user_principal_name": name(it) }));
    let change = |it| {
        let path = format!("systemusers(azureactivedirectoryobjectid={})", id(it));
        json!({ "method": "PATCH", "path": path, "body": { "accessmode": 4 } })
    };
    json!({
        "people": people.collect::<Vec<_>>(),
        "sign_ins": (0..count).map(name).collect::<Vec<_>>(),
        "requests": (0..count).map(change).collect::<Vec<_>>(),
    })
}

#[test]
fn an_eighth_account_is_refused_in_words_that_help() {
    let module = Module::named("integrations/non-interactive-account");
    let target = module.emulated();
    let _ = target.admin(Method::POST, "setup", Some(&others(7)));
    let copy = module.workspace(&target);
    let run = copy.run(&["plan", "-json", "-input=false", VARIABLES]);
    assert!(!run.succeeded(), "an eighth account was planned:\n{run}");
    let errors: Vec<_> = Diagnostic::parse(&run.stdout).into_iter().filter(Diagnostic::is_error).collect();
    let [error] = &errors[..] else { panic!("one error, not {errors:#?}") };
    let said = error.text();
    for word in ["takes 7 non-interactive users", "7 are there", "dataverse_application_user"] {
        assert!(said.contains(word), "{said} does not say {word}");
    }
    assert_eq!(error.marked(), "var.interactive ? \"read_write\" : \"non_interactive\"");
}
