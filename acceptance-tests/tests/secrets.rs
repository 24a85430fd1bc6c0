//! No secret is in anything that a run leaves, however it signs in: logs at their most talkative, state and its backup, plan
//! files with what is packed in them, and what stands on the screen, in runs that succeed and that fail.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::entra::{
    certificate, fixture, install, register, tenant, token, trust, workload, workspace,
};
use acceptance_tests::secrets::{BEGINNINGS, assert_free, assert_no_token, left_in, spellings};
use acceptance_tests::{Target, Workspace};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dataverse_emulator::{Options, seed_ids};
use reqwest::Method;
use serde_json::{Value, json};

const SUBJECT: &str = "repo:contoso/infrastructure:ref:refs/heads/main";
/// What tests put into the folder themselves.
const OWN: [&str; 4] = ["main.tf", "provider.tf", "token.jwt", "bin"];

/// Plans, applies, plans again, fails and destroys, and looks through everything that is there then.
#[track_caller]
fn assert_nothing_shows(target: &Target, mut workspace: Workspace, secrets: &[&str]) {
    workspace.set_env("TF_LOG", "TRACE");
    workspace.set_env("TF_LOG_PATH", workspace.path().join("trace.log"));
    let name = target.name("role");
    let role = format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{name}\"\n}}\n");
    workspace.write("main.tf", &format!("data \"dataverse_environment\" \"it\" {{}}\n\n{role}"));
    let mut said = Vec::new();
    let mut run = |args: &[&str], succeeds: bool| {
        let run = workspace.run(args);
        assert_eq!(run.succeeded(), succeeds, "{run}");
        said.extend(format!("{run}").into_bytes());
    };
    run(&["plan", "-input=false", "-no-color", "-out=created.tfplan"], true);
    run(&["apply", "-input=false", "-no-color", "created.tfplan"], true);
    run(&["show", "-json", "created.tfplan"], true);
    // The name is taken then.
    let twin = role.replace("\"it\" {", "\"twin\" {");
    workspace.write("main.tf", &format!("{role}\n{twin}"));
    run(&["apply", "-json", "-input=false", "-auto-approve"], false);
    workspace.write("main.tf", &role);
    run(&["plan", "-destroy", "-input=false", "-no-color", "-out=destroyed.tfplan"], true);
    run(&["apply", "-input=false", "-no-color", "destroyed.tfplan"], true);

    let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    let mut places: Vec<(String, Vec<u8>)> = left_in(workspace.path(), &OWN)
        .into_iter()
        .map(|(path, content)| (path.display().to_string(), content))
        .collect();
    places.push(("the screen".to_owned(), said));
    for wanted in ["trace.log", "terraform.tfstate", "created.tfplan/tfplan", "created.tfplan/tfstate"] {
        assert!(places.iter().any(|(place, _)| place.ends_with(wanted)), "there is no {wanted}");
    }
    let log = &places.iter().find(|(place, _)| place.ends_with("trace.log")).expect("a log").1;
    let log = String::from_utf8_lossy(log);
    assert!(log.contains("access token received") && log.contains("[TRACE]"), "the log says little");
    for (place, content) in &places {
        assert_free(place, content, &secrets);
        assert_no_token(place, content);
    }
}

#[test]
fn every_spelling_of_a_secret_is_found() {
    let secret = "p&ss=w/rd+\"<\u{e9}>";
    let secrets = [secret.to_owned()];
    for before in ["", "a", "ab", "abc"] {
        let text = format!("{before}{secret}yz");
        let base64 = BASE64_STANDARD.encode(&text);
        let json = serde_json::to_string(&text).unwrap();
        let form = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        for spelled in [text.clone(), base64, json.clone(), serde_json::to_string(&json).unwrap(), form] {
            let found =
                spellings(secret).iter().any(|it| spelled.as_bytes().windows(it.len()).any(|w| w == it));
            assert!(found, "{spelled}");
        }
    }
    assert_free("a text", b"p&ss=w/rd", &secrets);
}

#[test]
fn a_client_secret_shows_nowhere() {
    let target = Target::emulator(Options::default());
    let secret = "p&ss=w/rd+\"<\u{e9}>~hunter2 %41";
    register(&target, &json!({ "secret": secret }));
    let given = workspace(&target, &[("ARM_CLIENT_SECRET", secret)]);
    assert_nothing_shows(&target, given, &[secret]);
}

#[test]
fn a_certificate_and_its_password_show_nowhere() {
    let target = Target::emulator(Options::default());
    register(&target, &json!({ "certificates": [certificate()] }));
    let path = fixture("registered.pfx");
    let data = BASE64_STANDARD.encode(std::fs::read(&path).unwrap());
    let password = ("ARM_CLIENT_CERTIFICATE_PASSWORD", "pfx-password");
    let path = path.display().to_string();
    for given in [("ARM_CLIENT_CERTIFICATE_PATH", path.as_str()), ("ARM_CLIENT_CERTIFICATE", data.as_str())] {
        let workspace = workspace(&target, &[given, password]);
        assert_nothing_shows(&target, workspace, &[password.1, &data]);
    }
}

fn job(target: &Target, description: &Value) -> Value {
    let job = workload(target, description);
    trust(target, &job["issuer"], job["subject"].as_str().unwrap_or(SUBJECT));
    job
}

fn text<'a>(job: &'a Value, name: &str) -> &'a str {
    job[name].as_str().unwrap()
}

