//! What the provider block and the environment say about signing in, and which of the two said it.

use tf_provider::framework::{Diagnostic, Diagnostics, Value};

use super::settings::Environment;

/// The environment variables that stand in for arguments, the first that is set counts. The `ARM_` names are those of
/// `azurerm`; GitHub Actions sets the `ACTIONS_` ones and Azure Pipelines the `SYSTEM_` ones.
const VARIABLES: [(&str, &[&str]); 17] = [
    ("tenant_id", &["ARM_TENANT_ID"]),
    ("client_id", &["ARM_CLIENT_ID"]),
    ("client_secret", &["ARM_CLIENT_SECRET"]),
    ("client_certificate_path", &["ARM_CLIENT_CERTIFICATE_PATH"]),
    ("client_certificate", &["ARM_CLIENT_CERTIFICATE"]),
    ("client_certificate_password", &["ARM_CLIENT_CERTIFICATE_PASSWORD"]),
    ("use_oidc", &["ARM_USE_OIDC"]),
    ("oidc_token", &["ARM_OIDC_TOKEN"]),
    ("oidc_token_file_path", &["ARM_OIDC_TOKEN_FILE_PATH"]),
    ("oidc_request_url", &["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", PIPELINES_URL]),
    (
        "oidc_request_token",
        &["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"],
    ),
    (
        "ado_pipeline_service_connection_id",
        &["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"],
    ),
    ("use_aks_workload_identity", &["ARM_USE_AKS_WORKLOAD_IDENTITY"]),
    ("use_msi", &["ARM_USE_MSI"]),
    ("msi_endpoint", &["ARM_MSI_ENDPOINT"]),
    ("use_cli", &["ARM_USE_CLI"]),
    ("use_dev_cli", &["ARM_USE_DEV_CLI"]),
];

/// Where Azure Pipelines gives out tokens.
pub(super) const PIPELINES_URL: &str = "SYSTEM_OIDCREQUESTURI";

/// Variables that name a file with the value, for when neither the block nor a variable above has it (`azurerm`'s names).
const FILES: [(&str, &str); 2] =
    [("client_id", "ARM_CLIENT_ID_FILE_PATH"), ("client_secret", "ARM_CLIENT_SECRET_FILE_PATH")];

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// An argument of the provider block.
    Block(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// An environment variable with the path of a file that holds the value.
    File(&'static str),
}

impl Origin {
    /// Whether the provider block said it, which counts more than the environment.
    pub(super) fn is_block(self) -> bool {
        matches!(self, Origin::Block(_))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Block(attribute) => write!(f, "{attribute} in the provider block"),
            Origin::Variable(variable) | Origin::File(variable) => {
                write!(f, "the environment variable {variable}")
            }
        }
    }
}

/// A value and who said it.
#[derive(Clone)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
}

/// The variables that stand in for an argument.
pub(super) fn variables(attribute: &str) -> &'static [&'static str] {
    VARIABLES.iter().find(|(known, _)| *known == attribute).map_or(&[], |(_, variables)| *variables)
}

/// The provider block, with the environment where it is silent.
pub(super) struct Inputs<'a> {
    block: Value,
    environment: Environment<'a>,
}

impl<'a> Inputs<'a> {
    /// Over the block as an object.
    pub(super) fn new(block: Value, environment: Environment<'a>) -> Inputs<'a> {
        Inputs { block, environment }
    }

    /// A text that is not blank. Where it lies in a file, the value is still empty: [`Inputs::read`] reads it.
    pub(super) fn text(&self, attribute: &'static str) -> Option<Given<String>> {
        if let Some(Value::String(text)) = self.argument(attribute)
            && !text.trim().is_empty()
        {
            return Some(Given { value: text.clone(), origin: Origin::Block(attribute) });
        }
        variables(attribute).iter().find_map(|variable| self.variable(variable)).or_else(|| {
            let (_, variable) = FILES.iter().find(|(known, _)| *known == attribute)?;
            self.variable(variable)?;
            Some(Given { value: String::new(), origin: Origin::File(variable) })
        })
    }

    /// The text itself, where it lies in a file.
    ///
    /// # Errors
    /// A sentence that names the variable, when the file cannot be read or is blank.
    pub(super) fn read(&self, given: Given<String>) -> Result<Given<String>, String> {
        let Origin::File(variable) = given.origin else { return Ok(given) };
        let path = (self.environment)(variable).unwrap_or_default();
        let path = path.trim();
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => Err(format!("The file \"{path}\" ({variable}) is empty.")),
            Ok(text) => Ok(Given { value: text.trim().to_owned(), origin: given.origin }),
            Err(error) => Err(format!("The file \"{path}\" ({variable}) cannot be read: {error}.")),
        }
    }

    /// A text of the environment alone.
    pub(super) fn variable(&self, variable: &'static str) -> Option<Given<String>> {
        let value = (self.environment)(variable).filter(|text| !text.trim().is_empty())?;
        Some(Given { value, origin: Origin::Variable(variable) })
    }

    /// A switch. Variables are read as `azurerm` reads them: `true`, `TRUE`, `True`, `t`, `T`, `1` and their opposites.
    pub(super) fn flag(&self, attribute: &'static str, faults: &mut Diagnostics) -> Option<Given<bool>> {
        if let Some(Value::Bool(flag)) = self.argument(attribute) {
            return Some(Given { value: *flag, origin: Origin::Block(attribute) });
        }
        let given = variables(attribute).iter().find_map(|variable| self.variable(variable))?;
        let value = match given.value.trim() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
            "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
            other => {
                faults.push(
                    Diagnostic::error(format!(
                        "\"{other}\" (from {}) is neither true nor false. Write one of them.",
                        given.origin
                    ))
                    .titled("Invalid value")
                    .at(attribute),
                );
                return None;
            }
        };
        Some(Given { value, origin: given.origin })
    }

    fn argument(&self, attribute: &str) -> Option<&Value> {
        self.block.as_object()?.iter().find(|(name, _)| name.as_str() == attribute).map(|(_, value)| value)
    }
}
