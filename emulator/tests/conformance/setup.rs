//! Environments that start with more than the seed.

use dataverse_emulator::{Emulator, Options, StartError};
use serde_json::{Value, json};

use crate::support::{Env, read};

const ADELE: &str = "adelev@contoso.onmicrosoft.com";
const NEWCOMER: &str = "newcomer@contoso.onmicrosoft.com";

fn view(owner: &str) -> Value {
    let body = json!({ "name": "Target accounts", "returnedtypecode": "account", "querytype": 0,
        "fetchxml": "<fetch><entity name=\"account\"/></fetch>" });
    json!({ "path": "userqueries", "as": owner, "body": body })
}

fn setup(requests: &[Value]) -> Value {
    json!({
        "people": [{ "object_id": "22222222-bbbb-4bbb-8bbb-0000000000aa", "user_principal_name": NEWCOMER }],
        "sign_ins": [ADELE, NEWCOMER],
        "roles": [{ "name": "Vendor's Own", "managed": true, "privileges": { "prvReadAccount": "Local" } }],
        "security_roles": { ADELE: ["Salesperson"], NEWCOMER: ["Vendor's Own"] },
        "requests": requests,
    })
}

async fn start(document: &Value) -> Result<Env, StartError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("environment.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let options = Options { setup: Some(file), ..Options::default() };
    Emulator::start(options.clone()).await?.stop().await;
    Ok(Env::with(options).await)
}

async fn why(document: &Value) -> String {
    start(document).await.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn people_roles_and_rows_are_there_from_the_start_and_again_after_a_reset() {
    let env = start(&setup(&[view(ADELE)])).await.unwrap();
    let url = env.emulator.admin_url();
    let counters = read(env.http.get(format!("{url}/requests"))).await.json;
    assert_eq!(counters["tables"], json!({}), "setting up is no request");
    for _ in 0..2 {
        let state = read(env.http.get(format!("{url}/state"))).await.json;
        assert_eq!(state["counts"]["userqueries"], 1);
        let found =
            env.get("roles?$select=roleid&$filter=name eq 'Vendor''s Own' and ismanaged eq true").await;
        let id = found.is(200).json["value"][0]["roleid"].as_str().unwrap().to_owned();
        let held = env.get(&format!("RetrieveRolePrivilegesRole(RoleId={id})")).await.is(200).json;
        let held = held["RolePrivileges"].as_array().unwrap();
        assert_eq!(held.len(), 10, "the nine of every role and one");
        assert!(held.iter().any(|it| it["PrivilegeName"] == "prvReadAccount" && it["Depth"] == "Local"));
        let users = env.get("systemusers?$select=domainname&$filter=isdisabled eq false").await.is(200).json;
        let names: Vec<_> = users["value"].as_array().unwrap().iter().map(|it| &it["domainname"]).collect();
        assert!([ADELE, NEWCOMER].iter().all(|name| names.contains(&&json!(name))), "{names:?}");
        read(env.http.post(format!("{url}/reset"))).await.is(204);
    }
}

#[tokio::test]
async fn what_is_refused_ends_the_start_and_is_named() {
    let without_privilege = view(NEWCOMER);
    let said = why(&setup(&[view(ADELE), without_privilege])).await;
    assert!(said.contains("requests[1]: POST userqueries was answered with 403"), "{said}");
    let said = why(&json!({ "sign_ins": ["pattif@contoso.onmicrosoft.com"] })).await;
    assert!(said.contains("sign_ins[0]") && said.contains("may not be a user"), "{said}");
    let said = why(&json!({ "security_roles": { ADELE: ["Salesperson"] } })).await;
    assert!(said.contains("is no user yet"), "{said}");
    let said = why(&json!({ "sign_ins": [ADELE], "security_roles": { ADELE: ["Sales Person"] } })).await;
    assert!(said.contains("there is no role 'Sales Person'"), "{said}");
    let said = why(&json!({ "roles": [{ "name": "X", "privileges": { "prvFly": "Global" } }] })).await;
    assert!(said.contains("roles[0]: there is no privilege 'prvFly'"), "{said}");
    let said = why(&json!({ "persons": [] })).await;
    assert!(said.contains("unknown field `persons`"), "{said}");
}

#[tokio::test]
async fn a_running_emulator_can_be_set_up_too() {
    let env = Env::start().await;
    let url = format!("{}/setup", env.emulator.admin_url());
    let reply = read(env.http.post(&url).body(setup(&[view(ADELE)]).to_string())).await;
    reply.is(204);
    let reply = read(env.http.post(&url).body(json!({ "sign_ins": ["nobody"] }).to_string())).await;
    assert_eq!(reply.is(400).json["error"], "sign_ins[0]: the directory has no person 'nobody'");
}
