//! Applications and what they are known by.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An application's service principal in Entra.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServicePrincipal {
    pub(crate) client_id: Uuid,
    pub(crate) object_id: Uuid,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) secret: Option<String>,
    /// Registered as a management application, which the admin API asks of an application.
    #[serde(default)]
    pub(crate) management: bool,
    /// The secret is right, but out of date.
    #[serde(default)]
    pub(crate) secret_expired: bool,
    /// Registered certificates as PEM text, without keys.
    #[serde(default)]
    pub(crate) certificates: Vec<String>,
    /// Tokens of other issuers that are accepted.
    #[serde(default)]
    pub(crate) federated_credentials: Vec<FederatedCredential>,
}

impl std::fmt::Debug for ServicePrincipal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServicePrincipal").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A federated identity credential.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FederatedCredential {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    #[serde(default = "exchange")]
    pub(crate) audiences: Vec<String>,
}

fn exchange() -> Vec<String> {
    vec!["api://AzureADTokenExchange".to_owned()]
}

/// The machine that the emulator's metadata service belongs to: client ids of its managed identities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Machine {
    pub(crate) system_assigned: Option<Uuid>,
    pub(crate) user_assigned: Vec<Uuid>,
}
