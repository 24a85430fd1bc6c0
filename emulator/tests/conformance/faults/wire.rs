use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Env;

/// Creates a role and tells whether an answer came.
async fn create(env: &Env, name: &str) -> Result<u16, reqwest::Error> {
    let root = env.root().await;
    let body = json!({ "name": name, "businessunitid@odata.bind": format!("businessunits({root})") });
    let response = env.request(Method::POST, "roles").json(&body).send().await?;
    let status = response.status().as_u16();
    response.bytes().await?;
    Ok(status)
}

async fn exists(env: &Env, name: &str) -> bool {
    env.first(&format!("roles?$filter=name eq '{name}'&$select=name")).await != Value::Null
}

/// A rule for everything that writes.
fn writing(fault: &Value) -> Value {
    json!({ "id": "it", "match": { "writes": true }, "fault": fault })
}

#[tokio::test]
async fn a_reset_before_leaves_nothing_behind_and_a_lost_answer_leaves_the_row() {
    let env = Env::start().await;
    for (name, carried_out) in [("Before", false), ("After", true)] {
        env.rule(writing(&json!({ "kind": "reset", "carried_out": carried_out }))).await;
        assert!(create(&env, name).await.is_err());
        let logged = env.last_logged().await;
        assert_eq!((&logged["status"], &logged["fault"]), (&json!(0), &json!("it")));
        assert_eq!(exists(&env, name).await, carried_out);
    }
}

#[tokio::test]
async fn a_truncated_answer_declares_more_than_it_brings() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "truncate", "keep": 10 } })).await;
    let mut response = env.request(Method::GET, "WhoAmI").send().await.unwrap();
    assert!(response.content_length().unwrap() > 10);
    let start = response.chunk().await.unwrap().unwrap();
    assert_eq!(start.len(), 10);
    assert!(response.chunk().await.is_err());
}

#[tokio::test]
async fn a_stalled_answer_ends_without_its_rest() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "stall", "keep": 5, "ms": 1 } })).await;
    let response = env.request(Method::GET, "WhoAmI").send().await.unwrap();
    assert!(response.bytes().await.is_err());
    env.rule(writing(&json!({ "kind": "stall", "ms": 1 }))).await;
    assert!(create(&env, "Silent").await.is_err());
    assert!(exists(&env, "Silent").await);
}

#[tokio::test]
async fn slow_answers_are_whole() {
    let env = Env::start().await;
    for fault in [json!({ "kind": "delay", "ms": 5 }), json!({ "kind": "trickle", "ms": 1 })] {
        env.rule(json!({ "fault": fault })).await;
        assert!(env.get("WhoAmI").await.is(200).json["UserId"].is_string());
        assert_eq!(env.counted("fired").await, 1);
    }
}

/// Waits until the rule holds so many requests.
async fn holding(env: &Env, number: u64) {
    while env.counted("holding").await != number {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_held_request_is_carried_out_when_it_is_released() {
    let env = Env::start().await;
    for (name, carried_out) in [("Before", false), ("After", true)] {
        env.rule(writing(&json!({ "kind": "hold", "carried_out": carried_out }))).await;
        let release = async {
            holding(&env, 1).await;
            assert_eq!(exists(&env, name).await, carried_out);
            env.faults(Method::POST, "/release", Some(&json!({ "id": "it" }))).await.is(204);
        };
        let (status, ()) = tokio::join!(create(&env, name), release);
        assert_eq!(status.unwrap(), 204);
        assert!(exists(&env, name).await);
        assert_eq!(env.counted("holding").await, 0);
    }
    env.faults(Method::POST, "/release", Some(&json!({ "id": "unknown" }))).await.is(404);
}

#[tokio::test]
async fn a_held_request_whose_client_goes_away_is_never_carried_out() {
    let env = Env::start().await;
    env.rule(writing(&json!({ "kind": "hold" }))).await;
    tokio::select! {
        _ = create(&env, "Gone") => unreachable!("the request is held"),
        () = holding(&env, 1) => {}
    }
    holding(&env, 0).await;
    env.faults(Method::POST, "/release", None).await.is(204);
    let logged = env.last_logged().await;
    assert_eq!((&logged["status"], &logged["fault"]), (&json!(0), &json!("it")));
    assert!(!exists(&env, "Gone").await);
}

#[tokio::test]
async fn taking_the_rules_away_releases_what_they_hold() {
    let env = Env::start().await;
    env.rule(writing(&json!({ "kind": "hold" }))).await;
    let remove = async {
        holding(&env, 1).await;
        env.faults(Method::DELETE, "", None).await.is(204);
    };
    let (status, ()) = tokio::join!(create(&env, "Freed"), remove);
    assert_eq!(status.unwrap(), 204);
}
