use serde_json::{Value, json};

use crate::support::{Env, Reply};

async fn harmed(what: &str) -> (Env, Reply) {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "hostile", "what": what } })).await;
    let reply = env.get("systemusers?$select=fullname,isdisabled,accessmode").await.is(200);
    (env, reply)
}

#[tokio::test]
async fn pages_that_never_end_are_pages() {
    let (env, reply) = harmed("endless_pages").await;
    let mut seen = vec![reply.json["@odata.nextLink"].as_str().unwrap().to_owned()];
    for _ in 0..3 {
        let path = seen.last().unwrap().strip_prefix(env.emulator.url()).unwrap().to_owned();
        let page = env.get(&path).await.is(200);
        assert_eq!(page.json["value"], reply.json["value"]);
        let next = page.json["@odata.nextLink"].as_str().unwrap().to_owned();
        assert!(!seen.contains(&next), "{next}");
        seen.push(next);
    }
}

#[tokio::test]
async fn a_next_link_may_lead_away() {
    let (_, reply) = harmed("foreign_next_link").await;
    assert!(
        reply.json["@odata.nextLink"].as_str().unwrap().starts_with("https://stranger.invalid/api/data/")
    );
}

#[tokio::test]
async fn deep_answers_and_answers_that_are_no_json_defeat_a_parser() {
    for (what, start) in [("deep_json", "{\"value\":[[[["), ("not_json", "This is no JSON")] {
        let (_, reply) = harmed(what).await;
        assert!(reply.text.starts_with(start) && reply.json == Value::Null, "{what}");
        assert!(reply.header("content-type").starts_with("application/json"));
    }
}

#[tokio::test]
async fn values_have_the_wrong_types() {
    let (_, reply) = harmed("wrong_types").await;
    let user = &reply.json["value"][0];
    assert!(user["fullname"].is_number() && user["isdisabled"].is_string() && user["accessmode"].is_string());
}

#[tokio::test]
async fn keys_are_there_twice() {
    let (_, reply) = harmed("duplicate_keys").await;
    assert_eq!(reply.text.matches("\"@odata.context\":").count(), 2);
    assert_eq!(
        reply.text.matches("\"fullname\":null").count(),
        reply.text.matches("\"fullname\":\"").count()
    );
}

#[tokio::test]
async fn a_huge_answer_is_as_long_as_it_is_asked_to_be() {
    let env = Env::start().await;
    env.rule(json!({ "fault": { "kind": "hostile", "what": "huge", "bytes": 1_000_000 } })).await;
    let reply = env.get("WhoAmI").await.is(200);
    assert_eq!(reply.text.len(), 1_000_000);
    assert!(reply.json["value"][0]["name"].is_string());
}
