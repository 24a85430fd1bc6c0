//! Signing in: who the client is, and the tokens that it gets for it.
//!
//! ```text
//! source        keeps tokens: one per audience, renewed early
//!   azure       a credential of azure_identity for each way to sign in
//!     certificate, federated   assertions, which stand in for a secret
//!     tool                     the Azure command lines
//!     transport                the way to Entra, which remembers refusals
//!   entra       what a refusal means
//! ```

mod azure;
mod certificate;
mod entra;
mod error;
mod federated;
mod source;
#[cfg(test)]
mod tests;
mod tool;
mod transport;

use std::time::SystemTime;

pub use azure_core::credentials::Secret;
use url::Url;

pub use certificate::{CertificateError, ClientCertificate};
pub use error::AuthError;
pub use federated::FederatedToken;
pub(super) use source::{Token, TokenSource};
pub(super) use transport::Transports;

/// How the client proves who it is. Each way becomes one credential of `azure_identity`.
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
    /// An application with a certificate.
    ClientCertificate {
        /// Entra tenant: its id or one of its domain names.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// The certificate with its private key.
        certificate: ClientCertificate,
    },
    /// An application that trusts the tokens of another issuer (workload identity federation): of a CI system or of a
    /// Kubernetes cluster.
    Federated {
        /// Entra tenant: its id or one of its domain names.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// Where the issuer's token comes from.
        token: FederatedToken,
    },
    /// The managed identity of the machine.
    ManagedIdentity {
        /// Client id of a user-assigned identity; none for the system-assigned one.
        client_id: Option<String>,
        /// The token endpoint, where it is not the usual one of the machine.
        endpoint: Option<Url>,
    },
    /// Whoever is logged in to the Azure CLI (`az login`).
    AzureCli {
        /// Entra tenant; none for the one of the login.
        tenant_id: Option<String>,
    },
    /// Whoever is logged in to the Azure Developer CLI (`azd auth login`).
    AzureDeveloperCli {
        /// Entra tenant; none for the one of the login.
        tenant_id: Option<String>,
    },
}

impl Credential {
    /// The application, or for a managed identity the identity, where it is named.
    fn client_id(&self) -> Option<&str> {
        match self {
            Credential::ClientSecret { client_id, .. }
            | Credential::ClientCertificate { client_id, .. }
            | Credential::Federated { client_id, .. } => Some(client_id),
            Credential::ManagedIdentity { client_id, .. } => client_id.as_deref(),
            Credential::AzureCli { .. } | Credential::AzureDeveloperCli { .. } => None,
        }
    }

    /// The tenant, where it is named.
    fn tenant_id(&self) -> Option<&str> {
        match self {
            Credential::ClientSecret { tenant_id, .. }
            | Credential::ClientCertificate { tenant_id, .. }
            | Credential::Federated { tenant_id, .. } => Some(tenant_id),
            Credential::AzureCli { tenant_id } | Credential::AzureDeveloperCli { tenant_id } => {
                tenant_id.as_deref()
            }
            Credential::ManagedIdentity { .. } => None,
        }
    }
}

/// A bearer token to hand on.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token itself, for the `Authorization` header; never shown by `Debug`.
    pub bearer: Secret,
    /// When it ends.
    pub expires_on: SystemTime,
}
