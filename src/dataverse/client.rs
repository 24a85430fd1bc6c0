//! The client: one per process, cheap to clone.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::auth::{AccessToken, AuthError, Secret, TokenSource, Transports};
use super::bounds::Bounds;
use super::http::{Governor, Recent};
use super::settings::{AdminApi, Settings, SettingsError, check_root};
use super::shared::Shared;
use super::tls;
use super::writes::Writes;

/// Time to open a connection, TLS included. Separate from the request timeout, so that a dead host is known soon.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Time for one attempt to get a token.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(30);
/// Time to reach the metadata service: it is on the machine or nowhere.
const METADATA_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client of one environment under one identity.
///
/// Clones share the connection pool, the token, the limits on requests and what was already read.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    bounds: Bounds,
}

pub(super) struct Inner {
    pub(super) http: reqwest::Client,
    /// For other services than Dataverse: without its headers.
    pub(super) plain_http: reqwest::Client,
    /// Service root with a final slash: `https://contoso.crm.dynamics.com/api/data/v9.2/`.
    pub(super) base: Url,
    pub(super) tokens: TokenSource,
    pub(super) admin_api: AdminApi,
    pub(super) governor: Governor,
    pub(super) writes: Writes,
    pub(super) recent: Recent,
    pub(super) request_timeout: Duration,
    pub(super) retry_timeout: Duration,
    pub(super) shared: Shared,
}

impl Client {
    /// A client with these settings. Does no I/O beside reading the machine's trusted certificates.
    ///
    /// # Errors
    /// When a setting cannot be used; nothing is known yet about the environment or the credential.
    pub fn new(settings: Settings) -> Result<Client, SettingsError> {
        check_root(&settings.environment_url).map_err(SettingsError::EnvironmentUrl)?;
        check_root(&settings.authority_host).map_err(SettingsError::AuthorityHost)?;
        check_root(&settings.admin_api.url).map_err(SettingsError::AdminApiUrl)?;
        if settings.max_concurrent_requests == 0 {
            return Err(SettingsError::NoConcurrency);
        }
        let http_error = |error: reqwest::Error| SettingsError::Http(error.to_string());
        let tls = tls::client_config(&settings.extra_ca_pem)?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .connect_timeout(CONNECT_TIMEOUT)
                // A redirect is a sign-in page or a proxy, never an answer.
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(settings.user_agent.clone())
        };
        let token = || builder().timeout(TOKEN_TIMEOUT);
        let metadata = token().no_proxy().connect_timeout(METADATA_CONNECT_TIMEOUT);
        let transports = Transports {
            entra: token().build().map_err(http_error)?,
            metadata: metadata.build().map_err(http_error)?,
        };
        let http = builder().default_headers(fixed_headers(&settings)?).build().map_err(http_error)?;
        let root = settings.environment_url.as_str().trim_end_matches('/');
        let base = Url::parse(&format!("{root}/api/data/v9.2/"))
            .map_err(|error| SettingsError::EnvironmentUrl(super::UrlError::Malformed(error.to_string())))?;
        let plain_http = transports.entra.clone();
        let tokens = TokenSource::new(
            settings.credential,
            &settings.environment_url,
            &settings.authority_host,
            transports,
        )?;
        let inner = Inner {
            http,
            plain_http,
            base,
            tokens,
            admin_api: settings.admin_api,
            governor: Governor::new(settings.max_concurrent_requests),
            writes: Writes::default(),
            recent: Recent::default(),
            request_timeout: settings.request_timeout,
            retry_timeout: settings.retry_timeout,
            shared: Shared::default(),
        };
        Ok(Client { inner: Arc::new(inner), bounds: Bounds::default() })
    }

    /// The client with other bounds.
    pub(super) fn bounded(&self, bounds: Bounds) -> Client {
        Client { inner: Arc::clone(&self.inner), bounds }
    }

    pub(super) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The service root with a final slash, such as `https://contoso.crm.dynamics.com/api/data/v9.2/`.
    pub fn service_root(&self) -> &Url {
        &self.inner.base
    }

    /// The absolute address of a row, as `@odata.id` must have it (relative ones are refused with `0x80048d19`).
    pub fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.inner.base)
    }

    /// The bearer token for the environment that requests of this client carry, fetched when there is none yet.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn access_token(&self) -> Result<AccessToken, AuthError> {
        let token = self.inner.tokens.token().await?;
        Ok(AccessToken { bearer: token.bearer, expires_on: token.expires_on })
    }

    /// As [`Client::access_token`], for another service by its scope.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn access_token_for(&self, scope: &str) -> Result<AccessToken, AuthError> {
        let token = self.inner.tokens.token_for(scope).await?;
        Ok(AccessToken { bearer: token.bearer, expires_on: token.expires_on })
    }

    /// A bearer token for another service by its scope, such as [`AdminApi::scope`].
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn token(&self, scope: &str) -> Result<Secret, AuthError> {
        Ok(self.inner.tokens.token_for(scope).await?.bearer)
    }

    /// Where the Power Platform admin API is.
    pub fn admin_api(&self) -> &AdminApi {
        &self.inner.admin_api
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.inner.shared
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("service_root", &self.inner.base.as_str()).finish_non_exhaustive()
    }
}

/// Headers that every request to Dataverse carries ("Compose HTTP requests and handle errors").
fn fixed_headers(settings: &Settings) -> Result<HeaderMap, SettingsError> {
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static("application/json"));
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    headers.insert("odata-maxversion", HeaderValue::from_static("4.0"));
    if let Some(user) = settings.impersonate_entra_object_id {
        let value = HeaderValue::from_str(&user.to_string())
            .map_err(|error| SettingsError::Http(error.to_string()))?;
        headers.insert(HeaderName::from_static("callerobjectid"), value);
    }
    Ok(headers)
}
