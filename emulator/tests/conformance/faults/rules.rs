use dataverse_emulator::seed_ids::{DEPLOYER_CLIENT_ID, DEPLOYER_CLIENT_SECRET, TENANT_ID};
use dataverse_emulator::{Emulator, Options, StartError};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Env, read};

/// A rule that answers 503.
fn failing(matching: &Value) -> Value {
    json!({ "match": matching, "fault": { "kind": "error", "status": 503 } })
}

#[tokio::test]
async fn rules_choose_requests_by_method_path_query_and_table() {
    let env = Env::start().await;
    let root = env.root().await;
    let hit = format!("businessunits({root})?$select=name");
    for (matching, missed) in [
        (json!({ "methods": ["GET", "PATCH"] }), (Method::POST, "roles")),
        (json!({ "path": "businessunits(*)" }), (Method::GET, "businessunits?$select=name")),
        (json!({ "query": "$select=n*" }), (Method::GET, "businessunits?$select=businessunitid")),
        (json!({ "tables": ["businessunits", "teams"] }), (Method::GET, "roles?$select=name")),
        (json!({ "writes": false }), (Method::POST, "roles")),
    ] {
        env.rule(failing(&matching)).await;
        env.get(&hit).await.is(503);
        let (method, path) = missed;
        assert_ne!(read(env.request(method, path).body("{}")).await.status, 503, "{matching}");
        assert_eq!(env.counted("fired_by").await, json!({ "GET businessunits": 1 }), "{matching}");
    }
}

#[tokio::test]
async fn rules_choose_requests_by_caller() {
    let mut env = Env::start().await;
    let me = env.get("WhoAmI").await.json["UserId"].as_str().unwrap().to_owned();
    env.sign_in(DEPLOYER_CLIENT_ID, DEPLOYER_CLIENT_SECRET).await;
    for caller in [DEPLOYER_CLIENT_ID, &me] {
        env.rule(failing(&json!({ "caller": caller }))).await;
        env.get("WhoAmI").await.is(503);
    }
    env.rule(failing(&json!({ "caller": TENANT_ID }))).await;
    env.get("WhoAmI").await.is(200);
}

#[tokio::test]
async fn rules_choose_requests_by_surface() {
    let env = Env::start().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", DEPLOYER_CLIENT_ID),
        ("client_secret", DEPLOYER_CLIENT_SECRET),
        ("scope", "https://service.powerapps.com/.default"),
    ];
    let admin = "/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/x/addUser";
    let statuses = async || {
        let token = env.token_request(TENANT_ID, &form).await.status;
        let admin = read(env.request(Method::POST, admin)).await.status;
        [env.get("WhoAmI").await.status, token, admin].map(|status| status == 503)
    };
    for (surface, hit) in [
        ("api", [true, false, false]),
        ("token", [false, true, false]),
        ("admin_api", [false, false, true]),
        ("any", [true, true, true]),
    ] {
        env.rule(failing(&json!({ "surface": surface }))).await;
        assert_eq!(statuses().await, hit, "{surface}");
    }
}

/// Which of six requests fail.
async fn pattern(env: &Env, rule: &Value) -> Vec<usize> {
    env.rule(rule.clone()).await;
    let mut failed = Vec::new();
    for number in 1..=6 {
        if env.get("WhoAmI").await.status == 503 {
            failed.push(number);
        }
    }
    failed
}

#[tokio::test]
async fn rules_fire_at_the_matches_they_name() {
    let env = Env::start().await;
    let fault = json!({ "kind": "error", "status": 503 });
    for (rule, failed) in [
        (json!({ "fault": fault }), vec![1, 2, 3, 4, 5, 6]),
        (json!({ "when": { "always": true }, "count": 2, "fault": fault }), vec![1, 2]),
        (json!({ "when": { "nth": 3 }, "fault": fault }), vec![3]),
        (json!({ "when": { "every": 2 }, "fault": fault }), vec![2, 4, 6]),
        (json!({ "when": { "every": 2 }, "after": 1, "count": 2, "fault": fault }), vec![3, 5]),
        (json!({ "when": { "first_attempts": true }, "fault": fault }), vec![1]),
        (json!({ "when": { "probability": 0.0 }, "fault": fault }), vec![]),
        (json!({ "when": { "probability": 1.0 }, "after": 4, "fault": fault }), vec![5, 6]),
        (json!({ "for_ms": 0, "after": 1, "fault": fault }), vec![]),
        (json!({ "for_ms": 3_600_000, "count": 1, "fault": fault }), vec![1]),
    ] {
        assert_eq!(pattern(&env, &rule).await, failed, "{rule}");
        assert_eq!(env.counted("matched").await, 6);
        assert_eq!(env.counted("fired").await, failed.len());
    }
}

#[tokio::test]
async fn chance_repeats_with_its_seed() {
    let env = Env::start().await;
    let rule = json!({ "when": { "probability": 0.5 }, "fault": { "kind": "error", "status": 503 } });
    let first = pattern(&env, &rule).await;
    assert_eq!(pattern(&env, &rule).await, first);
    assert!((1..6).contains(&first.len()), "{first:?}");
}

