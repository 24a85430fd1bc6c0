use serde_json::{Value, json};

use super::{create, exists, writing};
use crate::support::Env;

/// Long enough to end in no test.
const AN_HOUR: u64 = 3_600_000;

#[tokio::test]
async fn what_was_created_cannot_be_read_or_referred_to_yet() {
    let env = Env::start().await;
    let root = env.root().await;
    env.rule(
        json!({ "count": 1, "fault": { "kind": "not_visible", "ms": AN_HOUR }, "match": { "writes": true } }),
    )
    .await;
    let unit =
        json!({ "name": "North", "parentbusinessunitid@odata.bind": format!("businessunits({root})") });
    let id = env.post("businessunits", unit).await.is(204).id();
    env.get(&format!("businessunits({id})?$select=name")).await.refused(404, "0x80040217");
    assert_eq!(env.first("businessunits?$filter=name eq 'North'&$select=name").await, Value::Null);
    let below =
        env.get(&format!("businessunits({root})/business_unit_parent_business_unit?$select=name")).await;
    assert_eq!(below.is(200).json["value"], json!([]));
    let role = json!({ "name": "Clerk", "businessunitid@odata.bind": format!("businessunits({id})") });
    env.post("roles", role).await.refused(404, "0x80040217");
}

#[tokio::test]
async fn what_was_hidden_appears() {
    let env = Env::start().await;
    env.rule(writing(&json!({ "kind": "not_visible", "ms": 1 }))).await;
    create(&env, "Late").await.unwrap();
    while !exists(&env, "Late").await {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert_eq!(env.counted("fired").await, 1);
}
