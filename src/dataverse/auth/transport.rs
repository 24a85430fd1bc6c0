//! The way to Entra and to the metadata service of a machine, with an ear for refusals.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use azure_core::error::ErrorKind;
use azure_core::http::headers::{HeaderName, Headers};
use azure_core::http::{AsyncRawResponse, AsyncResponseBody, HttpClient, Request};
use futures::StreamExt;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::federated::Claims;
use crate::dataverse::error::{is_certificate, words};
use crate::dataverse::http::{LARGEST_OTHER, Told, wait_in};

/// The HTTP clients for tokens.
#[derive(Debug, Clone)]
pub(in crate::dataverse) struct Transports {
    /// To Entra and to the issuers of federated tokens.
    pub(in crate::dataverse) entra: reqwest::Client,
    /// To the metadata service, which no proxy stands before.
    pub(in crate::dataverse) metadata: reqwest::Client,
}

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

/// What happened on the way to one token.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) refusal: Option<Refusal>,
    /// What the federated token that was sent says.
    pub(super) claims: Option<Claims>,
    /// Host and cause when nothing answered at all.
    pub(super) unreachable: Option<(String, String)>,
    /// Requests that were sent.
    attempts: u32,
}

/// How requests are sent.
#[derive(Debug, Clone)]
enum Route {
    Entra,
    /// To the metadata service, at this address if it is not the usual one.
    Metadata(Option<Url>),
}

/// A transport that remembers the last refusal, for one token.
///
/// `azure_identity` 1.0 borrows the description from the body and so fails to read one that contains an escape, such
/// as the line breaks that Entra puts before its trace id. The codes would be lost with it.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    http: reqwest::Client,
    route: Route,
    seen: Arc<Mutex<Seen>>,
}

impl Recorder {
    /// The way to Entra.
    pub(super) fn entra(transports: &Transports) -> Recorder {
        Recorder { http: transports.entra.clone(), route: Route::Entra, seen: Arc::default() }
    }

    /// The way to the metadata service. `azure_identity` knows one address, so another one is put in its place here.
    pub(super) fn metadata(transports: &Transports, endpoint: Option<Url>) -> Recorder {
        Recorder { http: transports.metadata.clone(), route: Route::Metadata(endpoint), seen: Arc::default() }
    }

    /// The HTTP client, for requests of our own.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Remembers what a federated token says.
    pub(super) fn note(&self, claims: Claims) {
        self.with(|seen| seen.claims = Some(claims));
    }

    /// What happened, which is then forgotten.
    pub(super) fn take(&self) -> Seen {
        self.with(std::mem::take)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells the log of a request: which service was asked, but not what for.
    fn tell(&self, request: &Request, response: Option<&AsyncRawResponse>, begin: Instant) {
        let url = request.url();
        let header = |name| response?.headers().get_optional_str(&HeaderName::from_static(name));
        Told {
            what: &format!(
                "{} {}{}",
                request.method().as_str(),
                url.host_str().unwrap_or_default(),
                url.path()
            ),
            status: response.map(|response| u16::from(response.status())),
            begin,
            attempt: self.with(|seen| {
                seen.attempts += 1;
                seen.attempts
            }),
            client_request_id: header("client-request-id"),
            request_id: header("x-ms-request-id"),
        }
        .tell();
    }

    /// The request at the address where it belongs.
    fn routed(&self, request: &Request) -> Option<Request> {
        let Route::Metadata(Some(endpoint)) = &self.route else { return None };
        let mut url = endpoint.clone();
        url.query_pairs_mut().extend_pairs(request.url().query_pairs());
        let mut routed = Request::new(url, request.method());
        *routed.headers_mut() = request.headers().clone();
        Some(routed)
    }
}

#[async_trait::async_trait]
impl HttpClient for Recorder {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let routed = self.routed(request);
        let request = routed.as_ref().unwrap_or(request);
        let begin = Instant::now();
        let response = self.http.execute_request(request).await;
        self.tell(request, response.as_ref().ok(), begin);
        let response = response.map_err(|error| {
            let host = request.url().host_str().unwrap_or_default().to_owned();
            self.with(|seen| seen.unreachable = Some((host, root_cause(&error))));
            // Transport errors are repeated by the pipeline, but an untrusted certificate will be one the next time too,
            // and a machine without a metadata service will not get one.
            let hopeless = is_certificate(&error) || matches!(self.route, Route::Metadata(_));
            if hopeless { azure_core::Error::new(ErrorKind::Other, error) } else { error }
        })?;
        self.with(|seen| seen.unreachable = None);
        let (status, headers, body) = response.deconstruct();
        let body = bounded(body).await?;
        if status.is_success() {
            let absurd =
                || azure_core::Error::with_message(ErrorKind::DataConversion, "no token lives that long");
            return lives_sensibly(&body)
                .then(|| AsyncRawResponse::from_bytes(status, headers, body))
                .ok_or_else(absurd);
        }
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        let refusal = Refusal { status: u16::from(status), ..refusal };
        self.with(|seen| seen.refusal = Some(refusal));
        if wait(&headers) > LONGEST_WAIT {
            let message = "the service asks to wait too long";
            return Err(azure_core::Error::with_message(ErrorKind::Other, message));
        }
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

/// The whole body, if it is no larger than a token or a refusal can be.
async fn bounded(mut body: AsyncResponseBody) -> azure_core::Result<Vec<u8>> {
    let mut read = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        if read.len() + chunk.len() > LARGEST_OTHER {
            let message = format!("the answer has more than {} MiB", LARGEST_OTHER >> 20);
            return Err(azure_core::Error::with_message(ErrorKind::DataConversion, message));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read)
}

/// Longest wait before another attempt. `azure_identity` 1.0 waits for as long as it is told to, which may be for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The longest wait that an answer asks for, in any of the headers that are obeyed.
fn wait(headers: &Headers) -> Duration {
    let header = |name: &'static str| headers.get_optional_str(&HeaderName::from_static(name));
    let milliseconds = ["retry-after-ms", "x-ms-retry-after-ms"].into_iter().filter_map(header);
    let milliseconds = milliseconds.filter_map(|text| Some(wait_in(text)? / 1000));
    let seconds = header("retry-after").and_then(wait_in);
    milliseconds.chain(seconds).max().unwrap_or_default()
}

/// Longest life of a token that is believed, in seconds: ten years. Those of Entra live for a day at most.
const LONGEST_LIFE: i64 = 10 * 365 * 24 * 3600;

/// Whether the life of a token, where it is said in seconds, can be added to the time: `azure_identity` 1.0 does it
/// unchecked, and a sum beyond the year 9999 is a panic.
fn lives_sensibly(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Answer {
        expires_in: Option<serde_json::Value>,
    }
    let Ok(Answer { expires_in: Some(life) }) = serde_json::from_slice(body) else { return true };
    life.as_i64().is_none_or(|life| (0..=LONGEST_LIFE).contains(&life))
}

/// The first line of the error that caused all the others.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    first_line(&cause.to_string())
}

/// The first line with anything in it.
pub(super) fn first_line(text: &str) -> String {
    words(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no message"))
}
