use std::time::Duration;

use dataverse_emulator::{Options, seed_ids};
use serde_json::json;

use crate::support::{BASIC_TEMPLATE, Env, PORTAL, read};

#[tokio::test]
async fn a_wrong_secret_gives_the_error_of_entra() {
    let env = Env::start().await;
    let scope = format!("{}/.default", env.emulator.url());
    let ask = |tenant: &'static str, id: &'static str, secret: &'static str| {
        let (env, scope) = (&env, &scope);
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret),
                ("scope", scope.as_str()),
            ];
            env.token_request(tenant, &form).await
        }
    };
    let reply = ask(seed_ids::TENANT_ID, seed_ids::DEPLOYER_CLIENT_ID, "wrong").await;
    assert_eq!((reply.status, &reply.json["error"]), (401, &json!("invalid_client")));
    assert!(reply.json["error_description"].as_str().unwrap().starts_with("AADSTS7000215"));
    assert_eq!(reply.json["error_codes"], json!([7_000_215]));

    let reply = ask(seed_ids::TENANT_ID, "99999999-0000-4000-8000-000000000000", "x").await;
    assert_eq!((reply.status, &reply.json["error"]), (400, &json!("unauthorized_client")));
    assert!(reply.json["error_description"].as_str().unwrap().starts_with("AADSTS700016"));

    let reply = ask("99999999-0000-4000-8000-000000000001", seed_ids::DEPLOYER_CLIENT_ID, "x").await;
    assert_eq!((reply.status, &reply.json["error"]), (400, &json!("invalid_request")));
    assert!(reply.json["error_description"].as_str().unwrap().starts_with("AADSTS90002"));
}

#[tokio::test]
async fn credentials_may_come_in_a_basic_header_and_the_scope_must_be_the_environment() {
    let env = Env::start().await;
    let url = format!("{}/{}/oauth2/v2.0/token", env.emulator.url(), seed_ids::TENANT_ID);
    let body = |scope: &str| format!("grant_type=client_credentials&scope={scope}");
    let send = |scope: String| {
        let request = env
            .http
            .post(&url)
            .basic_auth(seed_ids::DEPLOYER_CLIENT_ID, Some(seed_ids::DEPLOYER_CLIENT_SECRET));
        read(request.header("content-type", "application/x-www-form-urlencoded").body(body(&scope)))
    };
    let good = send(format!("{}%2F.default", env.emulator.url())).await.is(200);
    assert_eq!(good.json["expires_in"], 3599);
    assert_eq!(good.json["access_token"].as_str().unwrap().split('.').count(), 3);
    let other = send("https://elsewhere.crm.dynamics.com/.default".to_owned()).await.is(400);
    assert!(other.json["error_description"].as_str().unwrap().starts_with("AADSTS500011"));
}

#[tokio::test]
async fn discovery_names_the_token_endpoint() {
    let env = Env::start().await;
    let reply =
        env.get(&format!("/{}/v2.0/.well-known/openid-configuration", seed_ids::TENANT_ID)).await.is(200);
    assert!(reply.json["token_endpoint"].as_str().unwrap().ends_with("/oauth2/v2.0/token"));
    env.get("/common/discovery/instance").await.is(200);
}

#[tokio::test]
async fn a_request_without_a_token_is_challenged_with_an_empty_body() {
    let mut env = Env::start().await;
    env.token = "nonsense".to_owned();
    let reply = env.get("WhoAmI").await.is(401);
    assert!(reply.text.is_empty());
    assert!(reply.header("www-authenticate").starts_with("Bearer authorization_uri="));
    assert!(reply.header("www-authenticate").contains("resource_id="));
}

#[tokio::test]
async fn a_token_ends_when_its_lifetime_does() {
    let env = Env::with(Options { token_lifetime: Duration::ZERO, ..Options::default() }).await;
    env.get("WhoAmI").await.is(401);
}

