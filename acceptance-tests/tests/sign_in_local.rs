//! Signing in with what the machine has: its managed identity, or the login of an Azure command line.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::entra::{install, only_bin, tenant, token, workspace};
use acceptance_tests::{Diagnostic, Target, Workspace};
use dataverse_emulator::{Options, seed_ids};
use reqwest::Method;
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

/// A workspace without tenant and application, which the machine knows.
fn bare(target: &Target, variables: &[(&str, &str)]) -> Workspace {
    let mut workspace = workspace(target, &[]);
    for name in ["ARM_TENANT_ID", "ARM_CLIENT_ID"] {
        workspace.remove_env(name);
    }
    for (name, value) in variables {
        workspace.set_env(name, *value);
    }
    workspace
}

fn endpoint(target: &Target) -> String {
    format!("{}/metadata/identity/oauth2/token", target.url())
}

fn assign(target: &Target, machine: &serde_json::Value) {
    target.admin(Method::POST, "directory", Some(&json!({ "machine": machine })));
}

#[test]
fn a_machine_signs_in_with_its_managed_identity() {
    let target = Target::emulator(Options::default());
    let endpoint = endpoint(&target);
    let workspace = bare(&target, &[("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", &endpoint)]);
    assign(&target, &json!({ "system_assigned": seed_ids::DEPLOYER_CLIENT_ID }));
    workspace.apply();
    target.assert_nothing_was_refused();
}

#[test]
fn a_user_assigned_identity_is_named_by_its_client_id() {
    let target = Target::emulator(Options::default());
    let endpoint = endpoint(&target);
    let mut workspace = bare(&target, &[("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", &endpoint)]);
    assign(
        &target,
        &json!({ "user_assigned": [seed_ids::DEPLOYER_CLIENT_ID, seed_ids::POWERLESS_CLIENT_ID] }),
    );
    says(&error(&workspace), &["no system-assigned managed identity", "client_id"]);
    workspace.set_env("ARM_CLIENT_ID", seed_ids::STRANGER_CLIENT_ID);
    says(&error(&workspace), &[seed_ids::STRANGER_CLIENT_ID, "is not assigned to this machine"]);
    workspace.set_env("ARM_CLIENT_ID", seed_ids::DEPLOYER_CLIENT_ID);
    workspace.apply();
}

#[test]
fn app_service_has_an_endpoint_of_its_own() {
    let target = Target::emulator(Options::default());
    let endpoint = format!("{}/msi/token", target.url());
    let workspace = bare(
        &target,
        &[
            ("ARM_USE_MSI", "true"),
            ("IDENTITY_ENDPOINT", &endpoint),
            ("IDENTITY_HEADER", seed_ids::IDENTITY_HEADER),
        ],
    );
    assign(&target, &json!({ "system_assigned": seed_ids::DEPLOYER_CLIENT_ID }));
    workspace.apply();
}

#[test]
fn a_machine_outside_azure_is_told_so_at_once() {
    let target = Target::emulator(Options::default());
    // Nothing listens on the port for discarding.
    let nowhere = "http://127.0.0.1:9/metadata/identity/oauth2/token";
    let workspace = bare(&target, &[("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", nowhere)]);
    says(&error(&workspace), &["no managed identity service answers at 127.0.0.1", "Azure machines only"]);
}

/// What `az account get-access-token` prints, for a token that ends in an hour.
fn az_answer(token: &str) -> String {
    let expires =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 3600;
    json!({ "accessToken": token, "expires_on": expires, "tenant": tenant(), "tokenType": "Bearer" })
        .to_string()
}

#[test]
fn the_azure_cli_is_asked_when_nothing_else_is_given() {
    let target = Target::emulator(Options::default());
    let mut workspace = bare(&target, &[("ARM_TENANT_ID", tenant())]);
    let scope = format!("--scope {}/.default", target.url());
    let script = format!(
        "case \"$*\" in\n  \"account get-access-token -o json {scope} --tenant {}\") echo '{}' ;;\n  *) echo \"unexpected: $*\" >&2; exit 2 ;;\nesac",
        tenant(),
        az_answer(&token(&target))
    );
    install(&mut workspace, "az", &script);
    workspace.apply();
}

#[test]
fn an_azure_cli_that_is_missing_or_logged_out_says_what_to_do() {
    let target = Target::emulator(Options::default());
    let mut workspace = bare(&target, &[]);
    only_bin(&mut workspace);
    let empty = workspace.path().join("bin");
    workspace.set_env("PATH", empty);
    says(&error(&workspace), &["\"az\" is not on the PATH", "client_secret", "use_oidc"]);
    install(&mut workspace, "az", "echo \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1");
    says(&error(&workspace), &["nobody is logged in to \"az\"", "run \"az login\""]);
    let refused = "ERROR: AADSTS500011: The resource principal named https://x was not found in the tenant.";
    install(&mut workspace, "az", &format!("echo \"{refused}\" >&2\nexit 1"));
    says(&error(&workspace), &["no environment at", target.url(), "AADSTS500011"]);
    install(&mut workspace, "az", "echo 'ERROR: The command failed with an unexpected error.' >&2\nexit 1");
    says(&error(&workspace), &["\"az\" gave no token: The command failed with an unexpected error."]);
}

#[test]
fn the_azure_developer_cli_signs_in_or_says_what_to_do() {
    let target = Target::emulator(Options::default());
    let mut workspace = bare(&target, &[("ARM_USE_DEV_CLI", "true")]);
    let empty = workspace.path().join("bin");
    workspace.set_env("PATH", empty);
    says(&error(&workspace), &["\"azd\" is not on the PATH"]);
    let said = r#"{"type":"consoleMessage","timestamp":"2026-01-01T00:00:00Z","data":{"message":"\nERROR: not logged in, run `azd auth login` to login\n"}}"#;
    install(&mut workspace, "azd", &format!("cat >&2 <<'EOF'\n{said}\nEOF\nexit 1"));
    says(&error(&workspace), &["nobody is logged in to \"azd\"", "run \"azd auth login\""]);
    let answer = json!({ "token": token(&target), "expiresOn": "2099-01-01T00:00:00Z" });
    let arguments = format!("auth token -o json --no-prompt --scope {}/.default", target.url());
    let script = format!(
        "case \"$*\" in\n  \"{arguments}\") echo '{answer}' ;;\n  *) echo \"unexpected: $*\" >&2; exit 2 ;;\nesac"
    );
    install(&mut workspace, "azd", &script);
    workspace.apply();
}
