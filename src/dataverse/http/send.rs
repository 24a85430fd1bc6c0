//! The one way to Dataverse.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep};
use url::Url;
use uuid::Uuid;

use super::body::{self, BodyError, LARGEST_ANSWER, LARGEST_BATCH};
use super::link;
use super::request::{Body, Request};
use super::response::Response;
use super::retry_after::retry_after;
use crate::dataverse::auth::{AuthError, Token};
use crate::dataverse::client::Client;
use crate::dataverse::error::{self, Context, Error, ErrorKind, Refusal, Retry};

/// A host that refuses connections or has no address is tried this long: long enough for a restart, short enough
/// for a mistyped URL.
const CONNECT_PATIENCE: Duration = Duration::from_secs(30);
/// Further attempts after "an unexpected error occurred", which is as often lasting as passing.
const UNEXPECTED_RETRIES: u32 = 3;

/// A failed attempt with what its answer said beside its meaning.
struct Failed {
    refusal: Refusal,
    retry_after: Option<Duration>,
    service_request_id: Option<String>,
}

/// What is known about an operation so far.
struct Progress {
    begin: Instant,
    attempts: u32,
    /// An earlier attempt may have been carried out.
    unclear: bool,
    unexpected: u32,
    refused_token: Option<u64>,
}

impl Client {
    /// Sends a request, waits and repeats as the service asks and as the facts of the request allow.
    ///
    /// Refusals for lack of quota or because of a lock are always repeated, since nothing was done; failures with an
    /// unclear outcome only when the request is [`replayable`](Request::replayable). A 401 renews the token once.
    ///
    /// # Errors
    /// The meaning of the last answer, after at most the retry timeout of the settings.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let mut progress = Progress {
            begin: Instant::now(),
            attempts: 0,
            unclear: false,
            unexpected: 0,
            refused_token: None,
        };
        let url = self.address(&request)?;
        loop {
            let permit = self.inner().governor.enter().await;
            let token = match progress.refused_token {
                None => self.inner().tokens.token().await,
                Some(refused) => self.inner().tokens.renew(refused).await,
            };
            let token = token.map_err(|error| unauthenticated(error, progress.context(&request, None)))?;
            progress.attempts += 1;
            let outcome = self.attempt(&request, url.clone(), &token, progress.attempts).await;
            drop(permit);
            match outcome {
                Ok((status, headers, body)) => {
                    self.inner().governor.succeeded();
                    let context = progress.context(&request, service_request_id(&headers));
                    return Ok(Response { status, headers, body, context });
                }
                Err(failed) => match self.next_wait(&request, &mut progress, &failed, token.generation) {
                    Some(wait) => sleep(wait).await,
                    None => return Err(progress.give_up(&request, failed)),
                },
            }
        }
    }

    /// Decides about another attempt: how long to wait before it, or `None` to give up.
    fn next_wait(
        &self,
        request: &Request,
        progress: &mut Progress,
        failed: &Failed,
        token: u64,
    ) -> Option<Duration> {
        let retry = failed.refusal.retry;
        let harmless = retry.is_harmless();
        let allowed = harmless || request.replayable;
        progress.unclear |= !harmless;
        let elapsed = progress.begin.elapsed();
        let wait = failed.retry_after.unwrap_or_default().max(backoff(progress.attempts));
        match retry {
            Retry::No => return None,
            Retry::Token if progress.refused_token.is_some() => return None,
            Retry::Token => {
                progress.refused_token = Some(token);
                return Some(Duration::ZERO);
            }
            Retry::Connect if elapsed + wait > CONNECT_PATIENCE => return None,
            Retry::Unexpected if progress.unexpected >= UNEXPECTED_RETRIES => return None,
            Retry::Unexpected => progress.unexpected += 1,
            _ => {}
        }
        if !allowed || elapsed + wait > self.inner().retry_timeout {
            return None;
        }
        if retry == Retry::TooManyAtOnce {
            self.inner().governor.halve();
        }
        if matches!(retry, Retry::Throttled | Retry::TooManyAtOnce) || failed.retry_after.is_some() {
            self.inner().governor.hold(Instant::now() + wait);
        }
        Some(wait)
    }

    async fn attempt(
        &self,
        request: &Request,
        url: Url,
        token: &Token,
        attempt: u32,
    ) -> Result<(u16, HeaderMap, Vec<u8>), Failed> {
        let client_request_id = Uuid::new_v4();
        let mut builder = self
            .inner()
            .http
            .request(request.method.clone(), url)
            .timeout(self.inner().request_timeout)
            .bearer_auth(token.bearer.secret())
            .header("x-ms-client-request-id", client_request_id.to_string());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        builder = match &request.body {
            Body::None => builder,
            Body::Json(value) => {
                builder.header("content-type", "application/json; charset=utf-8").body(value.to_string())
            }
            Body::Multipart { boundary, text } => builder
                .header("content-type", format!("multipart/mixed; boundary={boundary}"))
                .body(text.clone()),
        };
        let begin = Instant::now();
        let most =
            if matches!(request.body, Body::Multipart { .. }) { LARGEST_BATCH } else { LARGEST_ANSWER };
        let sent = async {
            let response = builder.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok((status, headers, body::read(response, most).await?))
        };
        let outcome: Result<_, BodyError> = sent.await;
        tracing::debug!(
            method = %request.method,
            path = request.redacted_path(),
            status = outcome.as_ref().map_or(0, |(status, ..)| *status),
            ms = begin.elapsed().as_millis(),
            attempt,
            client_request_id = %client_request_id,
            request_id = outcome.as_ref().ok().and_then(|(_, headers, _)| service_request_id(headers)),
            "request"
        );
        let (status, headers, body) = outcome.map_err(|error| Failed {
            refusal: error.refusal(),
            retry_after: None,
            service_request_id: None,
        })?;
        let refusal = if (200..300).contains(&status) {
            // A sign-in or proxy page with status 200 is no success.
            let page =
                headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
            if !page {
                return Ok((status, headers, body));
            }
            let body = body::without(body, token.bearer.secret());
            let problem = "it is an HTML page".to_owned();
            let kind =
                ErrorKind::Undecodable { wanted: "Web API answer", problem, excerpt: error::excerpt(&body) };
            Refusal { kind, retry: Retry::No }
        } else {
            error::of_response(status, &body::without(body, token.bearer.secret()))
        };
        let retry_after = retry_after(&headers, SystemTime::now());
        Err(Failed { refusal, retry_after, service_request_id: service_request_id(&headers) })
    }

    /// The address of a request: below the service root, or a link that the service gave and that stays on its host.
    fn address(&self, request: &Request) -> Result<Url, Error> {
        let base = &self.inner().base;
        let problem = match link::resolve(base, &request.path) {
            Ok(url) => return Ok(url),
            Err(problem) => problem,
        };
        let context = Context {
            method: request.method.to_string(),
            path: request.redacted_path().to_owned(),
            ..Context::default()
        };
        Err(Error::new(ErrorKind::Undecodable { wanted: "link", problem, excerpt: String::new() }, context))
    }
}

