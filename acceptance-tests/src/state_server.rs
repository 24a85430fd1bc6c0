//! A server that keeps states in memory (the http backend): with the local backend Terraform rewrites the whole state after
//! every resource, which takes longer than all else in a large run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

type States = Arc<Mutex<HashMap<String, Bytes>>>;

/// A running server; it ends when it is dropped.
#[derive(Debug)]
pub struct StateServer {
    port: u16,
    states: States,
    runtime: Option<Runtime>,
}

impl Default for StateServer {
    /// Starts a server on a free port of 127.0.0.1.
    fn default() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let states = States::default();
        let router = Router::new()
            .route("/{name}", get(read).post(write).delete(remove))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&states));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { port, states, runtime: Some(runtime) }
    }
}

impl StateServer {
    /// The `terraform` block that keeps the state `name` here.
    #[must_use]
    pub fn backend(&self, name: &str) -> String {
        format!("terraform {{\n  backend \"http\" {{\n    address = \"{}\"\n  }}\n}}\n", self.url(name))
    }

    /// The address of a state.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    /// The state of this name, if there is one.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<serde_json::Value> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(name).map(|state| serde_json::from_slice(state).expect("a state is JSON"))
    }
}

impl Drop for StateServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn read(State(states): State<States>, Path(name): Path<String>) -> Result<Bytes, StatusCode> {
    let states = states.lock().unwrap_or_else(PoisonError::into_inner);
    states.get(&name).cloned().ok_or(StatusCode::NOT_FOUND)
}

async fn write(State(states): State<States>, Path(name): Path<String>, body: Bytes) {
    states.lock().unwrap_or_else(PoisonError::into_inner).insert(name, body);
}

async fn remove(State(states): State<States>, Path(name): Path<String>) {
    states.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_larger_than_the_usual_limit_is_kept_until_it_is_removed() {
        let server = StateServer::default();
        let tls =
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
        let http = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
        let url = server.url("a");
        let state = format!("\"{}\"", "x".repeat(5_000_000));
        Runtime::new().unwrap().block_on(async {
            assert_eq!(http.get(&url).send().await.unwrap().status(), 404);
            assert_eq!(http.post(&url).body(state.clone()).send().await.unwrap().status(), 200);
            assert_eq!(http.get(&url).send().await.unwrap().text().await.unwrap(), state);
            assert_eq!(server.state("a").unwrap().to_string(), state);
            assert_eq!(http.delete(&url).send().await.unwrap().status(), 200);
            assert_eq!(http.get(&url).send().await.unwrap().status(), 404);
        });
    }
}
