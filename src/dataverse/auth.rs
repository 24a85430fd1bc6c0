//! Signing in: who the client is, and the tokens that it gets for it.

mod entra;
mod source;
#[cfg(test)]
mod tests;
mod transport;

use std::time::SystemTime;

pub use azure_core::credentials::Secret;

pub use entra::AuthError;
pub(super) use source::{Token, TokenSource};

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

/// A bearer token to hand on.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token itself, for the `Authorization` header; never shown by `Debug`.
    pub bearer: Secret,
    /// When it ends.
    pub expires_on: SystemTime,
}
