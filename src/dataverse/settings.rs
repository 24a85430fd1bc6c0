//! What a client is made of, checked without a network.

use std::time::Duration;

use url::Url;

use super::auth::Credential;
use super::cloud::Cloud;
use super::id::Id;

/// Everything a [`Client`](super::Client) needs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Root of the environment, such as `https://contoso.crm.dynamics.com`; see [`parse_environment_url`].
    pub environment_url: Url,
    /// Who the client is.
    pub credential: Credential,
    /// Root of the sign-in service (https); one per cloud.
    pub authority_host: Url,
    /// PEM text with further trusted certificate authorities, beside those of the machine.
    pub extra_ca_pem: Vec<u8>,
    /// Requests in flight at once, of the whole process.
    ///
    /// Dataverse refuses more than 52 at once per user and server (`api-limits`, service protection); 20 keeps two
    /// runs under one application user below that and is twice what Terraform asks for by default.
    pub max_concurrent_requests: usize,
    /// How long one attempt may take, connection and body included. Writes on a busy environment take more than
    /// two minutes, which is when the service itself gives up.
    pub request_timeout: Duration,
    /// How long one operation may go on with repeated attempts and waits. Service protection works in windows of
    /// 300 seconds, so it must be longer than one window to be of use.
    pub retry_timeout: Duration,
    /// Entra object id of the user on whose behalf all requests are made, if any.
    pub impersonate_entra_object_id: Option<Id>,
    /// Where the Power Platform admin API is, which forces the synchronization of a person.
    pub admin_api: AdminApi,
    /// The `User-Agent` header.
    pub user_agent: String,
}

/// What calls of the Power Platform admin API need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminApi {
    /// Root of the API (https), such as `https://api.bap.microsoft.com`.
    pub url: Url,
    /// Scope of its tokens, such as `https://service.powerapps.com/.default`.
    pub scope: String,
    /// Id of the environment in that API, where it was given: a GUID, for a default environment with `Default-` before it.
    /// Not the organization id.
    pub environment_id: Option<String>,
}

impl AdminApi {
    /// The API of a cloud, for an environment whose id is not given.
    pub fn of(cloud: Cloud) -> AdminApi {
        AdminApi {
            url: known_url(cloud.admin_api_url()),
            scope: cloud.admin_scope().to_owned(),
            environment_id: None,
        }
    }
}

impl Settings {
    /// Settings with defaults for everything but the environment and the credential.
    pub fn new(environment_url: Url, credential: Credential) -> Settings {
        Settings {
            environment_url,
            credential,
            authority_host: known_url(Cloud::Public.authority_host()),
            extra_ca_pem: Vec::new(),
            max_concurrent_requests: 20,
            request_timeout: Duration::from_secs(150),
            retry_timeout: Duration::from_secs(600),
            impersonate_entra_object_id: None,
            admin_api: AdminApi::of(Cloud::Public),
            user_agent: concat!("terraform-provider-dataverse/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

#[expect(clippy::expect_used, reason = "the addresses of clouds are URLs, as their test asserts")]
fn known_url(text: &str) -> Url {
    Url::parse(text).expect("a valid URL")
}

/// Why no client can be made of the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The environment URL is not usable.
    #[error("the environment URL is not usable: {0}")]
    EnvironmentUrl(UrlError),
    /// The authority host is not usable.
    #[error("the authority host is not usable: {0}")]
    AuthorityHost(UrlError),
    /// The address of the Power Platform admin API is not usable.
    #[error("the admin API URL is not usable: {0}")]
    AdminApiUrl(UrlError),
    /// The extra certificates are not PEM, or the machine's trust store cannot be read.
    #[error("the trusted certificates cannot be used: {0}")]
    Certificates(String),
    /// The credential is incomplete.
    #[error("the credential is not usable: {0}")]
    Credential(String),
    /// `max_concurrent_requests` is zero.
    #[error("max_concurrent_requests must be at least 1")]
    NoConcurrency,
    /// The HTTP client or one of its headers could not be built.
    #[error("the HTTP client could not be built: {0}")]
    Http(String),
}

/// What is wrong with a URL that should be the bare root of an https site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is no scheme.
    #[error("it has no scheme; write https:// in front of the host")]
    NoScheme,
    /// The scheme is another one than https.
    #[error("its scheme is \"{0}\", but only https is allowed")]
    NotHttps(String),
    /// There is no host.
    #[error("it has no host")]
    NoHost,
    /// It carries a user name or password.
    #[error("it contains a user name or password")]
    UserInfo,
    /// It carries a path.
    #[error("it contains the path \"{0}\"; only scheme and host belong here")]
    Path(String),
    /// It carries a query or a fragment.
    #[error("it contains a query or a fragment; only scheme and host belong here")]
    Query,
    /// It does not parse at all.
    #[error("it is not a URL: {0}")]
    Malformed(String),
}

/// Reads the root of an environment: https, a host, perhaps a port, and nothing else (a final slash is fine).
///
/// # Errors
/// One [`UrlError`] per thing that can be wrong, so that the user can be told which.
pub fn parse_environment_url(text: &str) -> Result<Url, UrlError> {
    let text = text.trim();
    let url = match Url::parse(text) {
        Ok(url) if !text.contains("://") => {
            // `contoso.crm.dynamics.com:443` parses as a scheme.
            return Err(if url.cannot_be_a_base() { UrlError::NoScheme } else { UrlError::NoHost });
        }
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => return Err(UrlError::NoScheme),
        Err(url::ParseError::EmptyHost) => return Err(UrlError::NoHost),
        Err(error) => return Err(UrlError::Malformed(error.to_string())),
    };
    check_root(&url)?;
    Ok(url)
}

/// Checks that `url` is a bare https root.
pub(super) fn check_root(url: &Url) -> Result<(), UrlError> {
    if url.scheme() != "https" {
        return Err(UrlError::NotHttps(url.scheme().to_owned()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(UrlError::NoHost);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlError::Query);
    }
    if !matches!(url.path(), "" | "/") {
        return Err(UrlError::Path(url.path().to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_https_root_is_taken() {
        for text in [
            "https://contoso.crm.dynamics.com",
            " https://contoso.crm4.dynamics.com/ ",
            "https://localhost:8443",
        ] {
            assert!(parse_environment_url(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn every_mistake_has_its_own_answer() {
        let cases = [
            ("contoso.crm.dynamics.com", UrlError::NoScheme),
            ("contoso.crm.dynamics.com:443", UrlError::NoScheme),
            ("", UrlError::NoScheme),
            ("http://contoso.crm.dynamics.com", UrlError::NotHttps("http".into())),
            ("https://", UrlError::NoHost),
            ("https://me:pw@contoso.crm.dynamics.com", UrlError::UserInfo),
            ("https://contoso.crm.dynamics.com/api/data/v9.2", UrlError::Path("/api/data/v9.2".into())),
            ("https://contoso.crm.dynamics.com/?appid=1", UrlError::Query),
            ("https://contoso.crm.dynamics.com/#x", UrlError::Query),
        ];
        for (text, wanted) in cases {
            assert_eq!(parse_environment_url(text), Err(wanted), "{text}");
        }
    }
}
