//! Requests that fail on demand.

mod answers;
mod batches;
mod connections;
mod hostile;
mod rules;
mod visibility;
mod wire;

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Env, Reply, read};

impl Env {
    /// Asks the emulator's own surface about faults.
    pub(crate) async fn faults(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let request = self.http.request(method, format!("{}/faults{path}", self.emulator.admin_url()));
        read(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Sets one rule in place of all others.
    pub(crate) async fn rule(&self, rule: Value) {
        self.faults(Method::PUT, "", Some(&json!({ "seed": 7, "rules": [rule] }))).await.is(200);
    }

    /// A count of the first rule.
    pub(crate) async fn counted(&self, what: &str) -> Value {
        self.faults(Method::GET, "", None).await.is(200).json["rules"][0][what].clone()
    }

    /// The last entry of the log.
    pub(crate) async fn last_logged(&self) -> Value {
        read(self.http.get(format!("{}/log?last=1", self.emulator.admin_url()))).await.json[0].clone()
    }
}

/// Creates a role and tells whether an answer came, and which.
pub(crate) async fn create(env: &Env, name: &str) -> Result<u16, reqwest::Error> {
    let root = env.root().await;
    let body = json!({ "name": name, "businessunitid@odata.bind": format!("businessunits({root})") });
    let response = env.request(Method::POST, "roles").json(&body).send().await?;
    let status = response.status().as_u16();
    response.bytes().await?;
    Ok(status)
}

/// Whether a role is there.
pub(crate) async fn exists(env: &Env, name: &str) -> bool {
    env.first(&format!("roles?$filter=name eq '{name}'&$select=name")).await != Value::Null
}

/// A rule for everything that writes.
pub(crate) fn writing(fault: &Value) -> Value {
    json!({ "id": "it", "match": { "writes": true }, "fault": fault })
}

/// Waits until the first rule holds so many requests.
pub(crate) async fn holding(env: &Env, number: u64) {
    while env.counted("holding").await != number {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What the network has said, below the words of the HTTP client.
pub(crate) fn network(error: &reqwest::Error) -> ErrorKind {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(current) = cause {
        if let Some(found) = current.downcast_ref::<std::io::Error>() {
            return found.kind();
        }
        cause = current.source();
    }
    ErrorKind::Other
}
