use std::io::ErrorKind;

use reqwest::Method;
use serde_json::json;

use super::{create, exists, holding, network, writing};
use crate::support::{Env, client, client_speaking};

/// An emulator and a client that speaks HTTP/2.
async fn http2() -> Env {
    let mut env = Env::start().await;
    env.http = client_speaking(&env.emulator, &[b"h2"]);
    let response = env.request(Method::GET, "WhoAmI").send().await.unwrap();
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    env
}

#[tokio::test]
async fn a_reset_hits_every_request_of_its_http2_connection() {
    let env = http2().await;
    env.rule(json!({ "id": "held", "match": { "path": "roles" }, "fault": { "kind": "hold" } })).await;
    let reset = json!({ "id": "reset", "match": { "path": "teams" }, "fault": { "kind": "reset" } });
    env.faults(Method::POST, "", Some(&reset)).await.is(201);
    let strike = async {
        holding(&env, 1).await;
        env.request(Method::GET, "teams").send().await
    };
    let (held, struck) = tokio::join!(create(&env, "Swept"), strike);
    assert!(held.is_err() && struck.is_err());
    holding(&env, 0).await;
    let rules = env.faults(Method::GET, "", None).await.json["rules"].clone();
    assert_eq!((&rules[1]["fired"], &rules[1]["also_hit"]), (&json!(1), &json!(1)));
    env.faults(Method::DELETE, "", None).await.is(204);
    assert!(!exists(&env, "Swept").await);
}

#[tokio::test]
async fn over_http2_a_truncated_answer_ends_its_stream_only() {
    let env = http2().await;
    env.rule(json!({ "match": { "path": "WhoAmI" }, "fault": { "kind": "truncate", "keep": 10 } })).await;
    let mut response = env.request(Method::GET, "WhoAmI").send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 10);
    assert!(response.chunk().await.is_err());
    env.root().await;
}

#[tokio::test]
async fn over_http2_a_held_request_that_is_cancelled_is_never_carried_out() {
    let env = http2().await;
    env.rule(writing(&json!({ "kind": "hold" }))).await;
    tokio::select! {
        _ = create(&env, "Gone") => unreachable!("the request is held"),
        () = holding(&env, 1) => {}
    }
    holding(&env, 0).await;
    env.faults(Method::POST, "/release", None).await.is(204);
    assert!(!exists(&env, "Gone").await);
}

#[tokio::test]
async fn a_port_that_refuses_opens_again() {
    let env = Env::start().await;
    env.rule(json!({ "count": 1, "fault": { "kind": "refuse", "ms": 300 } })).await;
    assert!(env.request(Method::GET, "WhoAmI").send().await.is_err());
    let fresh = client(&env.emulator);
    let url = format!("{}/requests", env.emulator.admin_url());
    let refused = fresh.get(&url).send().await.unwrap_err();
    assert_eq!(network(&refused), ErrorKind::ConnectionRefused, "{refused:?}");
    while fresh.get(&url).send().await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    env.get("WhoAmI").await.is(200);
}

#[tokio::test]
async fn slow_handshakes_end_in_a_connection_and_are_counted() {
    let env = Env::start().await;
    env.rule(json!({ "id": "slow", "fault": { "kind": "slow_tls", "ms": 1 }, "count": 2 })).await;
    for _ in 0..3 {
        let fresh = client(&env.emulator);
        assert_eq!(fresh.get(env.emulator.admin_url() + "/state").send().await.unwrap().status(), 200);
    }
    assert_eq!((env.counted("matched").await, env.counted("fired").await), (json!(3), json!(2)));
}