#[tokio::test]
async fn an_application_without_a_user_row_is_no_member() {
    let mut env = Env::start().await;
    env.sign_in(seed_ids::STRANGER_CLIENT_ID, seed_ids::STRANGER_CLIENT_SECRET).await;
    env.get("WhoAmI").await.refused(403, "0x80072560");
}

#[tokio::test]
async fn a_user_without_a_role_or_disabled_can_do_nothing() {
    let mut env = Env::start().await;
    let admin = env.token.clone();
    let root = env.root().await;
    let user = env.new_application_user(PORTAL, &root).await;
    env.sign_in(PORTAL, "portal-secret").await;
    let portal = env.token.clone();
    env.get("WhoAmI").await.refused(403, "0x80042f09");
    env.token.clone_from(&admin);
    let basic = env.role(BASIC_TEMPLATE).await;
    env.assign(&user, &basic).await.is(204);
    env.token.clone_from(&portal);
    env.get("WhoAmI").await.is(200);
    env.token.clone_from(&admin);
    env.patch(&format!("systemusers({user})"), json!({ "isdisabled": true, "applicationid": PORTAL }))
        .await
        .is(204);
    env.token.clone_from(&portal);
    env.get("WhoAmI").await.refused(403, "0x80040225");
}

#[tokio::test]
async fn versions_up_to_9_2_answer_and_later_ones_do_not() {
    let env = Env::start().await;
    for version in ["v9.0", "v9.1", "v9.2"] {
        env.get(&format!("/api/data/{version}/WhoAmI")).await.is(200);
    }
    env.get("//api/data/v9.2/WhoAmI").await.is(200);
    env.get("/api/data/v9.3/WhoAmI").await.refused(501, "0x8006088a");
    let none = env.get("/api/data/WhoAmI").await;
    assert!(none.json["Message"].as_str().unwrap().starts_with("Requested API Version must be provided"));
}

#[tokio::test]
async fn a_powerless_caller_is_told_which_privilege_is_missing() {
    let mut env = Env::start().await;
    let root = env.root().await;
    env.sign_in(seed_ids::POWERLESS_CLIENT_ID, seed_ids::POWERLESS_CLIENT_SECRET).await;
    let body = json!({ "name": "X", "businessunitid@odata.bind": format!("/businessunits({root})") });
    let reply = env.post("roles", body).await;
    reply.refused(403, "0x80040220");
    assert!(reply.message().contains("is missing prvCreateRole privilege (Id=7398c78c-29a5-4982-9ada-73390f64fe99) on OTC=1036 for entity 'role'"));
    env.get("roles?$select=name").await.is(200);
}

#[tokio::test]
async fn acting_for_another_user_needs_the_privilege_and_takes_both_users_rights() {
    let mut env = Env::start().await;
    let powerless =
        env.first(&format!("systemusers?$filter=applicationid eq {}", seed_ids::POWERLESS_CLIENT_ID)).await;
    let (id, oid) = (
        powerless["systemuserid"].as_str().unwrap(),
        powerless["azureactivedirectoryobjectid"].as_str().unwrap(),
    );
    for (header, value) in [("CallerObjectId", oid), ("MSCRMCallerID", id)] {
        let reply = read(env.request(reqwest::Method::GET, "WhoAmI").header(header, value)).await.is(200);
        assert_eq!(reply.json["UserId"], json!(id));
    }
    let role = env.role(BASIC_TEMPLATE).await;
    let path = format!("roles({role})");
    let reply = read(
        env.request(reqwest::Method::PATCH, &path)
            .header("MSCRMCallerID", id)
            .json(&json!({ "description": "x" })),
    )
    .await;
    reply.refused(403, "0x80040220");
    let me = env.me().await;
    env.sign_in(seed_ids::POWERLESS_CLIENT_ID, seed_ids::POWERLESS_CLIENT_SECRET).await;
    read(env.request(reqwest::Method::GET, "WhoAmI").header("MSCRMCallerID", me))
        .await
        .refused(403, "0x8004a110");
}
