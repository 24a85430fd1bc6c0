//! Signing in with tokens of other issuers: GitHub Actions, Azure Pipelines, Kubernetes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::entra::{tenant, trust, workload, workspace};
use acceptance_tests::{Diagnostic, Target, Workspace};
use dataverse_emulator::{Options, seed_ids};
use serde_json::{Value, json};

const SUBJECT: &str = "repo:contoso/infrastructure:ref:refs/heads/main";
const CONNECTION: &str = "7c5c1f8e-5a0b-4f6e-9a53-0e6a8a0c2d11";

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

fn github_job(target: &Target) -> Value {
    workload(target, &json!({ "platform": "github_actions", "subject": SUBJECT }))
}

/// A workspace inside a job of GitHub Actions.
fn in_github(target: &Target, job: &Value) -> Workspace {
    let text = |name: &str| job[name].as_str().unwrap();
    workspace(
        target,
        &[
            ("ARM_USE_OIDC", "true"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", text("request_url")),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", text("request_token")),
        ],
    )
}

#[test]
fn a_job_of_github_actions_signs_in_without_a_secret() {
    let target = Target::emulator(Options::default());
    let job = github_job(&target);
    trust(&target, &job["issuer"], SUBJECT);
    in_github(&target, &job).apply();
    target.assert_nothing_was_refused();
}

#[test]
fn a_job_that_is_not_trusted_is_told_which_credential_to_add() {
    let target = Target::emulator(Options::default());
    let job = github_job(&target);
    let issuer = job["issuer"].as_str().unwrap();
    let workspace = in_github(&target, &job);
    let text = error(&workspace);
    says(&text, &["no federated credential", "AADSTS70025", issuer, SUBJECT, "api://AzureADTokenExchange"]);
    trust(&target, &job["issuer"], "repo:contoso/infrastructure:environment:production");
    says(&error(&workspace), &["AADSTS700213", SUBJECT, "exactly these values"]);
}

#[test]
fn a_job_without_the_permission_is_told_to_ask_for_it() {
    let target = Target::emulator(Options::default());
    let mut without = workspace(&target, &[("ARM_USE_OIDC", "true")]);
    says(&error(&without), &["id-token: write", "ACTIONS_ID_TOKEN_REQUEST_URL", "chosen by"]);
    let job = github_job(&target);
    without.set_env("ACTIONS_ID_TOKEN_REQUEST_URL", job["request_url"].as_str().unwrap());
    without.set_env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hunter2");
    let text = error(&without);
    says(&text, &["GitHub answered with status 401", "id-token: write"]);
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_pipeline_of_azure_devops_signs_in_through_its_service_connection() {
    let target = Target::emulator(Options::default());
    let subject = "sc://contoso/infrastructure/deploy";
    let job = workload(
        &target,
        &json!({ "platform": "azure_pipelines", "subject": subject, "service_connection_id": CONNECTION }),
    );
    trust(&target, &job["issuer"], subject);
    let mut pipeline = workspace(
        &target,
        &[
            ("ARM_USE_OIDC", "true"),
            ("SYSTEM_OIDCREQUESTURI", job["request_url"].as_str().unwrap()),
            ("SYSTEM_ACCESSTOKEN", job["request_token"].as_str().unwrap()),
        ],
    );
    says(&error(&pipeline), &["ado_pipeline_service_connection_id is missing"]);
    pipeline.set_env("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "another");
    says(
        &error(&pipeline),
        &["Azure Pipelines answered with status 404", "ado_pipeline_service_connection_id"],
    );
    pipeline.set_env("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", CONNECTION);
    pipeline.apply();
}

#[test]
fn a_token_may_be_given_or_lie_in_a_file() {
    let target = Target::emulator(Options::default());
    let job = github_job(&target);
    trust(&target, &job["issuer"], SUBJECT);
    let token = job["token"].as_str().unwrap();
    workspace(&target, &[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", token)]).apply();
    let mut file = workspace(&target, &[("ARM_USE_OIDC", "true")]);
    let path = file.path().join("token.jwt");
    file.set_env("ARM_OIDC_TOKEN_FILE_PATH", &path);
    says(&error(&file), &["token.jwt", "cannot be read"]);
    file.write("token.jwt", &format!("{token}\n"));
    file.apply();
}

#[test]
fn a_token_that_has_ended_says_so_and_never_shows() {
    let target = Target::emulator(Options::default());
    let job = workload(
        &target,
        &json!({ "platform": "github_actions", "subject": SUBJECT, "lifetime_seconds": -900 }),
    );
    trust(&target, &job["issuer"], SUBJECT);
    let token = job["token"].as_str().unwrap();
    let text = error(&workspace(&target, &[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", token)]));
    says(&text, &["AADSTS700024", "not valid at this time", "oidc_request_url"]);
    assert!(!text.contains(token) && !text.contains("eyJ"), "{text}");
    let job = github_job(&target);
    let fresh = job["token"].as_str().unwrap();
    let forged = format!("{}AAAA", &fresh[..fresh.len() - 4]);
    let text = error(&workspace(&target, &[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", &forged)]));
    says(&text, &["AADSTS50013", "signature"]);
}

#[test]
fn a_pod_of_kubernetes_signs_in_with_its_service_account() {
    let target = Target::emulator(Options::default());
    let subject = "system:serviceaccount:terraform:runner";
    let pod = workload(&target, &json!({ "platform": "kubernetes", "subject": subject }));
    trust(&target, &pod["issuer"], subject);
    let mut workspace = workspace(&target, &[("ARM_USE_AKS_WORKLOAD_IDENTITY", "true")]);
    for name in ["ARM_TENANT_ID", "ARM_CLIENT_ID"] {
        workspace.remove_env(name);
    }
    workspace.set_env("AZURE_TENANT_ID", tenant());
    workspace.set_env("AZURE_CLIENT_ID", seed_ids::DEPLOYER_CLIENT_ID);
    says(
        &error(&workspace),
        &["AZURE_FEDERATED_TOKEN_FILE", "a workload identity of Kubernetes was chosen by"],
    );
    let path = workspace.path().join("azure-identity-token");
    workspace.set_env("AZURE_FEDERATED_TOKEN_FILE", &path);
    workspace.write("azure-identity-token", pod["token"].as_str().unwrap());
    workspace.apply();
}
