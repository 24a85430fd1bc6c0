//! What Entra says when it gives no token.

use azure_core::error::ErrorKind;

use super::Credential;
use super::transport::Refusal;
use crate::dataverse::error::is_certificate;

/// Why there is no token. Never contains a secret.
///
/// Codes: the AADSTS list of Microsoft Entra ("authentication and authorization error codes").
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// AADSTS7000215: the secret is not one of the application's.
    #[error(
        "the client secret of application {client_id} is wrong (AADSTS7000215); pass the secret's value, not its id"
    )]
    WrongSecret {
        /// The application.
        client_id: String,
    },
    /// AADSTS7000222: the secret was right once.
    #[error(
        "the client secret of application {client_id} has expired (AADSTS7000222); create a new one in Entra"
    )]
    ExpiredSecret {
        /// The application.
        client_id: String,
    },
    /// AADSTS700016: no such application in the tenant.
    #[error("application {client_id} does not exist in tenant {tenant_id} (AADSTS700016)")]
    ApplicationUnknown {
        /// The application.
        client_id: String,
        /// The tenant.
        tenant_id: String,
    },
    /// AADSTS90002 and relatives: no such tenant.
    #[error("tenant {tenant_id} does not exist (AADSTS{code}); check the id and the cloud")]
    TenantUnknown {
        /// The tenant.
        tenant_id: String,
        /// The number of the answer.
        code: String,
    },
    /// AADSTS500011: the tenant knows no environment of this address.
    #[error("no environment at {scope} belongs to the tenant of the credential (AADSTS500011); check both")]
    EnvironmentUnknown {
        /// The scope that was asked for.
        scope: String,
    },
    /// Entra refused for another reason.
    #[error("Entra refused the sign-in{}: {message}", code.as_ref().map(|code| format!(" (AADSTS{code})")).unwrap_or_default())]
    Refused {
        /// Number of the answer, when there was one.
        code: Option<String>,
        /// First line of what Entra said.
        message: String,
    },
    /// Entra did not answer, or not sensibly.
    #[error("Entra could not be reached for a token: {0}")]
    Network(String),
    /// The certificate of the sign-in host is not trusted.
    #[error("the certificate of the sign-in host is not trusted: {0}")]
    Certificate(String),
    /// Dataverse refused a token that was just renewed.
    #[error("the environment does not accept the token that Entra gave ({0})")]
    TokenRefused(String),
}

impl AuthError {
    /// Whether asking again is pointless for the rest of the process.
    pub fn is_final(&self) -> bool {
        !matches!(self, AuthError::Network(_) | AuthError::TokenRefused(_))
    }
}

/// The meaning of a failed token request: of what Entra said, or of the error if it said nothing.
pub(super) fn read(
    error: &azure_core::Error,
    refusal: Option<Refusal>,
    credential: &Credential,
    scope: &str,
) -> AuthError {
    let Credential::ClientSecret { tenant_id, client_id, .. } = credential;
    let (client_id, tenant_id) = (client_id.clone(), tenant_id.clone());
    let Some(refusal) = refusal else {
        let inner = error.downcast_ref::<azure_core::Error>().unwrap_or(error);
        if is_certificate(inner) {
            return AuthError::Certificate(root_cause(inner));
        }
        return match inner.kind() {
            ErrorKind::Io | ErrorKind::Connection => AuthError::Network(root_cause(inner)),
            ErrorKind::DataConversion => AuthError::Network("the answer is not what Entra sends".to_owned()),
            _ => AuthError::Refused { code: None, message: first_line(&inner.to_string()) },
        };
    };
    let Refusal { status, error, error_codes, error_description } = refusal;
    match error_codes.first() {
        Some(7_000_215) => AuthError::WrongSecret { client_id },
        Some(7_000_222) => AuthError::ExpiredSecret { client_id },
        Some(700_016) => AuthError::ApplicationUnknown { client_id, tenant_id },
        Some(code @ (90_002 | 900_021 | 900_023)) => {
            AuthError::TenantUnknown { tenant_id, code: code.to_string() }
        }
        Some(500_011) => {
            AuthError::EnvironmentUnknown { scope: scope.trim_end_matches("/.default").to_owned() }
        }
        Some(code) => {
            AuthError::Refused { code: Some(code.to_string()), message: first_line(&error_description) }
        }
        None if status >= 500 || status == 429 || status == 408 || error.is_empty() => {
            AuthError::Network(format!("it answered with status {status}"))
        }
        None => {
            AuthError::Refused { code: None, message: format!("{error}: {}", first_line(&error_description)) }
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no message").to_owned()
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    first_line(&cause.to_string())
}
