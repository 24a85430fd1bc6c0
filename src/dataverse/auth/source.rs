//! Where tokens are kept: one per audience, renewed early, asked for by one request at a time.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use tokio::sync::Mutex;
use url::Url;

use super::transport::{Recorder, Transports};
use super::{AccessToken, AuthError, Credential, Secret, azure, entra};
use crate::dataverse::settings::SettingsError;

/// A bearer token with its place in the order of tokens of its audience.
#[derive(Clone)]
pub(in crate::dataverse) struct Token {
    pub(in crate::dataverse) bearer: Secret,
    pub(in crate::dataverse) expires_on: SystemTime,
    /// Counts tokens; a 401 names the one that was refused.
    pub(in crate::dataverse) generation: u64,
}

/// The one place that holds the tokens of the process.
pub(in crate::dataverse) struct TokenSource {
    credential: Credential,
    /// The scope of the environment, with its final `/.default`.
    scope: String,
    /// The sign-in host, for messages.
    authority: String,
    cloud: Arc<CloudConfiguration>,
    transports: Transports,
    slots: std::sync::Mutex<HashMap<String, Arc<Mutex<Slot>>>>,
}

/// What is known for one scope.
#[derive(Default)]
struct Slot {
    token: Option<Token>,
    renew_at: Option<SystemTime>,
    generation: u64,
    /// The last failure and when it was known. Those who waited for it share it instead of asking again.
    failure: Option<(Instant, AuthError)>,
}

/// A token is renewed this long before it ends, so that it never ends on its way.
const RENEW_EARLY: Duration = Duration::from_secs(300);
/// After an early renewal that failed, the token that is held serves this long before the next attempt.
const RENEW_AGAIN: Duration = Duration::from_secs(30);
/// A token that ends sooner than this may end on its way.
const LAST_USE: Duration = Duration::from_secs(5);

impl TokenSource {
    /// A source of tokens for `environment` and, by scope, other services; asks nobody yet.
    pub(in crate::dataverse) fn new(
        credential: Credential,
        environment: &Url,
        authority_host: &Url,
        transports: Transports,
    ) -> Result<TokenSource, SettingsError> {
        let authority = authority_host.as_str().trim_end_matches('/').to_owned();
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host.clone_from(&authority);
        let source = TokenSource {
            credential,
            scope: format!("{}/.default", environment.as_str().trim_end_matches('/')),
            authority,
            cloud: Arc::new(CloudConfiguration::from(cloud)),
            transports,
            slots: std::sync::Mutex::default(),
        };
        source
            .azure_credential(&source.recorder())
            .map_err(|error| SettingsError::Credential(error.to_string()))?;
        Ok(source)
    }

    /// The current token for the environment, fetched or renewed when needed.
    pub(in crate::dataverse) async fn token(&self) -> Result<Token, AuthError> {
        self.token_after(&self.scope, None).await
    }

    /// A token for the environment newer than `refused`, which it answered with 401.
    pub(in crate::dataverse) async fn renew(&self, refused: u64) -> Result<Token, AuthError> {
        self.token_after(&self.scope, Some(refused)).await
    }

    /// The current token for another service, by its scope (`https://service.powerapps.com/.default`).
    pub(in crate::dataverse) async fn token_for(&self, scope: &str) -> Result<Token, AuthError> {
        self.token_after(scope, None).await
    }

    async fn token_after(&self, scope: &str, refused: Option<u64>) -> Result<Token, AuthError> {
        let asked = Instant::now();
        let slot = self.slot(scope);
        let mut slot = slot.lock().await;
        if let Some(token) = &slot.token
            && refused.is_none_or(|refused| token.generation > refused)
            && slot.renew_at.is_none_or(|renew_at| SystemTime::now() < renew_at)
        {
            return Ok(token.clone());
        }
        if let Some((known, failure)) = &slot.failure
            && (*known >= asked || failure.is_final())
        {
            return Err(failure.clone());
        }
        match self.fetch(scope).await {
            Ok((token, renew_at)) => {
                slot.generation += 1;
                let token =
                    Token { bearer: token.bearer, expires_on: token.expires_on, generation: slot.generation };
                slot.token = Some(token.clone());
                slot.renew_at = Some(renew_at);
                slot.failure = None;
                Ok(token)
            }
            Err(error) => {
                if let Some(token) = slot.token.clone().filter(|_| refused.is_none())
                    && let Some(left) = usable_for(token.expires_on)
                {
                    tracing::warn!(%error, scope, "the access token is used on, because it could not be renewed early");
                    slot.renew_at = Some(SystemTime::now() + RENEW_AGAIN.min(left));
                    return Ok(token);
                }
                slot.failure = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Makes the early renewal of the environment's token due now.
    #[cfg(test)]
    pub(in crate::dataverse) async fn make_renewal_due(&self) {
        self.slot(&self.scope).lock().await.renew_at = Some(SystemTime::UNIX_EPOCH);
    }

    fn slot(&self, scope: &str) -> Arc<Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(scope.to_owned()).or_default())
    }

    /// Asks for a token. A new credential each time, because those of `azure_identity` keep a token that was refused, and
    /// with it a new recorder, so that what is fetched at the same time for another scope is not mistaken for this.
    async fn fetch(&self, scope: &str) -> Result<(AccessToken, SystemTime), AuthError> {
        let recorder = self.recorder();
        let fail = |error: azure_core::Error| {
            entra::read(&error, recorder.take(), &self.credential, &self.authority, scope)
        };
        let started = Instant::now();
        let credential = self.azure_credential(&recorder).map_err(fail)?;
        let token = credential.get_token(&[scope], None).await.map_err(fail)?;
        tracing::debug!(ms = started.elapsed().as_millis(), scope, "access token received");
        let expires_on = SystemTime::from(token.expires_on);
        let lifetime = expires_on.duration_since(SystemTime::now()).unwrap_or_default();
        // A token that lives shorter than the margin is still used for half its life, not renewed at every request.
        let renew_at = expires_on - RENEW_EARLY.min(lifetime / 2);
        Ok((AccessToken { bearer: token.token, expires_on }, renew_at))
    }

    fn azure_credential(&self, recorder: &Recorder) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let client_options = ClientOptions {
            transport: Some(Transport::new(Arc::new(recorder.clone()))),
            cloud: Some(Arc::clone(&self.cloud)),
            // Only 408, 429, 5xx and transport failures are retried by this policy: a refusal (400, 401) is final.
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 4,
                ..Default::default()
            }),
            ..Default::default()
        };
        azure::credential(&self.credential, &self.authority, recorder, client_options)
    }

    fn recorder(&self) -> Recorder {
        match &self.credential {
            Credential::ManagedIdentity { endpoint, .. } => {
                Recorder::metadata(&self.transports, endpoint.clone())
            }
            _ => Recorder::entra(&self.transports),
        }
    }
}

/// How long a token may still be sent; none when it ends too soon.
fn usable_for(expires_on: SystemTime) -> Option<Duration> {
    let left = expires_on.duration_since(SystemTime::now()).ok()?.checked_sub(LAST_USE)?;
    (!left.is_zero()).then_some(left)
}