impl Progress {
    fn context(&self, request: &Request, service_request_id: Option<String>) -> Context {
        Context {
            method: request.method.to_string(),
            path: request.redacted_path().to_owned(),
            service_request_id,
            attempts: self.attempts,
            elapsed: self.begin.elapsed(),
            unclear: self.unclear,
        }
    }

    fn give_up(&self, request: &Request, failed: Failed) -> Error {
        let context = self.context(request, failed.service_request_id);
        let kind = match failed.refusal.kind {
            ErrorKind::Throttled { message, .. } => {
                ErrorKind::Throttled { retry_after: failed.retry_after, message }
            }
            kind => kind,
        };
        Error::new(kind, context)
    }
}

fn unauthenticated(error: AuthError, context: Context) -> Error {
    Error::new(ErrorKind::Unauthenticated(error), context)
}

/// Longest id of a request that is repeated, in characters; those of the service are GUIDs.
const ID_LENGTH: usize = 100;

/// The start of an id that a server may have made of any length.
pub(in crate::dataverse) fn short(id: &str) -> String {
    id.chars().take(ID_LENGTH).collect()
}

fn service_request_id(headers: &HeaderMap) -> Option<String> {
    ["x-ms-service-request-id", "req_id"].iter().find_map(|name| headers.get(*name)?.to_str().ok()).map(short)
}

/// Half a second doubling to 30 s, of which a random part between half and all is taken, so that requests that
/// failed together do not come back together.
pub(in crate::dataverse) fn backoff(attempt: u32) -> Duration {
    let full = Duration::from_millis(500).saturating_mul(1 << attempt.saturating_sub(1).min(10));
    full.min(Duration::from_secs(30)).mul_f64(0.5 + 0.5 * fastrand::f64())
}
