//! Provider blocks that cannot work: what the user is told, and where.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::workspace::{quoted, requirements};
use acceptance_tests::{Diagnostic, Target, Workspace};
use dataverse_emulator::{Options, seed_ids};

const LOOKUP: &str = "data \"dataverse_environment\" \"it\" {}\n";

/// A folder that reads the environment, with these arguments in the provider block.
fn workspace(target: &Target, arguments: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::new(target);
    let block: String =
        arguments.iter().map(|(name, value)| format!("  {name} = {}\n", quoted(value))).collect();
    workspace.write("provider.tf", &format!("{}\nprovider \"dataverse\" {{\n{block}}}\n", requirements()));
    workspace.write("main.tf", LOOKUP);
    workspace
}

/// The only error of a run that must fail.
fn only_error(workspace: &Workspace) -> Diagnostic {
    let errors: Vec<_> = workspace.expect_plan_error().into_iter().filter(Diagnostic::is_error).collect();
    assert_eq!(errors.len(), 1, "one error, not {errors:#?}");
    errors[0].clone()
}

#[track_caller]
fn assert_says(error: &Diagnostic, parts: &[&str]) {
    for part in parts {
        assert!(error.text().contains(part), "{part:?} is not in {}", error.text());
    }
}

#[test]
fn half_of_the_credentials_is_told_from_none() {
    let target = Target::new();
    let mut without_secret = workspace(&target, &[]);
    without_secret.remove_env("ARM_CLIENT_SECRET");
    let error = only_error(&without_secret);
    assert_says(
        &error,
        &["Incomplete credentials", "ARM_CLIENT_ID", "nothing that proves", "ARM_CLIENT_SECRET"],
    );
    assert_eq!(error.line(), "provider \"dataverse\" {");

    let mut without_tenant = workspace(&target, &[]);
    without_tenant.remove_env("ARM_TENANT_ID");
    assert_says(
        &only_error(&without_tenant),
        &["Signing in with a client secret was chosen by", "ARM_CLIENT_SECRET", "ARM_TENANT_ID"],
    );
}

#[test]
fn two_ways_to_sign_in_are_refused_where_the_second_stands() {
    let target = Target::new();
    let workspace = workspace(&target, &[("client_secret", "hunter2"), ("use_msi", "true")]);
    let error = only_error(&workspace);
    assert_says(&error, &["Conflicting credentials", "client_secret", "a managed identity", "Keep one"]);
    assert!(!error.text().contains("hunter2"), "{}", error.text());
    assert_eq!(error.marked(), "\"true\"");
}

#[test]
fn without_a_url_the_user_is_asked_for_it() {
    let target = Target::new();
    let mut workspace = workspace(&target, &[]);
    workspace.remove_env("DATAVERSE_URL");
    assert_says(&only_error(&workspace), &["environment_url", "DATAVERSE_URL"]);
}

#[test]
fn a_url_that_is_no_https_root_is_refused_where_it_stands() {
    let target = Target::new();
    for (url, why) in [
        ("http://contoso.crm.dynamics.com", "only https is allowed"),
        ("https://contoso.crm.dynamics.com/api/data/v9.2", "it contains the path \"/api/data/v9.2\""),
        ("contoso.crm.dynamics.com", "it has no scheme"),
        ("https://contoso.crm.dynamics.com?x=1", "a query"),
    ] {
        let error = only_error(&workspace(&target, &[("environment_url", url)]));
        assert_says(&error, &[why, url]);
        assert_eq!(error.marked(), quoted(url), "{error:#?}");
        let mut from_variable = workspace(&target, &[]);
        from_variable.set_env("DATAVERSE_URL", url);
        assert_says(&only_error(&from_variable), &[why, url, "DATAVERSE_URL"]);
    }
}

