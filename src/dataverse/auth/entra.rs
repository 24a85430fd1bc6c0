//! What a failed request for a token means.

use std::error::Error;

use azure_core::error::ErrorKind;

use super::federated::Claims;
use super::transport::{Refusal, Seen, first_line, root_cause};
use super::{AuthError, Credential, tool};
use crate::dataverse::error::is_certificate;

/// The meaning of a failed token request: of what Entra said, or of the error if it said nothing.
pub(super) fn read(
    error: &azure_core::Error,
    seen: Seen,
    credential: &Credential,
    authority: &str,
    scope: &str,
) -> AuthError {
    if let Some(known) = cause::<AuthError>(error) {
        return known.clone();
    }
    if is_certificate(error) {
        return AuthError::Certificate(root_cause(error));
    }
    if let Some((host, cause)) = seen.unreachable {
        return match credential {
            Credential::ManagedIdentity { .. } => AuthError::NoIdentityService { host, cause },
            _ => AuthError::Network(format!("{authority}: {cause}")),
        };
    }
    if let Some(refusal) = seen.refusal {
        return refused(refusal, seen.claims.unwrap_or_default(), credential, authority, scope);
    }
    let inner = cause::<azure_core::Error>(error).unwrap_or(error);
    if let Some((name, login)) = tool::of(credential) {
        let said = inner.to_string();
        return match code_in(&said) {
            Some(500_011) => environment_unknown(scope),
            _ => tool::read(name, login, &said),
        };
    }
    match inner.kind() {
        ErrorKind::Io | ErrorKind::Connection => {
            AuthError::Network(format!("{authority}: {}", root_cause(inner)))
        }
        ErrorKind::DataConversion => AuthError::Network(format!("{authority}: its answer has no token")),
        _ => AuthError::Refused { code: None, message: first_line(&inner.to_string()) },
    }
}

fn refused(
    refusal: Refusal,
    claims: Claims,
    credential: &Credential,
    authority: &str,
    scope: &str,
) -> AuthError {
    let Refusal { status, error, error_codes, error_description } = refusal;
    let client_id = credential.client_id().unwrap_or_default().to_owned();
    let tenant_id = credential.tenant_id().unwrap_or_default().to_owned();
    // Trouble of the service is none of the credential's, whatever code comes with it.
    if status >= 500 || status == 429 || status == 408 {
        return AuthError::Network(format!("{authority}: it answered with status {status}"));
    }
    let message = first_line(&error_description);
    let code = error_codes.first().copied().or_else(|| code_in(&error_description));
    let Some(code) = code else {
        return match credential {
            Credential::ManagedIdentity { client_id, .. } if status == 400 || status == 404 => {
                AuthError::IdentityNotAssigned { client_id: client_id.clone() }
            }
            _ if error.is_empty() => {
                AuthError::Network(format!("{authority}: it answered with status {status}"))
            }
            _ => AuthError::Refused { code: None, message: format!("{error}: {message}") },
        };
    };
    match (code, credential) {
        (7_000_215, _) => AuthError::WrongSecret { client_id },
        (7_000_222, _) => AuthError::ExpiredSecret { client_id },
        (700_027, Credential::ClientCertificate { certificate, .. }) => {
            let thumbprint = certificate.thumbprint().to_owned();
            if error_description.contains("expired") {
                AuthError::CertificateExpired { client_id, thumbprint }
            } else {
                AuthError::CertificateUnknown { client_id, thumbprint }
            }
        }
        (70_021 | 70_025 | 700_211 | 700_212 | 700_213, Credential::Federated { .. }) => {
            AuthError::NoFederatedCredential {
                client_id,
                code: code.to_string(),
                audience: claims.audience(),
                issuer: claims.iss,
                subject: claims.sub,
            }
        }
        (700_024, _) => AuthError::AssertionExpired { client_id },
        (50_013, _) => AuthError::AssertionSignature { client_id, message },
        (700_016, _) => AuthError::ApplicationUnknown { client_id, tenant_id },
        (90_002 | 900_021 | 900_023, _) => AuthError::TenantUnknown { tenant_id, code: code.to_string() },
        (500_011, _) => environment_unknown(scope),
        _ => AuthError::Refused { code: Some(code.to_string()), message },
    }
}

fn environment_unknown(scope: &str) -> AuthError {
    AuthError::EnvironmentUnknown { scope: scope.trim_end_matches("/.default").to_owned() }
}

/// The number in a text such as `AADSTS500011: The resource principal ...`.
fn code_in(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("AADSTS")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The nearest cause of this type.
fn cause<E: Error + 'static>(error: &azure_core::Error) -> Option<&E> {
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
