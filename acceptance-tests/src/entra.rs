//! What an administrator sets up in Entra for signing in, and what a platform gives to its jobs: on the emulator.

use std::path::{Path, PathBuf};

use dataverse_emulator::seed_ids::{SERVICE_PRINCIPALS, TENANT_ID};
use reqwest::Method;
use serde_json::{Value, json};

use crate::target::Target;
use crate::workspace::Workspace;

/// Environment variables with credentials that a target sets.
const SECRETS: [&str; 1] = ["ARM_CLIENT_SECRET"];

/// The file of this name among the fixtures for signing in.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sign-in").join(name)
}

/// The certificate that tests register, without its key.
#[must_use]
pub fn certificate() -> String {
    std::fs::read_to_string(fixture("registered.crt")).expect("the fixture is there")
}

/// Gives members, such as `certificates` or `federated_credentials`, to the deploying application.
pub fn register(target: &Target, members: &Value) {
    let deployer = SERVICE_PRINCIPALS[0];
    let mut principal = json!({
        "client_id": deployer.client_id, "object_id": deployer.object_id, "display_name": deployer.display_name,
        "secret": deployer.secret, "management": true,
    });
    let members = members.as_object().expect("an object").clone();
    principal.as_object_mut().expect("an object").extend(members);
    target.admin(Method::POST, "directory", Some(&json!({ "service_principals": [principal] })));
}

/// Lets the deploying application trust tokens of this issuer about this subject.
pub fn trust(target: &Target, issuer: &Value, subject: &str) {
    register(target, &json!({ "federated_credentials": [{ "issuer": issuer, "subject": subject }] }));
}

/// Registers a job or pod at a platform; the answer has `issuer`, `request_url`, `request_token` and `token`.
#[must_use]
pub fn workload(target: &Target, description: &Value) -> Value {
    target.admin(Method::POST, "workloads", Some(description))
}

/// A folder that reads the environment and signs in with these variables alone, besides tenant and application.
#[must_use]
pub fn workspace(target: &Target, variables: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new(target);
    for name in SECRETS {
        workspace.remove_env(name);
    }
    for (name, value) in variables {
        workspace.set_env(name, *value);
    }
    workspace.write("main.tf", "data \"dataverse_environment\" \"it\" {}\n");
    workspace
}

/// A token of the environment for the deploying application, as a command line would get it.
#[must_use]
pub fn token(target: &Target) -> String {
    target.api().bearer().to_owned()
}

/// Puts a shell script in a folder of the workspace and that folder at the front of the `PATH`.
#[cfg(unix)]
pub fn install(workspace: &mut Workspace, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let file = format!("bin/{name}");
    workspace.write(&file, &format!("#!/bin/sh\n{script}\n"));
    let path = workspace.path().join(&file);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
        .expect("the script can be made to run");
    only_bin(workspace);
}

/// A `PATH` with the folder of [`install`] and without anything of Azure that the machine may have.
pub fn only_bin(workspace: &mut Workspace) {
    let bin = workspace.path().join("bin");
    workspace.set_env("PATH", format!("{}:/bin:/usr/bin", bin.display()));
}

/// The tenant of the emulator.
#[must_use]
pub fn tenant() -> &'static str {
    TENANT_ID
}
