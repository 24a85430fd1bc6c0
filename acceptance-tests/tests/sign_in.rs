//! Signing in as an application: secret, certificate, and on behalf of somebody else.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::entra::{certificate, fixture, register, workspace};
use acceptance_tests::workspace::requirements;
use acceptance_tests::{Diagnostic, Target, Workspace};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dataverse_emulator::{Options, seed_ids};
use serde_json::json;

/// The only error of a plan, as one line.
#[track_caller]
fn error(workspace: &Workspace) -> String {
    let errors: Vec<_> = workspace.expect_plan_error().into_iter().filter(Diagnostic::is_error).collect();
    assert_eq!(errors.len(), 1, "one error, not {errors:#?}");
    errors[0].text()
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

fn with_pfx(target: &Target, name: &str, password: &str) -> Workspace {
    let path = fixture(name).display().to_string();
    workspace(
        target,
        &[("ARM_CLIENT_CERTIFICATE_PATH", path.as_str()), ("ARM_CLIENT_CERTIFICATE_PASSWORD", password)],
    )
}

#[test]
fn a_certificate_signs_in_from_a_modern_or_an_old_file_or_base64() {
    let target = Target::emulator(Options::default());
    register(&target, &json!({ "certificates": [certificate()] }));
    for (name, password) in [
        ("registered.pfx", "pfx-password"),
        ("registered-legacy.pfx", "pfx-password"),
        ("registered.pem", ""),
    ] {
        with_pfx(&target, name, password).apply();
    }
    let data = BASE64_STANDARD.encode(std::fs::read(fixture("registered.pfx")).unwrap());
    let workspace = workspace(&target, &[("ARM_CLIENT_CERTIFICATE_PASSWORD", "pfx-password")]);
    let block = format!("provider \"dataverse\" {{\n  client_certificate = \"{data}\"\n}}\n");
    workspace.write("provider.tf", &format!("{}\n{block}", requirements()));
    workspace.apply();
    target.assert_nothing_was_refused();
}

#[test]
fn a_certificate_that_entra_does_not_know_is_named_by_its_thumbprint() {
    let target = Target::emulator(Options::default());
    register(&target, &json!({ "certificates": [certificate()] }));
    let text = error(&with_pfx(&target, "unregistered.pfx", "pfx-password"));
    says(
        &text,
        &["no certificate with the thumbprint", "AADSTS700027", "upload", seed_ids::DEPLOYER_CLIENT_ID],
    );
    let thumbprint = text.split("thumbprint ").nth(1).unwrap().split(' ').next().unwrap();
    assert!(thumbprint.len() == 40 && thumbprint.chars().all(|c| c.is_ascii_hexdigit()), "{text}");
}

#[test]
fn a_certificate_file_that_cannot_be_opened_says_why_without_a_request() {
    let target = Target::emulator(Options::default());
    let cases = [
        ("registered.pfx", "hunter2", "its password is wrong"),
        ("elliptic.pem", "", "not an RSA key"),
        ("expired.pfx", "pfx-password", "has expired"),
        ("registered.crt", "", "it has no private key"),
        ("no-such.pfx", "", "cannot be used"),
    ];
    target.forget_requests();
    for (name, password, why) in cases {
        let text = error(&with_pfx(&target, name, password));
        says(&text, &[why, name, "ARM_CLIENT_CERTIFICATE_PATH"]);
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert_eq!(target.request_count(), 0);
}

#[test]
fn a_secret_that_is_out_of_date_says_to_make_a_new_one() {
    let target = Target::emulator(Options::default());
    register(&target, &json!({ "secret_expired": true }));
    let workspace = workspace(&target, &[("ARM_CLIENT_SECRET", seed_ids::DEPLOYER_CLIENT_SECRET)]);
    let text = error(&workspace);
    says(&text, &["has expired", "AADSTS7000222", "create a new one"]);
    assert!(!text.contains(seed_ids::DEPLOYER_CLIENT_SECRET), "{text}");
}

#[test]
fn a_run_asks_for_one_token() {
    let target = Target::emulator(Options::default());
    register(&target, &json!({ "certificates": [certificate()] }));
    let workspace = with_pfx(&target, "registered.pfx", "pfx-password");
    workspace.write(
        "more.tf",
        "data \"dataverse_business_unit\" \"root\" {}\n\ndata \"dataverse_table\" \"account\" {\n  logical_name = \"account\"\n}\n",
    );
    target.forget_requests();
    let _ = workspace.plan();
    assert_eq!(target.requests()["token"], 1, "{:#}", target.requests());
}

#[test]
fn no_secret_is_in_logs_and_state() {
    let target = Target::emulator(Options::default());
    register(&target, &json!({ "certificates": [certificate()] }));
    let mut workspace = with_pfx(&target, "registered.pfx", "pfx-password");
    let log = workspace.path().join("trace.log");
    workspace.set_env("TF_LOG_PROVIDER", "trace");
    workspace.set_env("TF_LOG_PATH", &log);
    workspace.apply();
    let mut text = std::fs::read_to_string(&log).unwrap();
    text.push_str(&std::fs::read_to_string(workspace.path().join("terraform.tfstate")).unwrap());
    assert!(text.contains("access token received"), "the log has what the provider says");
    for secret in ["pfx-password", "eyJ", "client_assertion=", "Bearer ey"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn requests_on_behalf_of_somebody_have_that_users_rights() {
    let target = Target::emulator(Options::default());
    let powerless = &seed_ids::SERVICE_PRINCIPALS[1];
    let workspace = workspace(&target, &[("ARM_CLIENT_SECRET", seed_ids::DEPLOYER_CLIENT_SECRET)]);
    let block = format!(
        "provider \"dataverse\" {{\n  impersonate_entra_object_id = \"{}\"\n}}\n",
        powerless.object_id
    );
    workspace.write("provider.tf", &format!("{}\n{block}", requirements()));
    workspace.write(
        "main.tf",
        "data \"dataverse_environment\" \"it\" {}\n\noutput \"user\" {\n  value = data.dataverse_environment.it.caller_user_id\n}\n",
    );
    workspace.apply();
    let user = target
        .api()
        .rows(&format!("systemusers?$select=systemuserid&$filter=applicationid eq {}", powerless.client_id));
    assert_eq!(workspace.output("user"), user[0]["systemuserid"]);

    let name = target.name("role");
    workspace.write(
        "main.tf",
        &format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n}}\n"),
    );
    let run = workspace.run(&["apply", "-json", "-input=false", "-auto-approve"]);
    assert!(!run.succeeded(), "{run}");
    let errors: Vec<_> = Diagnostic::parse(&run.stdout).into_iter().filter(Diagnostic::is_error).collect();
    says(&errors[0].text(), &["prvCreateRole"]);

    let block = "provider \"dataverse\" {\n  impersonate_entra_object_id = \"99999999-9999-4999-8999-999999999999\"\n}\n";
    workspace.write("provider.tf", &format!("{}\n{block}", requirements()));
    workspace.write("main.tf", "data \"dataverse_environment\" \"it\" {}\n");
    let _ = error(&workspace);
}
