//! A credential of `azure_identity` for each way to sign in.

use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_core::http::ClientOptions;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertion, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
};

use super::Credential;
use super::certificate::Signed;
use super::federated::Exchange;
use super::tool::CommandLine;
use super::transport::Recorder;

/// The credential, with its own requests going through `recorder` and `options`.
///
/// # Errors
/// When a part of the credential is not usable, such as a tenant with blanks. Asks nobody.
pub(super) fn credential(
    credential: &Credential,
    authority: &str,
    recorder: &Recorder,
    client_options: ClientOptions,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    Ok(match credential {
        Credential::ClientSecret { tenant_id, client_id, client_secret } => {
            let options = ClientSecretCredentialOptions { client_options };
            ClientSecretCredential::new(tenant_id, client_id.clone(), client_secret.clone(), Some(options))?
        }
        Credential::ClientCertificate { tenant_id, client_id, certificate } => {
            let audience = format!("{authority}/{tenant_id}/oauth2/v2.0/token");
            let assertion = Signed::new(certificate.clone(), client_id.clone(), audience);
            with_assertion(tenant_id, client_id, assertion, client_options)?
        }
        Credential::Federated { tenant_id, client_id, token } => {
            let assertion = Exchange::new(token.clone(), recorder.clone(), authority);
            with_assertion(tenant_id, client_id, assertion, client_options)?
        }
        Credential::ManagedIdentity { client_id, .. } => {
            let mut options = ManagedIdentityCredentialOptions { client_options, ..Default::default() };
            options.user_assigned_id = client_id.clone().map(UserAssignedId::ClientId);
            ManagedIdentityCredential::new(Some(options))?
        }
        Credential::AzureCli { tenant_id } => AzureCliCredential::new(Some(AzureCliCredentialOptions {
            tenant_id: tenant_id.clone(),
            executor: Some(Arc::new(CommandLine)),
            ..Default::default()
        }))?,
        Credential::AzureDeveloperCli { tenant_id } => {
            AzureDeveloperCliCredential::new(Some(AzureDeveloperCliCredentialOptions {
                tenant_id: tenant_id.clone(),
                executor: Some(Arc::new(CommandLine)),
            }))?
        }
    })
}

fn with_assertion<A: ClientAssertion + 'static>(
    tenant_id: &str,
    client_id: &str,
    assertion: A,
    client_options: ClientOptions,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    let options = ClientAssertionCredentialOptions { client_options };
    let credential =
        ClientAssertionCredential::new(tenant_id.to_owned(), client_id.to_owned(), assertion, Some(options))?;
    Ok(credential)
}
