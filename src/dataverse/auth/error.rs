//! Why there is no token.

/// Why there is no token. Never contains a secret.
///
/// Codes: the AADSTS list of Microsoft Entra ("authentication and authorization error codes").
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
    /// AADSTS700027: the application does not have this certificate.
    #[error(
        "application {client_id} has no certificate with the thumbprint {thumbprint} (AADSTS700027); upload the \
         certificate without its key to the application in Entra, or use the one that is there"
    )]
    CertificateUnknown {
        /// The application.
        client_id: String,
        /// The certificate, as Entra shows it.
        thumbprint: String,
    },
    /// AADSTS700027 for a certificate that is out of date.
    #[error(
        "the certificate {thumbprint} of application {client_id} has expired (AADSTS700027); upload a new one to the \
         application in Entra and use it here"
    )]
    CertificateExpired {
        /// The application.
        client_id: String,
        /// The certificate, as Entra shows it.
        thumbprint: String,
    },
    /// AADSTS70025, 70021 and relatives: the application does not trust the token of the other issuer.
    #[error(
        "application {client_id} has no federated credential for the issuer \"{issuer}\", the subject \"{subject}\" and \
         the audience \"{audience}\" (AADSTS{code}); add one with exactly these values to the application in Entra"
    )]
    NoFederatedCredential {
        /// The application.
        client_id: String,
        /// The number of the answer.
        code: String,
        /// Who issued the token.
        issuer: String,
        /// Whom the token is about.
        subject: String,
        /// Whom the token is for.
        audience: String,
    },
    /// AADSTS700024: the assertion has expired, or is not valid yet.
    #[error(
        "the assertion that application {client_id} was to be known by is not valid at this time (AADSTS700024)"
    )]
    AssertionExpired {
        /// The application.
        client_id: String,
    },
    /// AADSTS50013: the assertion is not signed by who it says.
    #[error(
        "the signature of the assertion for application {client_id} is not valid (AADSTS50013): {message}"
    )]
    AssertionSignature {
        /// The application.
        client_id: String,
        /// First line of what Entra said.
        message: String,
    },
    /// The token to exchange could not be had.
    #[error("there is no federated token to sign in with: {0}")]
    FederatedToken(String),
    /// The machine has no metadata service, or none that answers.
    #[error("no managed identity service answers at {host}: {cause}")]
    NoIdentityService {
        /// Where it was looked for.
        host: String,
        /// What the connection said.
        cause: String,
    },
    /// The machine does not have the managed identity.
    #[error("{}", match client_id {
        Some(id) => format!("the managed identity {id} is not assigned to this machine"),
        None => "this machine has no system-assigned managed identity, or several identities and none is named".to_owned(),
    })]
    IdentityNotAssigned {
        /// Client id of a user-assigned identity; none for the system-assigned one.
        client_id: Option<String>,
    },
    /// The command line is not installed.
    #[error("the command \"{tool}\" is not on the PATH")]
    ToolMissing {
        /// `az` or `azd`.
        tool: &'static str,
    },
    /// Nobody is logged in to the command line, or no longer.
    #[error("nobody is logged in to \"{tool}\" ({message}); run \"{login}\" and try again")]
    ToolLoggedOut {
        /// `az` or `azd`.
        tool: &'static str,
        /// The command that logs in.
        login: &'static str,
        /// First line of what it said.
        message: String,
    },
    /// The command line failed otherwise.
    #[error("\"{tool}\" gave no token: {message}")]
    ToolFailed {
        /// `az` or `azd`.
        tool: &'static str,
        /// First line of what it said.
        message: String,
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
    /// Entra, or the issuer of a federated token, did not answer, or not sensibly.
    #[error("the sign-in service could not be reached for a token: {0}")]
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
        !matches!(
            self,
            AuthError::Network(_)
                | AuthError::TokenRefused(_)
                | AuthError::NoIdentityService { .. }
                | AuthError::ToolFailed { .. }
        )
    }
}
