use std::io::ErrorKind;

use reqwest::Method;
use serde_json::json;

use super::{create, exists, holding, network, writing};
use crate::support::Env;

#[tokio::test]
async fn a_reset_before_leaves_nothing_behind_and_a_lost_answer_leaves_the_row() {
    let env = Env::start().await;
    for (name, carried_out) in [("Before", false), ("After", true)] {
        env.rule(writing(&json!({ "kind": "reset", "carried_out": carried_out }))).await;
        assert_eq!(network(&create(&env, name).await.unwrap_err()), ErrorKind::ConnectionReset);
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
    assert_ne!(network(&create(&env, "Silent").await.unwrap_err()), ErrorKind::ConnectionReset);
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
