//! The credential of the chosen way to sign in, with what it needs.

use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tf_provider::framework::{Diagnostic, Diagnostics};
use url::Url;

use super::given::{Given, Inputs, Origin, PIPELINES_URL, variables};
use super::method::{Choice, Method, capital, choose};
use crate::dataverse::{ClientCertificate, Credential, FederatedToken, Secret};

/// The credential; none, and a fault at each argument to blame, when it is not complete.
pub(super) fn credential(inputs: &Inputs<'_>, faults: &mut Diagnostics) -> Option<Credential> {
    let choice = choose(inputs, faults)?;
    let mut need = Need { inputs, choice, faults };
    match choice.method {
        Method::Secret => {
            let (tenant_id, client_id) = need.application();
            let client_secret = need.text("client_secret")?.value;
            Some(Credential::ClientSecret {
                tenant_id: tenant_id?,
                client_id: client_id?,
                client_secret: Secret::new(client_secret),
            })
        }
        Method::Certificate => {
            let (tenant_id, client_id) = need.application();
            let certificate = need.certificate()?;
            Some(Credential::ClientCertificate { tenant_id: tenant_id?, client_id: client_id?, certificate })
        }
        Method::Oidc => {
            let (tenant_id, client_id) = need.application();
            let token = need.federated_token()?;
            Some(Credential::Federated { tenant_id: tenant_id?, client_id: client_id?, token })
        }
        Method::AksWorkloadIdentity => {
            let tenant_id = need.text_or("tenant_id", "AZURE_TENANT_ID");
            let client_id = need.text_or("client_id", "AZURE_CLIENT_ID");
            let file = need.text_or("oidc_token_file_path", "AZURE_FEDERATED_TOKEN_FILE");
            let token = need.token_file(&file?)?;
            Some(Credential::Federated { tenant_id: tenant_id?.value, client_id: client_id?.value, token })
        }
        Method::ManagedIdentity => {
            let endpoint = match inputs.text("msi_endpoint") {
                Some(given) => Some(need.url("msi_endpoint", &given, &["http", "https"])?),
                None => None,
            };
            let client_id = match inputs.text("client_id") {
                Some(given) => Some(need.read("client_id", given)?.value),
                None => None,
            };
            Some(Credential::ManagedIdentity { client_id, endpoint })
        }
        Method::Cli => Some(Credential::AzureCli { tenant_id: inputs.text("tenant_id").map(value) }),
        Method::DeveloperCli => {
            Some(Credential::AzureDeveloperCli { tenant_id: inputs.text("tenant_id").map(value) })
        }
    }
}

fn value(given: Given<String>) -> String {
    given.value
}

/// What a chosen way needs, and where to say that it is missing.
struct Need<'n, 'a> {
    inputs: &'n Inputs<'a>,
    choice: Choice,
    faults: &'n mut Diagnostics,
}

impl Need<'_, '_> {
    /// Tenant and application; both missing are two faults.
    fn application(&mut self) -> (Option<String>, Option<String>) {
        (self.text("tenant_id").map(value), self.text("client_id").map(value))
    }

    fn text(&mut self, attribute: &'static str) -> Option<Given<String>> {
        let Some(given) = self.inputs.text(attribute) else {
            self.missing(attribute, &variables(attribute).join(" or "));
            return None;
        };
        self.read(attribute, given)
    }

    /// The text itself, where it lies in a file.
    fn read(&mut self, attribute: &'static str, given: Given<String>) -> Option<Given<String>> {
        self.inputs.read(given).map_err(|text| self.fault(attribute, text)).ok()
    }

    /// As `text`, from a variable that Kubernetes sets where nothing else says it.
    fn text_or(&mut self, attribute: &'static str, variable: &'static str) -> Option<Given<String>> {
        let Some(given) = self.inputs.text(attribute).or_else(|| self.inputs.variable(variable)) else {
            self.missing(attribute, variable);
            return None;
        };
        self.read(attribute, given)
    }

    fn missing(&mut self, attribute: &'static str, variable: &str) {
        let text = format!(
            "{}, but {attribute} is missing. Set it in the provider block, or the environment variable {variable}.",
            capital(&self.choice.to_string())
        );
        self.faults.push(Diagnostic::error(text).titled("Incomplete credentials").at(attribute));
    }

    fn fault(&mut self, attribute: &'static str, text: String) {
        self.faults.push(Diagnostic::error(text).titled("Unusable credentials").at(attribute));
    }

