//! Requests that fail on demand.

mod answers;
mod rules;
mod wire;

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
