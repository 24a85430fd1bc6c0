use std::fmt::Write;

use reqwest::Method;
use serde_json::{Value, json};

use super::exists;
use crate::support::{Env, Reply, read};

/// Sends requests as the parts of a batch with a boundary of its own.
async fn batch(env: &Env, boundary: &str, parts: &[(&str, &str, Value)]) -> Reply {
    let mut body = String::new();
    for (method, path, content) in parts {
        let _ = write!(
            body,
            "--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{method} /api/data/v9.2/{path} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{content}\r\n"
        );
    }
    let _ = write!(body, "--{boundary}--\r\n");
    let kind = format!("multipart/mixed; boundary={boundary}");
    read(env.request(Method::POST, "$batch").header("content-type", kind).body(body)).await
}

/// Three roles in one batch.
async fn three(env: &Env) -> Reply {
    let root = env.root().await;
    let role =
        |name: &str| json!({ "name": name, "businessunitid@odata.bind": format!("businessunits({root})") });
    let parts = ["One", "Two", "Three"].map(|name| ("POST", "roles", role(name)));
    batch(env, "b", &parts).await
}

/// Which of the three there are.
async fn made(env: &Env) -> [bool; 3] {
    [exists(env, "One").await, exists(env, "Two").await, exists(env, "Three").await]
}

fn parts_of(reply: &Reply) -> usize {
    reply.text.matches("\r\nHTTP/1.1 ").count()
}

#[tokio::test]
async fn an_answer_may_end_early_although_all_was_carried_out() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "batch_cut", "keep_parts": 1 } })).await;
    let reply = three(&env).await.is(200);
    assert_eq!(parts_of(&reply), 1);
    assert!(!reply.text.contains("--\r\n"), "{}", reply.text);
    assert_eq!(made(&env).await, [true, true, true]);
    assert_eq!(env.counted("fired_by").await, json!({ "POST $batch": 1 }));
}

#[tokio::test]
async fn a_part_of_the_answer_may_be_missing() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "batch_gap", "part": 2 } })).await;
    let reply = three(&env).await.is(200);
    assert_eq!(parts_of(&reply), 2);
    assert!(reply.text.ends_with("--\r\n"));
    assert_eq!(made(&env).await, [true, true, true]);
}

#[tokio::test]
async fn a_batch_may_end_at_its_first_failure_and_answer_with_that_alone() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "batch_first_failure", "part": 2 } })).await;
    let reply = three(&env).await.is(400);
    assert!(reply.header("content-type").starts_with("multipart/mixed"));
    assert_eq!((parts_of(&reply), reply.text.contains("0x80040216")), (1, true));
    assert_eq!(made(&env).await, [true, false, false]);
}

#[tokio::test]
async fn a_batch_is_matched_by_the_tables_of_its_parts_and_by_what_they_do() {
    let env = Env::start().await;
    let reads = [("GET", "teams?$select=name", json!("")), ("GET", "roles?$select=name", json!(""))];
    for (matching, hit) in [
        (json!({ "tables": ["roles"] }), true),
        (json!({ "tables": ["systemusers"] }), false),
        (json!({ "writes": true }), false),
        (json!({ "writes": false, "batch": true }), true),
        (json!({ "batch": false }), false),
        (json!({ "path": "$batch" }), true),
    ] {
        env.rule(json!({ "match": matching, "fault": { "kind": "error", "status": 503 } })).await;
        assert_eq!(batch(&env, "b", &reads).await.status == 503, hit, "{matching}");
    }
    env.rule(json!({ "match": { "writes": true }, "fault": { "kind": "error", "status": 503 } })).await;
    three(&env).await.is(503);
    env.rule(json!({ "match": { "batch": true }, "fault": { "kind": "error", "status": 503 } })).await;
    env.get("WhoAmI").await.is(200);
}

#[tokio::test]
async fn a_part_may_fail_on_its_own_and_so_does_the_plain_request() {
    let env = Env::start().await;
    env.rule(json!({
        "match": { "parts": true, "tables": ["teams"] },
        "fault": { "kind": "throttle", "retry_after": "2" }
    }))
    .await;
    let reads = [("GET", "roles?$top=1&$select=name", json!("")), ("GET", "teams?$select=name", json!(""))];
    let reply = batch(&env, "b", &reads).await.is(429);
    assert!(reply.text.contains("HTTP/1.1 200 OK") && reply.text.contains("HTTP/1.1 429 Too Many Requests"));
    assert!(reply.text.contains("Retry-After: 2"));
    env.get("teams?$select=name").await.refused(429, "0x80072322");
    env.get("roles?$select=name").await.is(200);
    assert_eq!(env.counted("fired_by").await, json!({ "GET teams": 2 }));
    let log = read(env.http.get(format!("{}/log", env.emulator.admin_url()))).await.json;
    let failed: Vec<_> = log.as_array().unwrap().iter().filter(|entry| entry["fault"] == "rule-1").collect();
    assert_eq!(failed.iter().map(|entry| &entry["batch"]).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn the_attempts_of_a_batch_are_one_request_whatever_its_boundary() {
    let env = Env::start().await;
    env.rule(json!({ "when": { "first_attempts": true }, "fault": { "kind": "error", "status": 503 } }))
        .await;
    let reads = [("GET", "teams?$select=name", json!(""))];
    batch(&env, "batch_1", &reads).await.is(503);
    batch(&env, "batch_2", &reads).await.is(200);
    let others = [("GET", "teams?$select=teamid", json!(""))];
    batch(&env, "batch_3", &others).await.is(503);
}

#[tokio::test]
async fn the_answer_to_a_whole_batch_can_be_lost() {
    let env = Env::start().await;
    let root = env.root().await;
    env.rule(json!({ "match": { "tables": ["roles"], "batch": true }, "fault": { "kind": "reset", "carried_out": true } })).await;
    let role = json!({ "name": "One", "businessunitid@odata.bind": format!("businessunits({root})") });
    let body = format!(
        "--b\r\nContent-Type: application/http\r\n\r\nPOST /api/data/v9.2/roles HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{role}\r\n--b--\r\n"
    );
    let request = env.request(Method::POST, "$batch").header("content-type", "multipart/mixed; boundary=b");
    assert!(request.body(body).send().await.is_err());
    assert!(exists(&env, "One").await);
}

#[tokio::test]
async fn a_batch_that_was_refused_leaves_its_failure_to_no_other() {
    let env = Env::start().await;
    env.rule(json!({ "count": 1, "fault": { "kind": "batch_first_failure", "part": 1 } })).await;
    let request = env.request(Method::POST, "$batch").header("content-type", "text/plain");
    read(request.body("no parts")).await.is(400);
    three(&env).await.is(200);
}

#[tokio::test]
async fn what_a_part_created_can_be_hidden() {
    let env = Env::start().await;
    let hidden = json!({ "kind": "not_visible", "ms": 3_600_000 });
    env.rule(json!({ "match": { "parts": true, "writes": true }, "when": { "nth": 2 }, "fault": hidden }))
        .await;
    three(&env).await.is(200);
    assert_eq!(made(&env).await, [true, false, true]);
}
