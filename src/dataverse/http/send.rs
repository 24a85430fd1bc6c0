//! The one way to Dataverse.

use std::time::{Duration, SystemTime};

use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use super::body::{self, BodyError, LARGEST_ANSWER, LARGEST_BATCH};
use super::governor::Permit;
use super::link;
use super::request::{Body, Request};
use super::response::Response;
use super::retry_after::retry_after;
use super::story::{Told, service_request_id};
use crate::dataverse::auth::{AuthError, Token};
use crate::dataverse::bounds::interrupted;
use crate::dataverse::client::Client;
use crate::dataverse::error::{self, Context, Error, ErrorKind, Refusal, Retry};

/// A host that refuses connections or has no address is tried this long: long enough for a restart, short enough
/// for a mistyped URL.
const CONNECT_PATIENCE: Duration = Duration::from_secs(30);
/// Further attempts after "an unexpected error occurred", which is as often lasting as passing.
const UNEXPECTED_RETRIES: u32 = 3;

/// So many tokens may be refused in a row. The second one may be that of another request, which was refused meanwhile.
const TOKEN_RENEWALS: u32 = 3;

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
    refused_tokens: u32,
    refused_token: Option<u64>,
}

impl Client {
    /// Sends a request, waits and repeats as the service asks and as the facts of the request allow. A write joins others that
    /// are asked for at the same moment ([`writes`](crate::dataverse::writes)).
    ///
    /// Refusals for lack of quota or because of a lock are always repeated, since nothing was done; failures with an
    /// unclear outcome only when the request is [`replayable`](Request::replayable). A 401 renews the token. A row that
    /// this process created, or a permission that it gave, may take a while to show.
    ///
    /// # Errors
    /// The meaning of the last answer, after at most the retry timeout of the settings and the time of the operation; that the
    /// user interrupted.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        if request.joins_others() { self.write(request).await } else { self.exchange(request).await }
    }

    /// As [`Client::send`], by itself.
    pub(in crate::dataverse) async fn exchange(&self, request: Request) -> Result<Response, Error> {
        let mut progress = Progress {
            begin: Instant::now(),
            attempts: 0,
            unclear: request.unclear,
            unexpected: 0,
            refused_tokens: 0,
            refused_token: None,
        };
        let url = self.address(&request)?;
        if self.is_stopped() {
            return Err(interrupted(progress.context(&request, None), None));
        }
        if request.method != Method::GET && !matches!(request.body, Body::Multipart { .. }) {
            self.bounds().begin();
        }
        loop {
            let permit = tokio::select! {
                // What can go out at once is let out.
                biased;
                permit = self.enter(&request, &progress) => permit?,
                () = self.stopped() => return Err(interrupted(progress.context(&request, None), None)),
            };
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
                Err(failed) => {
                    let wait = self.next_wait(&request, &mut progress, &failed, token.generation);
                    let reason = failed.refusal.retry.reason();
                    let error = progress.give_up(&request, failed);
                    match wait {
                        Some(wait) => {
                            let (what, seconds) = (request.told(), wait.as_secs_f64());
                            tracing::debug!("{what}: again in {seconds:.1} s, because {reason}");
                            self.pause(wait, &error).await?;
                        }
                        None => return Err(error),
                    }
                }
            }
        }
    }

    /// Waits for a place and for the end of a hold that the service asked for.
    ///
    /// # Errors
    /// When the hold is longer than the operation has time.
    async fn enter(&self, request: &Request, progress: &Progress) -> Result<Permit<'_>, Error> {
        let governor = &self.inner().governor;
        let hold = governor.hold_left();
        if hold <= self.inner().retry_timeout && (hold.is_zero() || !self.is_too_long(hold)) {
            if !hold.is_zero() {
                let seconds = hold.as_secs_f64();
                tracing::debug!("{}: waits {seconds:.1} s, as another request was told to", request.told());
            }
            return Ok(governor.enter().await);
        }
        let message = "another request of this run was told so".to_owned();
        let kind = ErrorKind::Throttled { retry_after: Some(hold), message };
        Err(Error::new(kind, progress.context(request, None)))
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
            Retry::No
                if request.takes_any_version(&failed.refusal.kind)
                    && progress.unexpected < UNEXPECTED_RETRIES =>
            {
                progress.unexpected += 1;
            }
            Retry::No => {
                // A cache that lags behind; the request itself was not carried out.
                let until =
                    self.inner().recent.explains(&failed.refusal.kind, std::slice::from_ref(request))?;
                return (Instant::now() + wait < until && !self.is_too_long(wait)).then_some(wait);
            }
            Retry::Token if progress.refused_tokens >= TOKEN_RENEWALS => return None,
            Retry::Token => {
                progress.refused_tokens += 1;
                progress.refused_token = Some(token);
                return Some(Duration::ZERO);
            }
            Retry::Connect if elapsed + wait > CONNECT_PATIENCE => return None,
            Retry::Unexpected if progress.unexpected >= UNEXPECTED_RETRIES => return None,
            Retry::Unexpected => progress.unexpected += 1,
            _ => {}
        }
        if matches!(retry, Retry::Throttled | Retry::TooManyAtOnce) || failed.retry_after.is_some() {
            self.inner().governor.hold(Instant::now() + wait);
        }
        if retry == Retry::TooManyAtOnce {
            self.inner().governor.halve();
        }
        let too_long = elapsed + wait > self.inner().retry_timeout || self.is_too_long(wait);
        (allowed && !too_long).then_some(wait)
    }

    async fn attempt(
        &self,
        request: &Request,
        url: Url,
        token: &Token,
        attempt: u32,
    ) -> Result<(u16, HeaderMap, Vec<u8>), Failed> {
        let client_request_id = Uuid::new_v4().to_string();
        let mut builder = self
            .inner()
            .http
            .request(request.method.clone(), url)
            .timeout(self.inner().request_timeout)
            .bearer_auth(token.bearer.secret())
            .header("x-ms-client-request-id", &client_request_id);
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
        let request_id = outcome.as_ref().ok().and_then(|(_, headers, _)| service_request_id(headers));
        Told {
            what: &request.told(),
            status: outcome.as_ref().ok().map(|(status, ..)| *status),
            begin,
            attempt,
            client_request_id: Some(&client_request_id),
            request_id: request_id.as_deref(),
        }
        .tell();
        let (status, headers, body) = outcome.map_err(|error| Failed {
            refusal: error.refusal(),
            retry_after: None,
            service_request_id: None,
        })?;
        // Refusals stand inside of batches, whatever the status.
        let batch = matches!(request.body, Body::Multipart { .. });
        let body = if batch { body::without(body, token.bearer.secret()) } else { body };
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
        } else if batch && is_multipart(&headers) {
            // A batch that stopped at a failed part: its parts tell what happened.
            return Ok((status, headers, body));
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

    /// What failed, as an error in case it is not tried again.
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

fn is_multipart(headers: &HeaderMap) -> bool {
    headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"multipart/mixed"))
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

/// Half a second doubling to 30 s, of which a random part between half and all is taken, so that requests that
/// failed together do not come back together.
pub(in crate::dataverse) fn backoff(attempt: u32) -> Duration {
    let full = Duration::from_millis(500).saturating_mul(1 << attempt.saturating_sub(1).min(10));
    full.min(Duration::from_secs(30)).mul_f64(0.5 + 0.5 * fastrand::f64())
}
