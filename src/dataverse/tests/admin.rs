//! The emulator's own surface, for tests: people and applications of Entra, and what was asked for.

use dataverse_emulator::Emulator;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dataverse::Id;

pub(super) struct Admin {
    http: reqwest::Client,
    url: String,
}

/// A request that the emulator answered.
#[derive(Debug, Deserialize)]
pub(super) struct Logged {
    pub(super) method: String,
    pub(super) path: String,
}

impl Logged {
    /// Whether this reads a page of a set; paths of single rows have a parenthesis after the set.
    pub(super) fn queries(&self, set: &str) -> bool {
        self.method == "GET" && self.path.split_once('?').is_some_and(|(path, _)| path.ends_with(set))
    }

    /// Whether this reads users without naming any.
    pub(super) fn reads_all_users(&self) -> bool {
        let path = self.path.replace("%20", " ").replace("%28", "(").replace("%29", ")");
        let named = ["PropertyValues", "systemuserid eq", "applicationid eq", "domainname eq"];
        self.queries("systemusers") && !named.iter().any(|name| path.contains(name))
    }
}

impl Admin {
    pub(super) fn of(emulator: &Emulator) -> Admin {
        let tls = crate::dataverse::tls::client_config(emulator.ca_pem().as_bytes()).unwrap();
        let http = reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap();
        Admin { http, url: emulator.admin_url() }
    }

    /// Makes applications known to Entra.
    pub(super) async fn add_applications(&self, ids: impl IntoIterator<Item = Id>) {
        let principals: Vec<Value> = ids
            .into_iter()
            .map(|id| json!({ "client_id": id, "object_id": Id::random(), "display_name": "App" }))
            .collect();
        let directory = json!({ "service_principals": principals });
        let url = format!("{}/directory", self.url);
        let answer = self.http.post(url).json(&directory).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    /// Forgets counters and log.
    pub(super) async fn clear(&self) {
        self.http.delete(format!("{}/requests", self.url)).send().await.unwrap();
    }

    /// The counters.
    pub(super) async fn counters(&self) -> Value {
        self.http.get(format!("{}/requests", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// All requests since the counters were cleared, those inside batches included.
    pub(super) async fn log(&self) -> Vec<Logged> {
        let url = format!("{}/log?last=5000", self.url);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }
}
