use dataverse_emulator::{Emulator, Options, seed_ids};
use serde_json::json;

use crate::support::{ADMIN_TEMPLATE, Env, client, read};

#[tokio::test]
async fn requests_are_counted_and_logged() {
    let env = Env::start().await;
    let url = env.emulator.admin_url();
    read(env.http.delete(format!("{url}/requests"))).await.is(204);
    env.get("roles?$select=name").await.is(200);
    env.new_role("Clerk", &env.root().await).await;
    let counters = read(env.http.get(format!("{url}/requests"))).await.json;
    assert_eq!(counters["total"], 3);
    assert_eq!(counters["tables"]["roles"], json!({ "read": 1, "write": 1 }));
    let log = read(env.http.get(format!("{url}/log?last=1"))).await.json;
    assert_eq!((&log[0]["method"], &log[0]["status"]), (&json!("POST"), &json!(204)));
    let state = read(env.http.get(format!("{url}/state"))).await.json;
    assert_eq!(state["custom_roles"][0]["name"], "Clerk");
}

#[tokio::test]
async fn a_reset_and_a_snapshot_bring_earlier_states_back() {
    let env = Env::start().await;
    let url = env.emulator.admin_url();
    let role = env.new_role("Clerk", &env.root().await).await;
    let saved = read(env.http.get(format!("{url}/snapshot"))).await.is(200);
    read(env.http.post(format!("{url}/reset"))).await.is(204);
    env.get(&format!("roles({role})")).await.refused(404, "0x80040217");
    read(env.http.put(format!("{url}/snapshot")).body(saved.text)).await.is(204);
    let reply = env.get(&format!("RetrieveRolePrivilegesRole(RoleId={role})")).await.is(200);
    assert_eq!(reply.json["RolePrivileges"].as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn a_snapshot_file_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { snapshot: Some(folder.path().join("data.json")), ..Options::default() };
    let env = Env::with(options.clone()).await;
    let role = env.new_role("Clerk", &env.root().await).await;
    env.emulator.stop().await;
    let env = Env::with(options).await;
    assert_eq!(env.get(&format!("roles({role})?$select=name")).await.is(200).json["name"], "Clerk");
}

#[tokio::test]
async fn seeds_decide_the_ids_of_template_roles() {
    let id =
        async |seed: u64| Env::with(Options { seed, ..Options::default() }).await.role(ADMIN_TEMPLATE).await;
    assert_eq!(id(1).await, id(1).await);
    assert_ne!(id(1).await, id(2).await);
}

#[tokio::test]
async fn the_directory_can_be_extended_and_hides_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.json");
    let principal = json!({ "client_id": "55555555-0000-4000-8000-000000000001", "object_id": "55555555-0000-4000-8000-000000000002", "display_name": "From a file" });
    std::fs::write(&file, json!({ "service_principals": [principal] }).to_string()).unwrap();
    let env = Env::with(Options { setup: Some(file), ..Options::default() }).await;
    env.new_application_user("55555555-0000-4000-8000-000000000001", &env.root().await).await;
    let url = format!("{}/directory", env.emulator.admin_url());
    let person = json!({ "object_id": "55555555-0000-4000-8000-000000000003", "user_principal_name": "new@contoso.onmicrosoft.com" });
    read(env.http.post(&url).json(&json!({ "people": [person] }))).await.is(204);
    env.post("systemusers", json!({ "domainname": "new@contoso.onmicrosoft.com" })).await.is(204);
    let text = read(env.http.get(&url)).await.is(200).text;
    assert!(!text.contains(seed_ids::DEPLOYER_CLIENT_SECRET));
}

#[tokio::test]
async fn throttled_requests_say_when_to_come_back() {
    let env = Env::start().await;
    env.switch(json!({ "throttle_requests": 1, "throttle_retry_after_seconds": 7 })).await;
    let reply = env.get("WhoAmI").await;
    reply.refused(429, "0x80072322");
    assert_eq!(reply.header("retry-after"), "7");
    env.get("WhoAmI").await.is(200);
    assert_eq!(
        read(env.http.put(format!("{}/switches", env.emulator.admin_url())).json(&json!({ "unknown": 1 })))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn the_certificate_authority_is_written_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let emulator =
        Emulator::start(Options { ca_file: Some(file.clone()), ..Options::default() }).await.unwrap();
    assert_eq!(std::fs::read_to_string(file).unwrap(), emulator.ca_pem());
    let reply = read(client(&emulator).get(format!("{}/state", emulator.admin_url()))).await.is(200);
    assert_eq!(reply.json["counts"]["businessunits"], 1);
    emulator.stop().await;
}

#[tokio::test]
async fn permissions_may_lag_and_strong_consistency_does_not() {
    let mut env = Env::start().await;
    env.switch(json!({ "permission_cache_seconds": 3600 })).await;
    let admin = env.token.clone();
    let root = env.root().await;
    let user = env.new_application_user(crate::support::PORTAL, &root).await;
    let role = env.role(crate::support::BASIC_TEMPLATE).await;
    env.assign(&user, &role).await.is(204);
    env.sign_in(crate::support::PORTAL, "portal-secret").await;
    env.get("WhoAmI").await.is(200);
    let portal = std::mem::replace(&mut env.token, admin);
    env.delete(&format!("systemusers({user})/systemuserroles_association({role})/$ref")).await.is(204);
    env.token = portal;
    env.get("WhoAmI").await.is(200);
    read(env.request(reqwest::Method::GET, "WhoAmI").header("consistency", "Strong"))
        .await
        .refused(403, "0x80042f09");
}