#[test]
fn a_wrong_secret_is_told_from_a_wrong_application() {
    let target = Target::new();
    let mut wrong = workspace(&target, &[]);
    wrong.set_env("ARM_CLIENT_SECRET", "hunter2");
    let error = only_error(&wrong);
    assert_says(&error, &["secret", "ARM_CLIENT_SECRET", "AADSTS7000215"]);
    assert!(!error.text().contains("hunter2"), "{}", error.text());

    let nobody = workspace(&target, &[("client_id", "99999999-9999-4999-8999-999999999999")]);
    assert_says(&only_error(&nobody), &["99999999-9999-4999-8999-999999999999", "AADSTS700016"]);
}

#[test]
fn a_tenant_that_does_not_exist_is_named() {
    let target = Target::new();
    let error = only_error(&workspace(&target, &[("tenant_id", "no-such-tenant.example")]));
    assert_says(&error, &["no-such-tenant.example", "AADSTS90002"]);
}

#[test]
fn a_host_that_is_no_environment_of_the_tenant_or_cannot_be_reached_is_named() {
    let target = Target::new();
    // Nothing listens on the port for discarding. Who cannot sign in for an environment never gets to call it.
    let nowhere = "https://localhost:9";
    let error = only_error(&workspace(&target, &[("environment_url", nowhere)]));
    assert_says(&error, &[nowhere, "AADSTS500011"]);

    let error = only_error(&workspace(&target, &[("authority_host", nowhere), ("retry_timeout", "1s")]));
    assert_says(&error, &["could not be reached", "localhost:9"]);
}

#[test]
fn a_server_that_nobody_trusts_is_not_talked_to() {
    let target = Target::emulator(Options::default());
    let mut workspace = workspace(&target, &[]);
    workspace.remove_env("SSL_CERT_FILE");
    let error = only_error(&workspace);
    assert_says(&error, &["certificate"]);
}

#[test]
fn a_certificate_file_that_is_not_there_is_named() {
    let target = Target::new();
    let error = only_error(&workspace(&target, &[("ca_certificate_path", "/no/such/ca.pem")]));
    assert_says(&error, &["/no/such/ca.pem", "cannot be read"]);
    assert_eq!(error.marked(), "\"/no/such/ca.pem\"");
}

#[test]
fn an_environment_without_a_user_for_the_application_says_how_to_make_one() {
    let target = Target::emulator(Options::default());
    let mut workspace = workspace(&target, &[]);
    workspace.set_env("ARM_CLIENT_ID", seed_ids::STRANGER_CLIENT_ID);
    workspace.set_env("ARM_CLIENT_SECRET", seed_ids::STRANGER_CLIENT_SECRET);
    assert_says(&only_error(&workspace), &["needs an application user", "Power Platform admin center"]);
}

#[test]
fn a_missing_privilege_is_named_and_nothing_is_created() {
    let target = Target::emulator(Options::default());
    let mut workspace = workspace(&target, &[]);
    workspace.set_env("ARM_CLIENT_ID", seed_ids::POWERLESS_CLIENT_ID);
    workspace.set_env("ARM_CLIENT_SECRET", seed_ids::POWERLESS_CLIENT_SECRET);
    let name = target.name("role");
    workspace.write(
        "main.tf",
        &format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n}}\n"),
    );
    let errors: Vec<_> = {
        let run = workspace.run(&["apply", "-json", "-input=false", "-auto-approve"]);
        assert!(!run.succeeded(), "{run}");
        Diagnostic::parse(&run.stdout)
    };
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert_says(&errors[0], &["prvCreateRole", "Add the privilege to a security role"]);
    assert_eq!(errors[0].address.as_deref(), Some("dataverse_security_role.it"));
    assert_eq!(workspace.addresses(), Vec::<String>::new());
}

#[test]
fn words_that_are_no_choices_are_refused_by_validate() {
    let target = Target::new();
    for (name, value, why) in [
        ("cloud", "mooncake", "public"),
        ("client_id", "me", "GUID"),
        ("request_timeout", "soon", "not a duration"),
    ] {
        let workspace = workspace(&target, &[(name, value)]);
        let errors = workspace.expect_error("validate");
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert_says(&errors[0], &[why, value]);
        assert_eq!(errors[0].marked(), quoted(value));
    }
}