#[tokio::test]
async fn first_attempts_are_told_apart_by_body() {
    let env = Env::start().await;
    env.rule(json!({ "when": { "first_attempts": true }, "fault": { "kind": "error", "status": 503 } }))
        .await;
    let try_twice = async |name: &str| {
        let body = json!({ "name": name });
        [env.post("roles", body.clone()).await.status, env.post("roles", body).await.status]
            .map(|status| status == 503)
    };
    assert_eq!(try_twice("a").await, [true, false]);
    assert_eq!(try_twice("b").await, [true, false]);
    assert_eq!(try_twice("a").await, [false, false]);
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_with_a_sentence() {
    let env = Env::start().await;
    let error = json!({ "kind": "error", "status": 503 });
    for (rule, said) in [
        (json!({ "fault": { "kind": "earthquake" } }), "unknown variant `earthquake`"),
        (json!({ "fault": error, "color": "red" }), "unknown field `color`"),
        (json!({ "fault": error, "match": { "verb": "GET" } }), "unknown field `verb`"),
        (json!({ "fault": { "kind": "precondition", "ms": 1 } }), "unknown field `ms`"),
        (json!({ "fault": { "kind": "reset", "ms": 1 } }), "unknown field `ms`"),
        (json!({ "fault": error, "when": { "nth": 1, "every": 2 } }), "one member only"),
        (json!({ "fault": error, "when": { "nth": 0 } }), "count from 1"),
        (json!({ "fault": error, "when": { "probability": 2 } }), "between 0 and 1"),
        (json!({ "fault": error, "count": 0 }), "never fires"),
        (json!({ "fault": { "kind": "error", "status": 99 } }), "no status"),
        (json!({ "fault": { "kind": "denied", "privilege": "prvFly" } }), "no privilege prvFly"),
        (json!({ "fault": { "kind": "hostile", "what": "huge" } }), "needs bytes"),
        (json!({ "fault": { "kind": "hold" }, "match": { "parts": true } }), "cannot happen to the part"),
        (json!({ "fault": error, "match": { "parts": true, "batch": true } }), "cannot both be true"),
        (
            json!({ "fault": { "kind": "batch_cut", "keep_parts": 1 }, "match": { "batch": false } }),
            "whole $batch",
        ),
        (
            json!({ "fault": { "kind": "sign_in", "error": "unavailable" }, "match": { "surface": "api" } }),
            "surface token",
        ),
        (json!({ "fault": { "kind": "slow_tls", "ms": 1 }, "match": { "writes": true } }), "takes no match"),
    ] {
        let reply = env.faults(Method::POST, "", Some(&rule)).await.is(400);
        let sentence = reply.json["error"].as_str().unwrap();
        assert!(sentence.contains(said) && sentence.ends_with('.'), "{rule}: {sentence}");
    }
    assert_eq!(env.faults(Method::GET, "", None).await.json["rules"], json!([]));
}

#[tokio::test]
async fn rules_are_listed_added_and_taken_away() {
    let env = Env::start().await;
    let error = json!({ "kind": "error", "status": 503 });
    env.rule(json!({ "id": "first", "match": { "path": "nothing" }, "fault": error })).await;
    let added = env.faults(Method::POST, "", Some(&json!({ "fault": error }))).await.is(201).json;
    assert_eq!((&added["id"], &added["fault"]), (&json!("rule-1"), &error));
    env.faults(Method::POST, "", Some(&json!({ "id": "first", "fault": error }))).await.is(400);
    env.get("WhoAmI").await.is(503);
    let report = env.faults(Method::GET, "", None).await.json;
    assert_eq!(report["seed"], 7);
    assert_eq!([&report["rules"][0]["fired"], &report["rules"][1]["fired"]], [0, 1]);
    let counters = read(env.http.get(format!("{}/requests", env.emulator.admin_url()))).await.json;
    assert_eq!(counters["faults"], json!({ "rule-1": 1 }));
    let logged = env.last_logged().await;
    assert_eq!((&logged["fault"], &logged["status"]), (&json!("rule-1"), &json!(503)));
    env.faults(Method::DELETE, "", None).await.is(204);
    env.get("WhoAmI").await.is(200);
    assert_eq!(env.last_logged().await["fault"], Value::Null);
}

#[tokio::test]
async fn built_in_profiles_are_named_and_loaded() {
    let env = Env::start().await;
    let known = env.faults(Method::GET, "/profiles", None).await.is(200).json;
    for profile in known.as_array().unwrap() {
        let path = format!("/profiles/{}", profile["name"].as_str().unwrap());
        assert!(!env.faults(Method::PUT, &path, None).await.is(200).json["rules"].is_null());
    }
    env.faults(Method::PUT, "/profiles/nothing", None).await.is(404);
}

#[tokio::test]
async fn an_emulator_starts_with_a_profile_or_a_file_of_rules() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.json");
    let rule =
        json!({ "id": "mine", "match": { "path": "WhoAmI" }, "fault": { "kind": "error", "status": 503 } });
    std::fs::write(&file, json!({ "rules": [rule] }).to_string()).unwrap();
    let env = Env::with(Options { faults: Some(file.clone()), ..Options::default() }).await;
    env.get("WhoAmI").await.is(503);
    let lost = Some("row-12-lost-answer".into());
    let env = Env::with(Options { faults: lost, ..Options::default() }).await;
    assert!(super::create(&env, "Lost").await.is_err());
    assert_eq!(super::create(&env, "Lost").await.unwrap(), 400, "there is a role of this name");
    std::fs::write(&file, "{}").unwrap();
    for wrong in [file, "row-99".into()] {
        let refused = Emulator::start(Options { faults: Some(wrong), ..Options::default() }).await;
        assert!(matches!(refused, Err(StartError::Content { .. })), "{refused:?}");
    }
}
