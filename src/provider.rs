//! The provider block, and all that the provider offers.

mod credentials;
mod given;
mod method;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tf_provider::framework::{
    Configured, Context, Diagnostic, Diagnostics, OperationApi, ProviderDefinition, Registry, Result, Tf,
    Validator, optional, parse_duration,
};

use crate::claims::Claims;
use crate::dataverse::{self, Client};
use crate::planned::{PlannedMoves, PlannedRoles, PlannedUnits};
use crate::resources::{Departing, NonInteractive};
use crate::{data_sources, ephemeral, functions, lists, resources, terms};

tf_provider::model! {
    /// Manages the security of a Microsoft Dataverse environment (Dynamics 365, Power Platform): users, application
    /// users, security roles, their privileges and assignments.
    ///
    /// Where an environment variable is named, the argument may come from it instead. The names are those of `azurerm` and
    /// `azuread`, so that CI set up for them with one way to sign in works here too. The guide
    /// [Signing in](guides/authentication.md) shows every way to sign in.
    pub struct Config {
        /// URL of the environment, `https://contoso.crm.dynamics.com`. Environment variable `DATAVERSE_URL`.
        environment_url: Tf<String> => optional().check(https_root()),
        /// Entra tenant: its id or one of its domain names. Environment variable `ARM_TENANT_ID`.
        tenant_id: Tf<String> => optional(),
        /// Application (client) id of the identity that the provider signs in as. Environment variable `ARM_CLIENT_ID`, or
        /// `ARM_CLIENT_ID_FILE_PATH` with the path of a file that holds it.
        client_id: Tf<String> => optional().check(terms::guid()),
        /// Client secret of that application. Environment variable `ARM_CLIENT_SECRET`, or `ARM_CLIENT_SECRET_FILE_PATH` with
        /// the path of a file that holds it.
        client_secret: Tf<String> => optional().sensitive(),
        /// Path of a certificate with its RSA private key, registered with that application: PKCS#12 (PFX), or PEM text.
        /// Environment variable `ARM_CLIENT_CERTIFICATE_PATH`.
        client_certificate_path: Tf<String> => optional(),
        /// The content of such a file instead of its path, in base64. Environment variable `ARM_CLIENT_CERTIFICATE`.
        client_certificate: Tf<String> => optional().sensitive(),
        /// Password of the PFX file. Environment variable `ARM_CLIENT_CERTIFICATE_PASSWORD`.
        client_certificate_password: Tf<String> => optional().sensitive(),
        /// Sign in as that application with a token of another issuer (workload identity federation), such as GitHub
        /// Actions or Azure Pipelines. Default `false`. Environment variable `ARM_USE_OIDC`.
        use_oidc: Tf<bool> => optional(),
        /// The token to use with `use_oidc`. Environment variable `ARM_OIDC_TOKEN`.
        oidc_token: Tf<String> => optional().sensitive(),
        /// Path of a file with the token to use with `use_oidc`, read each time a token is needed. Environment variable
        /// `ARM_OIDC_TOKEN_FILE_PATH`.
        oidc_token_file_path: Tf<String> => optional(),
        /// URL that gives out the token to use with `use_oidc`. GitHub Actions and Azure Pipelines set it. Environment
        /// variables `ARM_OIDC_REQUEST_URL`, `ACTIONS_ID_TOKEN_REQUEST_URL`, `SYSTEM_OIDCREQUESTURI`.
        oidc_request_url: Tf<String> => optional(),
        /// Bearer token for that URL. Environment variables `ARM_OIDC_REQUEST_TOKEN`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`,
        /// `SYSTEM_ACCESSTOKEN`.
        oidc_request_token: Tf<String> => optional().sensitive(),
        /// Id of the service connection of Azure Pipelines to use with `use_oidc`. Environment variables
        /// `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID`, `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`.
        ado_pipeline_service_connection_id: Tf<String> => optional(),
        /// Sign in with the workload identity of the Kubernetes pod, from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
        /// `AZURE_FEDERATED_TOKEN_FILE`, which Azure Workload Identity sets. Default `false`. Environment variable
        /// `ARM_USE_AKS_WORKLOAD_IDENTITY`.
        use_aks_workload_identity: Tf<bool> => optional(),
        /// Sign in with the managed identity of the machine; `client_id` names a user-assigned one. Default `false`.
        /// Environment variable `ARM_USE_MSI`.
        use_msi: Tf<bool> => optional(),
        /// URL of the token endpoint for managed identities, where it is not the usual one. Environment variable
        /// `ARM_MSI_ENDPOINT`.
        msi_endpoint: Tf<String> => optional(),
        /// Sign in with the account of the Azure CLI (`az login`). That is what happens anyway when no other credentials are
        /// given, unless this is `false`. Environment variable `ARM_USE_CLI`.
        use_cli: Tf<bool> => optional(),
        /// Sign in with the account of the Azure Developer CLI (`azd auth login`). Default `false`. Environment variable
        /// `ARM_USE_DEV_CLI`.
        use_dev_cli: Tf<bool> => optional(),
        /// Cloud of the environment. Default `public`. Environment variable `DATAVERSE_CLOUD`.
        cloud: Tf<String> => optional().check(Validator::one_of(&dataverse::Cloud::NAMES)),
        /// URL of the sign-in service, where `cloud` does not say it. Environment variable `DATAVERSE_AUTHORITY_HOST`.
        authority_host: Tf<String> => optional().check(https_root()),
        /// Id of the environment in the Power Platform admin center, which is another one than the organization id. Only
        /// `provisioning = "sync"` needs it. Environment variable `DATAVERSE_ENVIRONMENT_ID`.
        environment_id: Tf<String> => optional().check(Validator::text("", terms::environment_id)),
        /// URL of the Power Platform admin API, which only `provisioning = "sync"` talks to. Default: that of the cloud,
        /// `https://api.bap.microsoft.com` in the public one. Environment variable `DATAVERSE_ADMIN_API_URL`.
        admin_api_url: Tf<String> => optional().check(https_root()),
        /// Path of a PEM file with certificate authorities to trust besides those of the machine, for proxies and the
        /// emulator. Environment variable `SSL_CERT_FILE`, which on Linux replaces the authorities of the machine, as it does
        /// for other programs.
        ca_certificate_path: Tf<String> => optional(),
        /// Requests in flight at once, of the whole provider. Default `20`.
        max_concurrent_requests: Tf<i64> => optional().check(at_least_one()),
        /// How long one request may take, as a number with `s` or `m`. Default `150s`.
        request_timeout: Tf<String> => optional().check(duration()),
        /// How long a request may be repeated when the service limits or drops it. Default `10m`.
        retry_timeout: Tf<String> => optional().check(duration()),
        /// Entra object id of a user on whose behalf all requests are made. The provider's own user needs the Delegate
        /// role for that.
        impersonate_entra_object_id: Tf<String> => optional().check(terms::guid()),
    }
}

