//! The way to Entra, with an ear for its refusals.

use std::sync::{Arc, Mutex, PoisonError};

use azure_core::error::ErrorKind;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use serde::Deserialize;

use crate::dataverse::error::is_certificate;

/// What Entra said instead of giving a token (OAuth 2.0 error body with Entra's additions).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    #[serde(skip)]
    pub(super) status: u16,
    pub(super) error: String,
    pub(super) error_codes: Vec<u32>,
    pub(super) error_description: String,
}

/// A transport that remembers the last refusal.
///
/// `azure_identity` 1.0 borrows the description from the body and so fails to read one that contains an escape, such
/// as the line breaks that Entra puts before its trace id. The codes would be lost with it.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    http: reqwest::Client,
    refusal: Arc<Mutex<Option<Refusal>>>,
}

impl Recorder {
    pub(super) fn new(http: reqwest::Client) -> Recorder {
        Recorder { http, refusal: Arc::default() }
    }

    /// The last refusal, which is then forgotten.
    pub(super) fn take(&self) -> Option<Refusal> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait::async_trait]
impl HttpClient for Recorder {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        // Transport errors are repeated by the pipeline, but an untrusted certificate will be one the next time too.
        let response = self.http.execute_request(request).await.map_err(|error| {
            if is_certificate(&error) { azure_core::Error::new(ErrorKind::Other, error) } else { error }
        })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers, body) = response.deconstruct();
        let body = body.collect().await?;
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        let refusal = Refusal { status: u16::from(status), ..refusal };
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}