#[test]
fn a_federated_token_shows_nowhere() {
    let target = Target::emulator(Options::default());
    let job = job(&target, &json!({ "platform": "github_actions", "subject": SUBJECT }));
    let token = text(&job, "token");
    let given = workspace(&target, &[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", token)]);
    assert_nothing_shows(&target, given, &[token]);
    let mut file = workspace(&target, &[("ARM_USE_OIDC", "true")]);
    file.write("token.jwt", token);
    file.set_env("ARM_OIDC_TOKEN_FILE_PATH", file.path().join("token.jwt"));
    assert_nothing_shows(&target, file, &[token]);
}

#[test]
fn the_token_by_which_a_federated_one_is_asked_for_shows_nowhere() {
    let target = Target::emulator(Options::default());
    let github = job(&target, &json!({ "platform": "github_actions", "subject": SUBJECT }));
    let request = text(&github, "request_token");
    let actions = workspace(
        &target,
        &[
            ("ARM_USE_OIDC", "true"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", text(&github, "request_url")),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", request),
        ],
    );
    assert_nothing_shows(&target, actions, &[request, text(&github, "token")]);
    let connection = "7c5c1f8e-5a0b-4f6e-9a53-0e6a8a0c2d11";
    let azure = job(
        &target,
        &json!({ "platform": "azure_pipelines", "subject": SUBJECT, "service_connection_id": connection }),
    );
    let request = text(&azure, "request_token");
    let pipeline = workspace(
        &target,
        &[
            ("ARM_USE_OIDC", "true"),
            ("SYSTEM_OIDCREQUESTURI", text(&azure, "request_url")),
            ("SYSTEM_ACCESSTOKEN", request),
            ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", connection),
        ],
    );
    assert_nothing_shows(&target, pipeline, &[request, text(&azure, "token")]);
}

/// A workspace without tenant and application, which the machine knows.
fn bare(target: &Target, variables: &[(&str, &str)]) -> Workspace {
    let mut workspace = workspace(target, variables);
    for name in ["ARM_TENANT_ID", "ARM_CLIENT_ID"] {
        workspace.remove_env(name);
    }
    workspace
}

#[test]
fn what_a_managed_identity_is_given_shows_nowhere() {
    let target = Target::emulator(Options::default());
    let machine = json!({ "machine": { "system_assigned": seed_ids::DEPLOYER_CLIENT_ID } });
    target.admin(Method::POST, "directory", Some(&machine));
    let endpoint = format!("{}/metadata/identity/oauth2/token", target.url());
    let machine = bare(&target, &[("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", &endpoint)]);
    assert_nothing_shows(&target, machine, &[]);
    let endpoint = format!("{}/msi/token", target.url());
    let header = seed_ids::IDENTITY_HEADER;
    let service = bare(
        &target,
        &[("ARM_USE_MSI", "true"), ("IDENTITY_ENDPOINT", &endpoint), ("IDENTITY_HEADER", header)],
    );
    assert_nothing_shows(&target, service, &[]);
}

#[test]
fn what_an_azure_command_line_prints_shows_nowhere() {
    let target = Target::emulator(Options::default());
    let token = token(&target);
    let in_an_hour =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 3600;
    let az =
        json!({ "accessToken": token, "expires_on": in_an_hour, "tenant": tenant(), "tokenType": "Bearer" });
    let azd = json!({ "token": token, "expiresOn": "2099-01-01T00:00:00Z" });
    for (tool, answer, chosen) in [("az", az, "ARM_USE_CLI"), ("azd", azd, "ARM_USE_DEV_CLI")] {
        let mut workspace = bare(&target, &[(chosen, "true")]);
        install(&mut workspace, tool, &format!("echo '{answer}'"));
        assert_nothing_shows(&target, workspace, &[&token]);
    }
}

#[test]
fn an_ephemeral_token_is_in_neither_plan_nor_state_nor_log() {
    let target = Target::emulator(Options::default());
    let secret = seed_ids::DEPLOYER_CLIENT_SECRET;
    let mut workspace = workspace(&target, &[("ARM_CLIENT_SECRET", secret)]);
    workspace.set_env("TF_LOG", "TRACE");
    workspace.set_env("TF_LOG_PATH", workspace.path().join("trace.log"));
    workspace.write(
        "main.tf",
        r#"
ephemeral "dataverse_access_token" "it" {}

resource "terraform_data" "it" {
  provisioner "local-exec" {
    command     = "printenv TOKEN > bin/token"
    environment = { TOKEN = ephemeral.dataverse_access_token.it.access_token }
  }
}
"#,
    );
    workspace.write("bin/empty", "");
    let mut said = workspace.run(&["plan", "-input=false", "-no-color", "-out=tfplan"]).ok().to_string();
    said.push_str(&workspace.apply_plan().to_string());
    let token = std::fs::read_to_string(workspace.path().join("bin/token")).unwrap().trim().to_owned();
    assert!(
        target.api().accepts(&token) && BEGINNINGS.iter().any(|begin| token.starts_with(begin)),
        "{token}"
    );
    let secrets = [secret.to_owned(), token];
    assert_free("the screen", said.as_bytes(), &secrets);
    for (path, content) in left_in(workspace.path(), &OWN) {
        assert_free(&path.display().to_string(), &content, &secrets);
        assert_no_token(&path.display().to_string(), &content);
    }
}
