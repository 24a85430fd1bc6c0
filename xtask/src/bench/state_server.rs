//! A server that keeps Terraform's state in memory (the http backend): with the local backend Terraform would rewrite
//! the whole state after every resource.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::error::{Doing, Result};

type States = Arc<Mutex<HashMap<String, Bytes>>>;

/// A running server; it ends with the runtime.
#[derive(Debug)]
pub(crate) struct StateServer {
    port: u16,
}

impl StateServer {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub(crate) fn start(runtime: &Runtime) -> Result<Self> {
        let binding = || "Cannot bind a port of 127.0.0.1".to_owned();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).doing(binding)?;
        let port = listener.local_addr().doing(binding)?.port();
        let router = Router::new()
            .route("/{name}", get(read).post(write).delete(remove))
            .layer(DefaultBodyLimit::disable())
            .with_state(States::default());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { port })
    }

    /// The address of a state.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }
}

async fn read(
    State(states): State<States>,
    Path(name): Path<String>,
) -> std::result::Result<Bytes, StatusCode> {
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
        let runtime = Runtime::new().unwrap();
        let server = StateServer::start(&runtime).unwrap();
        let tls =
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
        let http = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
        let url = server.url("a");
        let state = "x".repeat(5_000_000);
        runtime.block_on(async {
            assert_eq!(http.get(&url).send().await.unwrap().status(), 404);
            assert_eq!(http.post(&url).body(state.clone()).send().await.unwrap().status(), 200);
            assert_eq!(http.get(&url).send().await.unwrap().text().await.unwrap(), state);
            assert_eq!(http.delete(&url).send().await.unwrap().status(), 200);
            assert_eq!(http.get(&url).send().await.unwrap().status(), 404);
        });
    }
}
