use dataverse_emulator::seed_ids::{DEPLOYER_CLIENT_ID, TENANT_ID};
use reqwest::Method;
use serde_json::json;

use crate::support::{Env, read};

#[tokio::test]
async fn a_throttled_request_names_its_limit() {
    let env = Env::start().await;
    for (limit, code) in
        [("requests", "0x80072322"), ("execution_time", "0x80072321"), ("concurrency", "0x80072326")]
    {
        env.rule(json!({ "fault": { "kind": "throttle", "limit": limit, "retry_after": "3" } })).await;
        let reply = env.get("WhoAmI").await;
        reply.refused(429, code);
        assert_eq!(reply.header("retry-after"), "3");
    }
}

#[tokio::test]
async fn retry_after_is_sent_as_it_is_asked_for() {
    let env = Env::start().await;
    let sent = async |wanted| {
        env.rule(json!({ "fault": { "kind": "throttle", "retry_after": wanted } })).await;
        let reply = env.get("WhoAmI").await.is(429);
        let values = reply.headers.get_all("retry-after").iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sent(json!("120.5")).await, ["120.5"]);
    assert_eq!(sent(json!(["1", "soon"])).await, ["1", "soon"]);
    assert!(sent(json!(null)).await.is_empty());
    let (ahead, ago) = (sent(json!("+5s-date")).await, sent(json!("-5s-date")).await);
    for date in ahead.iter().chain(&ago) {
        assert!(date.ends_with(" GMT") && date.len() == "Sun, 06 Nov 1994 08:49:37 GMT".len(), "{date}");
    }
    assert_ne!(ahead, ago);
}

#[tokio::test]
async fn an_error_has_the_body_that_is_asked_for_and_nothing_is_carried_out() {
    let env = Env::start().await;
    let root = env.root().await;
    let role = async |name: &str| {
        env.post(
            "roles",
            json!({ "name": name, "businessunitid@odata.bind": format!("businessunits({root})") }),
        )
        .await
    };
    for (body, kind) in [
        ("json", "application/json; odata.metadata=minimal"),
        ("html", "text/html; charset=us-ascii"),
        ("empty", ""),
        ("text", "text/plain; charset=utf-8"),
    ] {
        env.rule(json!({ "fault": { "kind": "error", "status": 503, "code": "0x8004a001", "body": body, "headers": { "x-gateway": "yes" } } })).await;
        let reply = role(body).await.is(503);
        assert_eq!((reply.header("content-type"), reply.header("x-gateway")), (kind, "yes"));
        assert_eq!(reply.text.is_empty(), body == "empty");
        assert_eq!(reply.code() == "0x8004a001", body == "json");
    }
    env.faults(Method::DELETE, "", None).await.is(204);
    let names =
        env.get("roles?$filter=name eq 'json' or name eq 'html' or name eq 'empty'&$select=name").await;
    assert_eq!(names.json["value"], json!([]));
}

#[tokio::test]
async fn an_error_may_come_after_the_work_was_done() {
    let env = Env::start().await;
    let root = env.root().await;
    env.rule(json!({ "match": { "writes": true }, "fault": { "kind": "error", "status": 504, "body": "html", "carried_out": true } })).await;
    let body = json!({ "name": "Clerk", "businessunitid@odata.bind": format!("businessunits({root})") });
    let reply = env.post("roles", body).await.is(504);
    assert!(reply.text.contains("<html>"));
    assert_eq!(env.last_logged().await["status"], 504);
    assert_eq!(env.first("roles?$filter=name eq 'Clerk'&$select=name").await["name"], "Clerk");
}

#[tokio::test]
async fn an_expired_token_stays_expired() {
    let env = Env::start().await;
    for (body, code) in [("empty", ""), ("json", "0x8005f101")] {
        let mut env = Env::start().await;
        env.rule(json!({ "count": 1, "fault": { "kind": "expired_token", "body": body } })).await;
        let reply = env.get("WhoAmI").await.is(401);
        assert!(reply.header("www-authenticate").starts_with("Bearer authorization_uri="));
        assert_eq!(reply.code(), code);
        env.get("WhoAmI").await.is(401);
        env.sign_in(DEPLOYER_CLIENT_ID, "deployer-secret").await;
        env.get("WhoAmI").await.is(200);
    }
    env.get("WhoAmI").await.is(200);
}

#[tokio::test]
async fn entra_refuses_in_its_own_words() {
    let env = Env::start().await;
    for (error, status, number) in [
        ("wrong_secret", 401, 7_000_215),
        ("expired_secret", 401, 7_000_222),
        ("application_gone", 400, 700_016),
        ("tenant_unknown", 400, 90_002),
        ("unavailable", 503, 90_033),
    ] {
        env.rule(json!({ "fault": { "kind": "sign_in", "error": error } })).await;
        let form = [("grant_type", "client_credentials"), ("client_id", DEPLOYER_CLIENT_ID)];
        let reply = env.token_request(TENANT_ID, &form).await.is(status);
        assert_eq!(reply.json["error_codes"], json!([number]));
        env.get("WhoAmI").await.is(200);
    }
}

#[tokio::test]
async fn requests_for_tokens_count_whether_they_are_answered_or_not() {
    let env = Env::start().await;
    let url = format!("{}/requests", env.emulator.admin_url());
    read(env.http.delete(&url)).await.is(204);
    env.rule(json!({ "fault": { "kind": "sign_in", "error": "unavailable" } })).await;
    env.token_request(TENANT_ID, &[("client_id", DEPLOYER_CLIENT_ID)]).await.is(503);
    env.rule(json!({ "match": { "surface": "token" }, "fault": { "kind": "reset" } })).await;
    let endpoint = format!("{}/{TENANT_ID}/oauth2/v2.0/token", env.emulator.authority_host());
    assert!(env.http.post(endpoint).body("client_id=x").send().await.is_err());
    let counters = read(env.http.get(&url)).await.json;
    assert_eq!((&counters["token"], &counters["total"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn a_denied_request_names_the_privilege() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "denied", "privilege": "prvReadRole" } })).await;
    let reply = env.get("roles?$select=name").await;
    reply.refused(403, "0x80040220");
    assert!(reply.message().contains("prvReadRole"));
}

#[tokio::test]
async fn a_row_changed_by_somebody_else_is_a_failed_precondition() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "precondition" } })).await;
    env.patch("roles(00000000-0000-4000-8000-000000000001)", json!({ "name": "x" }))
        .await
        .refused(412, "0x80060882");
}

#[tokio::test]
async fn a_sign_in_page_and_a_redirect_stand_in_for_answers() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "html" } })).await;
    let reply = env.get("WhoAmI").await.is(200);
    assert!(reply.header("content-type").starts_with("text/html") && reply.text.contains("Sign in"));
    env.rule(json!({ "count": 1, "fault": { "kind": "redirect", "status": 307, "location": "/api/data/v9.2/RetrieveVersion" } })).await;
    let reply = read(env.request(Method::GET, "WhoAmI")).await.is(200);
    assert!(reply.json["Version"].is_string(), "{}", reply.text);
    assert_eq!(env.counted("fired").await, 1);
}