    fn certificate(&mut self) -> Option<ClientCertificate> {
        let path = self.inputs.text("client_certificate_path");
        let text = self.inputs.text("client_certificate");
        let (attribute, origin, data) = match (path, text) {
            (Some(path), Some(text)) if path.origin.is_block() == text.origin.is_block() => {
                self.fault(
                    "client_certificate",
                    format!("There are two certificates: {} and {}. Keep one.", path.origin, text.origin),
                );
                return None;
            }
            (Some(path), text) if path.origin.is_block() || text.is_none() => {
                let data = std::fs::read(&path.value).map_err(|error| error.to_string());
                ("client_certificate_path", format!("\"{}\" ({})", path.value, path.origin), data)
            }
            (_, text) => {
                let text = text?;
                let clean: String = text.value.chars().filter(|c| !c.is_whitespace()).collect();
                let data = BASE64_STANDARD.decode(clean).map_err(|_| "it is not base64".to_owned());
                ("client_certificate", text.origin.to_string(), data)
            }
        };
        let password = self.inputs.text("client_certificate_password").map(value).unwrap_or_default();
        let read = data
            .and_then(|data| ClientCertificate::read(&data, &password).map_err(|error| error.to_string()));
        match read {
            Ok(certificate) => Some(certificate),
            Err(error) => {
                let text = format!("The client certificate {origin} cannot be used: {error}.");
                self.fault(attribute, text);
                None
            }
        }
    }

    /// The token itself, else a file, else the issuer of a CI system; what the block says goes first.
    fn federated_token(&mut self) -> Option<FederatedToken> {
        let (token, file) = (self.inputs.text("oidc_token"), self.inputs.text("oidc_token_file_path"));
        let connection = self.inputs.text("ado_pipeline_service_connection_id");
        let url = self.inputs.text("oidc_request_url");
        let in_block =
            |given: &Option<Given<String>>| given.as_ref().is_some_and(|given| given.origin.is_block());
        let places = [&token, &file, &connection, &url];
        let from_block = places.iter().any(|given| in_block(given));
        let counts = |given: &Option<Given<String>>| given.is_some() && (!from_block || in_block(given));
        if counts(&token) && counts(&file) {
            let text = "There are two OIDC tokens: oidc_token and oidc_token_file_path. Keep one.".to_owned();
            self.fault("oidc_token_file_path", text);
            return None;
        }
        if let Some(token) = token.clone().filter(|_| counts(&token)) {
            return Some(FederatedToken::Given(Secret::new(token.value)));
        }
        if let Some(file) = file.clone().filter(|_| counts(&file)) {
            return self.token_file(&file);
        }
        let pipelines = connection.is_some()
            || url.as_ref().is_some_and(|url| url.origin == Origin::Variable(PIPELINES_URL));
        if url.is_none() && connection.is_none() {
            let text = format!(
                "{}, but there is no token and no place to get one from. Set oidc_token or oidc_token_file_path \
                 (ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH). GitHub Actions sets ACTIONS_ID_TOKEN_REQUEST_URL by itself \
                 when the job has the permission \"id-token: write\"; in Azure Pipelines, pass \
                 SYSTEM_ACCESSTOKEN: $(System.AccessToken) and set ado_pipeline_service_connection_id.",
                capital(&self.choice.to_string())
            );
            self.faults.push(Diagnostic::error(text).titled("Incomplete credentials").at("use_oidc"));
            return None;
        }
        let url = self.text("oidc_request_url");
        let request_token = self.text("oidc_request_token");
        let connection =
            if pipelines { Some(self.text("ado_pipeline_service_connection_id")?) } else { None };
        let request_url = self.url("oidc_request_url", &url?, &["https"])?;
        let request_token = Secret::new(request_token?.value);
        Some(match connection {
            Some(connection) => FederatedToken::AzurePipelines {
                request_url,
                request_token,
                service_connection_id: connection.value,
            },
            None => FederatedToken::GitHub { request_url, request_token },
        })
    }

    fn token_file(&mut self, path: &Given<String>) -> Option<FederatedToken> {
        if let Err(error) = std::fs::read(&path.value) {
            let text =
                format!("The token file \"{}\" ({}) cannot be read: {error}.", path.value, path.origin);
            self.fault("oidc_token_file_path", text);
            return None;
        }
        Some(FederatedToken::File(PathBuf::from(&path.value)))
    }

    fn url(&mut self, attribute: &'static str, given: &Given<String>, schemes: &[&str]) -> Option<Url> {
        match Url::parse(given.value.trim()) {
            Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Some(url),
            _ => {
                let text = format!(
                    "\"{}\" ({}) is not usable: write a URL that begins with {}://.",
                    given.value,
                    given.origin,
                    schemes.join(":// or ")
                );
                self.fault(attribute, text);
                None
            }
        }
    }
}
