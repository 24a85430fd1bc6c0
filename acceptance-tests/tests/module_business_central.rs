//! The Business Central module: the accounts and the salespeople, and which rows of their list are named.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::modules::{self, Copy, Module};
use acceptance_tests::service::{self, text};
use acceptance_tests::{Diagnostic, Target};

const VARIABLES: &str = "-var-file=tests/emulator.tfvars";
const PRODUCT: &str = "Dynamics 365 Business Central";

fn user(target: &Target, name: &str) -> String {
    let filter = format!("domainname%20eq%20'{name}@contoso.onmicrosoft.com'");
    let rows = target.api().rows(&format!("systemusers?$select=systemuserid&$filter={filter}"));
    text(&rows[0], "systemuserid").to_owned()
}

fn roles(target: &Target, name: &str) -> Vec<String> {
    let mut roles = service::roles_of(target, &user(target, name));
    roles.sort();
    roles
}

#[test]
fn people_hold_what_is_asked_for_and_keep_what_they_held() {
    let module = Module::named("integrations/business-central");
    let target = module.emulated();
    assert_eq!(roles(&target, "bc-integration"), ["Basic User"]);
    let copy = module.workspace(&target);
    copy.run(&["apply", "-input=false", "-auto-approve", VARIABLES]).ok();

    let administrator =
        ["Basic User", &format!("{PRODUCT} Integration Administrator"), "Sales Manager", "System Customizer"];
    assert_eq!(roles(&target, "bc-admin"), administrator, "the administrator is promoted and loses nothing");
    let integration = [format!("{PRODUCT} Integration User")];
    assert_eq!(roles(&target, "bc-integration"), integration, "the account is taken over");
    assert_eq!(roles(&target, "salesperson01"), ["Basic User", "Salesperson"]);
    assert_eq!(roles(&target, "salesperson50"), ["Salesperson"]);

    let select = "teams?$select=teamid&$filter=name%20eq%20'Business%20Central%20Product%20Availability'";
    let team = text(&target.api().rows(select)[0], "teamid").to_owned();
    let members = target.api().rows(&format!("teams({team})/teammembership_association?$select=domainname"));
    assert_eq!(members.len(), 50);
    let of_team = target.api().rows(&format!("teams({team})/teamroles_association?$select=name"));
    assert_eq!(text(&of_team[0], "name"), format!("{PRODUCT} Product Availability User"));

    copy.run(&["destroy", "-input=false", "-auto-approve", VARIABLES]).ok();
    assert_eq!(roles(&target, "bc-admin"), ["Basic User"]);
    assert_eq!(roles(&target, "salesperson01"), ["Basic User"]);
    assert!(service::is_enabled(&target, &user(&target, "salesperson01")));
    target.assert_nothing_was_refused();
}

fn refusals(variables: &[&str]) -> String {
    let module = Module::named("integrations/business-central");
    let target = module.emulated();
    let copy = module.workspace(&target);
    let run = copy.run(&[&["plan", "-json", "-input=false", VARIABLES], variables].concat());
    assert!(!run.succeeded(), "{variables:?} was planned:\n{run}");
    let errors = Diagnostic::parse(&run.stdout).into_iter().filter(Diagnostic::is_error);
    errors.map(|error| error.text()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_wrong_row_is_named_by_its_line() {
    let list = [
        "Display name,User name",
        "Jo,salesperson01@contoso.onmicrosoft.com",
        "Nameless,",
        "",
        "Odd,not a name",
        "Twin,SALESPERSON01@contoso.onmicrosoft.com",
        "Chief,bc-admin@contoso.onmicrosoft.com",
    ];
    let said = refusals(&[&format!("-var=salespeople={}", list.join("\n"))]);
    for line in [
        "Line 3: there is no user name",
        "Line 5: \"not a name\" is no user name",
        "Line 6: salesperson01@contoso.onmicrosoft.com stands in line 2 already",
        "Line 7: bc-admin@contoso.onmicrosoft.com is the administrator",
    ] {
        assert!(said.contains(line), "{said} does not say {line}");
    }
    assert!(!said.contains("Line 2:"), "{said}");
}

#[test]
fn the_administrator_is_refused_as_integration_account_by_its_object_id_too() {
    let said = refusals(&["-var=integration_account=55555555-EEEE-4eee-8eee-000000000302"]);
    assert!(said.contains("is the administrator. Business Central needs an account of its own"), "{said}");
}

/// The module in a configuration that makes the integration account itself, so that its name is not known in the plan.
fn with_account_of_the_run(target: &Target, account: &str, salespeople: &str) -> Copy {
    modules::root(
        target,
        &format!(
            "{}resource \"terraform_data\" \"account\" {{\n  input = \"{account}\"\n}}\n\
             module \"it\" {{\n  source = \"../examples/integrations/business-central\"\n  \
             administrator = \"bc-admin@contoso.onmicrosoft.com\"\n  \
             integration_account = terraform_data.account.output\n  salespeople = \"{salespeople}\"\n}}\n",
            acceptance_tests::workspace::requirements()
        ),
    )
}

#[test]
fn an_account_that_the_same_run_creates_may_be_named() {
    let target = Module::named("integrations/business-central").emulated();
    let list = "User name\\nsalesperson01@contoso.onmicrosoft.com\\n";
    let copy = with_account_of_the_run(&target, "55555555-eeee-4eee-8eee-000000000301", list);
    copy.run(&["apply", "-input=false", "-auto-approve"]).ok();
    copy.run(&["plan", "-input=false", "-detailed-exitcode"]).ok();
    assert_eq!(roles(&target, "bc-integration"), [format!("{PRODUCT} Integration User")]);
}

#[test]
fn the_administrator_is_not_taken_over_where_the_plan_cannot_know() {
    let target = Module::named("integrations/business-central").emulated();
    let copy = with_account_of_the_run(&target, "55555555-eeee-4eee-8eee-000000000302", "");
    let run = copy.run(&["apply", "-input=false", "-no-color", "-auto-approve"]);
    assert!(!run.succeeded(), "{run}");
    run.assert_says("is the administrator. Business Central needs an account of its own");
    assert_eq!(roles(&target, "bc-admin"), ["Basic User"], "the administrator is as before");
}

#[test]
fn an_administrator_who_is_given_by_object_id_is_no_salesperson() {
    let list = "-var=salespeople=User name\nbc-admin@contoso.onmicrosoft.com\n";
    let said = refusals(&["-var=administrator=55555555-eeee-4eee-8eee-000000000302", list]);
    assert!(said.contains("Line 2: bc-admin@contoso.onmicrosoft.com is the administrator"), "{said}");
}

#[test]
fn roles_that_the_module_gives_by_itself_may_be_listed_in_any_case() {
    let module = Module::named("integrations/business-central");
    let target = module.emulated();
    let copy = module.workspace(&target);
    let roles_given = "-var=administrator_roles=[\"Sales Manager\",\"system customizer\",\
                       \"DYNAMICS 365 Business Central Integration Administrator\"]";
    copy.run(&["apply", "-input=false", "-auto-approve", VARIABLES, roles_given]).ok();
    let held = roles(&target, "bc-admin");
    assert_eq!(held.len(), 4, "{held:?}");
}
