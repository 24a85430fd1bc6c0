//! Tokens: one per process, renewed early, asked for by one request at a time.

mod entra;
#[cfg(test)]
mod tests;
mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
pub use azure_core::credentials::Secret;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use tokio::sync::Mutex;
use url::Url;

pub use entra::AuthError;
use transport::Recorder;

use super::settings::SettingsError;

/// How the client proves who it is.
///
/// Each kind becomes one credential of `azure_identity`; further kinds (certificate, workload identity, managed
/// identity, command-line tools) are further variants and one arm each where tokens are fetched.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credential {
    /// An application with a secret.
    ClientSecret {
        /// Entra tenant: its id or one of its domain names.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// The secret; never shown.
        client_secret: Secret,
    },
}

/// A bearer token with its place in the order of tokens of this process.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) bearer: Secret,
    /// Counts tokens; a 401 names the one that was refused.
    pub(super) generation: u64,
}

/// The one place that holds the token of the process.
pub(super) struct TokenSource {
    credential: Credential,
    scope: String,
    /// The sign-in host, for messages.
    authority: String,
    client_options: ClientOptions,
    recorder: Recorder,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    renew_at: Option<SystemTime>,
    generation: u64,
    /// The last failure and when it was known. Those who waited for it share it instead of asking again.
    failure: Option<(Instant, AuthError)>,
}

/// A token is renewed this long before it ends, so that it never ends on its way.
const RENEW_EARLY: Duration = Duration::from_secs(300);

impl TokenSource {
    /// A source of tokens for `environment`; asks nobody yet.
    pub(super) fn new(
        credential: Credential,
        environment: &Url,
        authority_host: &Url,
        transport: reqwest::Client,
    ) -> Result<TokenSource, SettingsError> {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = authority_host.as_str().trim_end_matches('/').to_owned();
        let recorder = Recorder::new(transport);
        let client_options = ClientOptions {
            transport: Some(Transport::new(Arc::new(recorder.clone()))),
            cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
            // Only 408, 429, 5xx and transport failures are retried by this policy: a refusal (400, 401) is final.
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 4,
                ..Default::default()
            }),
            ..Default::default()
        };
        let source = TokenSource {
            credential,
            scope: format!("{}/.default", environment.as_str().trim_end_matches('/')),
            authority: authority_host.as_str().trim_end_matches('/').to_owned(),
            client_options,
            recorder,
            state: Mutex::default(),
        };
        source.azure_credential().map_err(|error| SettingsError::Credential(error.to_string()))?;
        Ok(source)
    }

    /// The current token, fetched or renewed when needed.
    pub(super) async fn token(&self) -> Result<Token, AuthError> {
        self.token_after(None).await
    }

    /// A token newer than `refused`, which the service answered with 401.
    pub(super) async fn renew(&self, refused: u64) -> Result<Token, AuthError> {
        self.token_after(Some(refused)).await
    }

    async fn token_after(&self, refused: Option<u64>) -> Result<Token, AuthError> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(token) = &state.token
            && refused.is_none_or(|refused| token.generation > refused)
            && state.renew_at.is_none_or(|renew_at| SystemTime::now() < renew_at)
        {
            return Ok(token.clone());
        }
        if let Some((known, failure)) = &state.failure
            && (*known >= asked || failure.is_final())
        {
            return Err(failure.clone());
        }
        match self.fetch().await {
            Ok((bearer, renew_at)) => {
                state.generation += 1;
                let token = Token { bearer, generation: state.generation };
                state.token = Some(token.clone());
                state.renew_at = Some(renew_at);
                state.failure = None;
                Ok(token)
            }
            Err(error) => {
                state.failure = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Asks Entra. A new credential each time, because those of `azure_identity` keep a token that was refused.
    async fn fetch(&self) -> Result<(Secret, SystemTime), AuthError> {
        self.recorder.take();
        let fail = |error: azure_core::Error| match entra::read(
            &error,
            self.recorder.take(),
            &self.credential,
            &self.scope,
        ) {
            AuthError::Network(cause) => AuthError::Network(format!("{}: {cause}", self.authority)),
            other => other,
        };
        let started = Instant::now();
        let token =
            self.azure_credential().map_err(fail)?.get_token(&[&self.scope], None).await.map_err(fail)?;
        tracing::debug!(ms = started.elapsed().as_millis(), "access token received");
        let expires_on = SystemTime::from(token.expires_on);
        let lifetime = expires_on.duration_since(SystemTime::now()).unwrap_or_default();
        // A token that lives shorter than the margin is still used for half its life, not renewed at every request.
        let renew_at = expires_on - RENEW_EARLY.min(lifetime / 2);
        Ok((token.token, renew_at))
    }

    fn azure_credential(&self) -> azure_core::Result<Arc<dyn TokenCredential>> {
        match &self.credential {
            Credential::ClientSecret { tenant_id, client_id, client_secret } => {
                let options = ClientSecretCredentialOptions { client_options: self.client_options.clone() };
                let credential = ClientSecretCredential::new(
                    tenant_id,
                    client_id.clone(),
                    client_secret.clone(),
                    Some(options),
                )?;
                Ok(credential)
            }
        }
    }
}
