//! Tokens of another issuer that Entra takes in exchange for its own (workload identity federation).

use std::path::PathBuf;
use std::time::Duration;

use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::transport::{Recorder, root_cause};
use super::{AuthError, Secret};
use crate::dataverse::error::{excerpt, is_certificate};
use crate::dataverse::http::{BodyError, LARGEST_OTHER, Told, read_body};

/// How long to wait before each further attempt to get a token from a CI system.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_millis(1500), Duration::from_millis(4500)];

/// The audience that the Entra of that host expects in such a token ("Workload identity federation", national clouds).
fn exchange_audience(authority: &str) -> &'static str {
    let host = Url::parse(authority).ok().and_then(|url| url.host_str().map(str::to_owned));
    match host.as_deref() {
        Some("login.microsoftonline.us") => "api://AzureADTokenExchangeUSGov",
        Some("login.chinacloudapi.cn" | "login.partner.microsoftonline.cn") => {
            "api://AzureADTokenExchangeChina"
        }
        _ => "api://AzureADTokenExchange",
    }
}

/// Where the token of the other issuer comes from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FederatedToken {
    /// It is given.
    Given(Secret),
    /// A file that its issuer keeps fresh, such as the service account token of a Kubernetes pod.
    File(PathBuf),
    /// The OIDC provider of GitHub Actions ("About security hardening with OpenID Connect").
    GitHub {
        /// `ACTIONS_ID_TOKEN_REQUEST_URL`.
        request_url: Url,
        /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
        request_token: Secret,
    },
    /// The OIDC provider of Azure Pipelines ("Oidctoken - Create").
    AzurePipelines {
        /// `SYSTEM_OIDCREQUESTURI`.
        request_url: Url,
        /// `SYSTEM_ACCESSTOKEN`.
        request_token: Secret,
        /// Id of the service connection that is federated with the application.
        service_connection_id: String,
    },
}

/// What a token says about itself; no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: Audience,
}

/// The audience, which may be one or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Audience::Several(Vec::new())
    }
}

impl Claims {
    /// The claims of a token, where they can be read.
    fn of(token: &str) -> Option<Claims> {
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&claims).ok()
    }

    /// The audiences as text.
    pub(super) fn audience(&self) -> String {
        match &self.aud {
            Audience::One(one) => one.clone(),
            Audience::Several(several) => several.join(", "),
        }
    }
}

/// Gets the token anew for each exchange: those of CI systems live for minutes.
#[derive(Debug)]
pub(super) struct Exchange {
    token: FederatedToken,
    recorder: Recorder,
    audience: &'static str,
}

impl Exchange {
    /// For the Entra at `authority`.
    pub(super) fn new(token: FederatedToken, recorder: Recorder, authority: &str) -> Exchange {
        Exchange { token, recorder, audience: exchange_audience(authority) }
    }

    async fn get(&self) -> Result<String, AuthError> {
        let token = match &self.token {
            FederatedToken::Given(token) => token.secret().to_owned(),
            FederatedToken::File(path) => tokio::fs::read_to_string(path).await.map_err(|error| {
                AuthError::FederatedToken(format!("the file \"{}\" cannot be read: {error}", path.display()))
            })?,
            FederatedToken::GitHub { request_url, request_token } => {
                let mut url = request_url.clone();
                url.query_pairs_mut().append_pair("audience", self.audience);
                let request = self.recorder.http().get(url).bearer_auth(request_token.secret());
                ask(request, "GitHub", |answer: GitHubAnswer| answer.value).await?
            }
            FederatedToken::AzurePipelines { request_url, request_token, service_connection_id } => {
                let mut url = request_url.clone();
                url.query_pairs_mut()
                    .append_pair("api-version", "7.1")
                    .append_pair("serviceConnectionId", service_connection_id);
                let request = self.recorder.http().post(url).bearer_auth(request_token.secret());
                // Without it, a refusal is a redirect to a sign-in page.
                let request =
                    request.header("x-tfs-fedauthredirect", "Suppress").header("content-length", "0");
                ask(request, "Azure Pipelines", |answer: PipelinesAnswer| answer.oidc_token).await?
            }
        };
        let token = token.trim();
        if token.is_empty() {
            return Err(AuthError::FederatedToken("it is empty".into()));
        }
        if let Some(claims) = Claims::of(token) {
            self.recorder.note(claims);
        }
        Ok(token.to_owned())
    }
}

