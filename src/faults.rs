//! Errors of the Dataverse client as faults of Terraform operations: the last step, where values become words.

use tf_provider::framework::{Created, Diagnostic, Fault};

use crate::dataverse::{AuthError, Error, ErrorKind};

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        if error.is_not_found() { Fault::Gone } else { diagnostic(&error).into() }
    }
}

/// The error as a fault at the attribute that it is about, where the kind tells; `roles` is the attribute that names roles or
/// their privileges.
pub fn located(error: &Error, roles: &'static str) -> Fault {
    let attribute = match error.kind() {
        _ if error.is_not_found() => return Fault::Gone,
        ErrorKind::ApplicationUnknown { .. } => "application_id",
        ErrorKind::ElevationRefused { .. }
        | ErrorKind::WrongBusinessUnit { .. }
        | ErrorKind::RoleNotForTeam { .. }
        | ErrorKind::DepthNotAllowed { .. }
        | ErrorKind::LastAdministrator { .. } => roles,
        _ => return diagnostic(error).into(),
    };
    diagnostic(error).at(attribute).into()
}

/// Takes back that an object is being created, when it certainly was not: then nothing needs to be looked for.
pub fn not_created<M: Clone>(created: &Created<M>, error: &Error) {
    if !error.is_unclear() {
        created.refused();
    }
}

/// The error as a message: what happened, and what to do where that is known.
pub fn diagnostic(error: &Error) -> Diagnostic {
    diagnostic_of(&error.to_string(), advice(error.kind()))
}

fn diagnostic_of(happened: &str, advice: Option<&str>) -> Diagnostic {
    let happened = sentence(happened);
    Diagnostic::error(match advice {
        Some(advice) => format!("{happened} {advice}"),
        None => happened,
    })
}

fn advice(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotMember => {
            "Create an application user for it in the Power Platform admin center (Settings, Users + permissions, \
             Application users) and give it a security role."
        }
        ErrorKind::NoRoles => {
            "Give the provider's application user a security role, for example System Administrator."
        }
        ErrorKind::Denied { .. } => "Add the privilege to a security role of the provider's user.",
        ErrorKind::PrincipalDenied { .. } => {
            "Give the user or team a security role with that privilege first."
        }
        ErrorKind::ElevationRefused { .. } => {
            "Give the provider's user a role that holds these privileges, for example System Administrator."
        }
        ErrorKind::Throttled { .. } => "Run again later, or raise retry_timeout in the provider block.",
        ErrorKind::Unauthenticated(error) => return sign_in_advice(error),
        ErrorKind::Connection { .. } => {
            "Check environment_url (DATAVERSE_URL), and the network or proxy between."
        }
        _ => return None,
    })
}

/// A failure to sign in as a message: what happened, and what to do where that is known.
pub fn sign_in(error: &AuthError) -> Diagnostic {
    diagnostic_of(&error.to_string(), sign_in_advice(error))
}

fn sign_in_advice(error: &AuthError) -> Option<&'static str> {
    Some(match error {
        AuthError::WrongSecret { .. } => "Check client_secret (ARM_CLIENT_SECRET).",
        AuthError::CertificateUnknown { .. } | AuthError::CertificateExpired { .. } => {
            "Check client_certificate_path (ARM_CLIENT_CERTIFICATE_PATH) or client_certificate."
        }
        AuthError::ApplicationUnknown { .. } => {
            "Check client_id (ARM_CLIENT_ID) and tenant_id (ARM_TENANT_ID)."
        }
        AuthError::TenantUnknown { .. } => "Check tenant_id (ARM_TENANT_ID) and cloud.",
        AuthError::AssertionExpired { .. } => {
            "Tokens of CI systems live for minutes: let the provider fetch a fresh one (oidc_request_url, \
             oidc_token_file_path) instead of passing oidc_token, and check the clock of this machine."
        }
        AuthError::AssertionSignature { .. } => "Check that the token comes unchanged from its issuer.",
        AuthError::FederatedToken(_) => {
            "GitHub Actions: give the job the permission \"id-token: write\". Azure Pipelines: pass \
             SYSTEM_ACCESSTOKEN: $(System.AccessToken) and check ado_pipeline_service_connection_id."
        }
        AuthError::NoIdentityService { .. } => {
            "use_msi works on Azure machines only. Elsewhere, set msi_endpoint (ARM_MSI_ENDPOINT), or sign in another way."
        }
        AuthError::IdentityNotAssigned { .. } => {
            "Assign the identity to the machine in Azure, and for a user-assigned one set client_id (ARM_CLIENT_ID) to its \
             client id."
        }
        AuthError::ToolMissing { .. } => {
            "Install it, or sign in another way: client_secret, client_certificate_path, use_oidc or use_msi."
        }
        _ => return None,
    })
}

/// The text as a sentence: a capital at the start, a period at the end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_sentence() {
        assert_eq!(sentence("the row is gone"), "The row is gone.");
        assert_eq!(sentence("Done."), "Done.");
    }
}