fn https_root() -> Validator {
    Validator::text("", |text| {
        dataverse::parse_environment_url(text).map(|_| ()).map_err(|error| {
            format!("\"{text}\" is not usable: {error}. Write it like https://contoso.crm.dynamics.com.")
        })
    })
}

fn duration() -> Validator {
    Validator::text("", |text| match parse_duration(text) {
        Some(duration) if !duration.is_zero() => Ok(()),
        _ => {
            Err(format!("\"{text}\" is not a duration. Write a number with s, m or h, for example \"90s\"."))
        }
    })
}

fn at_least_one() -> Validator {
    Validator::new("At least 1.", |value, path, diagnostics| {
        let number = match value {
            tf_provider::framework::Value::Number(number) => number.as_i64(),
            _ => return,
        };
        if number.is_none_or(|number| !(1..=1000).contains(&number)) {
            diagnostics.push(
                Diagnostic::error("The number must be whole and between 1 and 1000.")
                    .titled("Invalid value")
                    .at(path.clone()),
            );
        }
    })
}

/// What resources and data sources work with.
#[derive(Clone, Debug)]
pub struct Api {
    /// The client of the environment.
    pub client: Client,
    /// Roles that this run is going to create.
    pub planned_roles: PlannedRoles,
    /// Users and teams that this run moves.
    pub planned_moves: PlannedMoves,
    /// What the resources of this run manage.
    pub claims: Claims,
    /// Users that this run takes System Administrator from.
    pub departing: Departing,
    /// Resources that make a user non-interactive in this run.
    pub non_interactive: NonInteractive,
    /// Business units that this run creates, renames or moves.
    pub planned_units: PlannedUnits,
}

impl OperationApi for Api {
    fn within(self: &Arc<Self>, context: &Context) -> Arc<Self> {
        let mut client = self.client.within(context.stop.signal(), context.deadline);
        if context.after_change {
            client = client.after_change();
        }
        Arc::new(Api { client, ..Api::clone(self) })
    }
}

/// The provider.
pub struct Dataverse;

impl ProviderDefinition for Dataverse {
    const NAME: &'static str = "dataverse";
    type Api = Api;
    type Config = Config;

    fn configure(config: Config, terraform_version: &str) -> Result<Configured<Api>> {
        let unknown = settings::unknown_values(&config);
        if !unknown.is_empty() {
            return Ok(Configured::Waiting(unknown));
        }
        let mut settings = settings::settings(&config, &|name| std::env::var(name).ok())?;
        settings.user_agent = format!("{} terraform/{terraform_version}", settings.user_agent);
        let client = Client::new(settings).map_err(|error| {
            Diagnostics::from(Diagnostic::error(format!("The client cannot be made: {error}.")))
        })?;
        Ok(Configured::Ready(Api {
            client,
            planned_roles: PlannedRoles::default(),
            planned_moves: PlannedMoves::default(),
            claims: Claims::default(),
            departing: Departing::default(),
            non_interactive: NonInteractive::default(),
            planned_units: PlannedUnits::default(),
        }))
    }

    fn registry() -> Registry<Api> {
        Registry {
            resources: resources::all(),
            data_sources: data_sources::all(),
            ephemerals: ephemeral::all(),
            lists: lists::all(),
            functions: functions::all(),
        }
    }
}