#[derive(Deserialize)]
struct GitHubAnswer {
    value: String,
}

#[derive(Deserialize)]
struct PipelinesAnswer {
    #[serde(rename = "oidcToken")]
    oidc_token: String,
}

/// Asks until there is an answer: no answer, 408, 429 and 5xx are asked again after a pause.
async fn ask<A: serde::de::DeserializeOwned>(
    request: reqwest::RequestBuilder,
    issuer: &str,
    token: impl FnOnce(A) -> String,
) -> Result<String, AuthError> {
    let mut pauses = PAUSES.iter();
    let mut attempts = 0;
    let body = loop {
        attempts += 1;
        // A request without a body can always be cloned.
        let Some(attempt) = request.try_clone() else { break once(request, issuer, attempts).await? };
        match (once(attempt, issuer, attempts).await, pauses.next()) {
            (Err(error @ AuthError::Network(_)), Some(pause)) => {
                tracing::warn!(%error, "the federated token is asked for again");
                tokio::time::sleep(*pause).await;
            }
            (result, _) => break result?,
        }
    };
    let answer = serde_json::from_slice(&body);
    answer.map(token).map_err(|_| AuthError::FederatedToken(format!("{issuer} did not answer with a token")))
}

/// One attempt; what may pass is [`AuthError::Network`].
async fn once(request: reqwest::RequestBuilder, issuer: &str, attempt: u32) -> Result<Vec<u8>, AuthError> {
    let unreachable = |error: reqwest::Error| {
        if is_certificate(&error) {
            return AuthError::Certificate(root_cause(&error));
        }
        let host = error.url().and_then(Url::host_str).unwrap_or_default().to_owned();
        AuthError::Network(format!("{issuer} at {host}: {}", root_cause(&error)))
    };
    let begin = Instant::now();
    let response = request.send().await;
    Told {
        what: &format!("federated token from {issuer}"),
        status: response.as_ref().ok().map(|response| response.status().as_u16()),
        begin,
        attempt,
        client_request_id: None,
        request_id: None,
    }
    .tell();
    let response = response.map_err(unreachable)?;
    let status = response.status();
    let body = read_body(response, LARGEST_OTHER).await.map_err(|error| match error {
        BodyError::Http(error) => unreachable(error),
        BodyError::TooLarge(_) => AuthError::FederatedToken(format!("{issuer}: {error}")),
    })?;
    if status.is_success() {
        return Ok(body);
    }
    let said = format!("{issuer} answered with status {status}: {}", excerpt(&body));
    Err(if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
        AuthError::Network(said)
    } else {
        AuthError::FederatedToken(said)
    })
}

#[async_trait::async_trait]
impl ClientAssertion for Exchange {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.get().await.map_err(|error| azure_core::Error::new(ErrorKind::Credential, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_with_one_audience_or_several() {
        let token = |claims: &str| format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let claims = Claims::of(&token(r#"{"iss":"https://i","sub":"repo:a/b","aud":"x"}"#)).unwrap();
        assert_eq!((claims.iss.as_str(), claims.audience().as_str()), ("https://i", "x"));
        assert_eq!(Claims::of(&token(r#"{"aud":["x","y"]}"#)).unwrap().audience(), "x, y");
        assert_eq!(Claims::of("no token"), None);
    }

    #[test]
    fn each_cloud_exchanges_tokens_for_its_own_audience() {
        for (authority, audience) in [
            ("https://login.microsoftonline.com", "api://AzureADTokenExchange"),
            ("https://login.microsoftonline.us", "api://AzureADTokenExchangeUSGov"),
            ("https://login.chinacloudapi.cn", "api://AzureADTokenExchangeChina"),
            ("https://localhost:8443", "api://AzureADTokenExchange"),
        ] {
            assert_eq!(exchange_audience(authority), audience, "{authority}");
        }
    }
}
