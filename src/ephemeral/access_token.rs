//! `dataverse_access_token`: the token that the provider itself works with, for other tools of the same run.

use azure_core::time::{OffsetDateTime, to_rfc3339};
use tf_provider::framework::{EphemeralResource, Fault, Opened, Tf, Validator, computed, optional};

use crate::faults;
use crate::provider::Api;

tf_provider::model! {
    /// An access token of the identity that the provider signs in as, for other tools that talk to the environment in the
    /// same run.
    ///
    /// The token is in neither plan nor state. Use it where Terraform takes ephemeral values: in provider blocks,
    /// write-only arguments, ephemeral outputs of modules, and provisioners. Entra lets a token live for about an hour, and
    /// it cannot be taken back earlier.
    ///
    /// The identity needs no privilege for it; what a tool may do with the token is what the identity may do.
    pub struct AccessToken {
        /// Scope that the token is for, such as `https://api.bap.microsoft.com/.default`. Default: the environment.
        scope: Tf<String> => optional().check(scope()),
        /// The token, for the header `Authorization: Bearer`.
        access_token: Tf<String> => computed().sensitive(),
        /// When the token ends, in the form of RFC 3339 and UTC.
        expires_on: Tf<String> => computed(),
    }
}

fn scope() -> Validator {
    Validator::text("", |text| {
        let host = text.strip_prefix("https://").and_then(|rest| rest.strip_suffix("/.default"));
        if host.is_some_and(|host| !host.is_empty() && !text.contains(char::is_whitespace)) {
            return Ok(());
        }
        Err(format!("\"{text}\" is not a scope. Write it like https://contoso.crm.dynamics.com/.default."))
    })
}

/// The ephemeral resource.
pub struct AccessTokenResource;

impl EphemeralResource for AccessTokenResource {
    const TYPE: &'static str = "dataverse_access_token";
    type Api = Api;
    type Model = AccessToken;

    async fn open(api: &Api, config: AccessToken) -> Result<Opened<AccessToken>, Fault> {
        let token = match config.scope.text() {
            None => api.client.access_token().await,
            Some(scope) => api.client.access_token_for(scope).await,
        };
        let token = token.map_err(|error| faults::sign_in(&error))?;
        let expires_on = to_rfc3339(&OffsetDateTime::from(token.expires_on));
        let result = AccessToken {
            scope: config.scope,
            access_token: Tf::from(token.bearer.secret()),
            expires_on: Tf::Known(expires_on),
        };
        // A token is what it is until it ends: there is nothing to renew or to give up.
        Ok(Opened { result, renew_at: None, private: Vec::new() })
    }
}
