//! From the provider block and the environment to the settings of a client.

use tf_provider::framework::{Diagnostic, Diagnostics, Model, Path, Result, Tf, parse_duration};
use url::Url;

use super::Config;
use super::credentials::credential;
use super::given::Inputs;
use crate::dataverse::{AdminApi, Cloud, Id, Settings, parse_environment_url};
use crate::terms;

/// Reads an environment variable.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A message for each attribute whose value is known only after apply.
pub(super) fn unknown_values(config: &Config) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let object = config.to_value();
    for (name, value) in object.as_object().into_iter().flatten() {
        if value.is_unknown() {
            diagnostics.push(
                Diagnostic::error(format!(
                    "The value of \"{name}\" is known only after apply, so the provider cannot reach Dataverse yet. Apply \
                     what it depends on first, for example with -target, or give it as a variable."
                ))
                .titled("Unknown provider configuration")
                .at(Path::attribute(name.as_str())),
            );
        }
    }
    diagnostics
}

/// The settings that the provider block and, where it is silent, the environment say.
///
/// # Errors
/// When something is missing or cannot be used, at its attribute.
pub(super) fn settings(config: &Config, environment: Environment<'_>) -> Result<Settings> {
    let mut faults = Diagnostics::new();
    let text = |value: &Tf<String>, variable: &str| {
        value
            .text()
            .map(ToOwned::to_owned)
            .or_else(|| environment(variable))
            .filter(|text| !text.trim().is_empty())
    };
    let url = match text(&config.environment_url, "DATAVERSE_URL") {
        Some(url) => root(&url, "environment_url", "DATAVERSE_URL", &mut faults),
        None => {
            faults.push(
                Diagnostic::error(
                    "Which environment? Set environment_url in the provider block, or the environment variable \
                     DATAVERSE_URL, for example https://contoso.crm.dynamics.com.",
                )
                .at("environment_url"),
            );
            None
        }
    };
    let credential = credential(&Inputs::new(config.to_value(), environment), &mut faults);
    let cloud = match text(&config.cloud, "DATAVERSE_CLOUD") {
        Some(name) => cloud(&name, &mut faults),
        None => Cloud::Public,
    };
    let authority = text(&config.authority_host, "DATAVERSE_AUTHORITY_HOST")
        .unwrap_or_else(|| cloud.authority_host().to_owned());
    let authority = root(&authority, "authority_host", "DATAVERSE_AUTHORITY_HOST", &mut faults);
    let admin_api = admin_api(config, cloud, &text, &mut faults);
    let ca = certificates(config, environment, &mut faults);
    let (Some(url), Some(credential), Some(authority), false) =
        (url, credential, authority, faults.has_errors())
    else {
        return Err(faults);
    };
    let mut settings = Settings::new(url, credential);
    settings.authority_host = authority;
    settings.admin_api = admin_api;
    settings.extra_ca_pem = ca.unwrap_or_default();
    let number = config.max_concurrent_requests.known().and_then(|number| usize::try_from(*number).ok());
    settings.max_concurrent_requests = number.unwrap_or(settings.max_concurrent_requests);
    let duration = |value: &Tf<String>| value.text().and_then(parse_duration);
    settings.request_timeout = duration(&config.request_timeout).unwrap_or(settings.request_timeout);
    settings.retry_timeout = duration(&config.retry_timeout).unwrap_or(settings.retry_timeout);
    settings.impersonate_entra_object_id =
        config.impersonate_entra_object_id.text().and_then(|text| Id::parse(text).ok());
    Ok(settings)
}

fn root(text: &str, attribute: &str, variable: &str, faults: &mut Diagnostics) -> Option<Url> {
    match parse_environment_url(text) {
        Ok(url) => Some(url),
        Err(error) => {
            faults.push(
                Diagnostic::error(format!(
                    "\"{text}\" (from {attribute} or {variable}) is not usable: {error}."
                ))
                .at(attribute),
            );
            None
        }
    }
}

fn cloud(name: &str, faults: &mut Diagnostics) -> Cloud {
    Cloud::parse(name).unwrap_or_else(|| {
        let text = format!(
            "\"{name}\" (from cloud or DATAVERSE_CLOUD) is not a cloud. Use one of {}.",
            Cloud::NAMES.join(", ")
        );
        faults.push(Diagnostic::error(text).at("cloud"));
        Cloud::Public
    })
}

fn admin_api(
    config: &Config,
    cloud: Cloud,
    text: &dyn Fn(&Tf<String>, &str) -> Option<String>,
    faults: &mut Diagnostics,
) -> AdminApi {
    let mut api = AdminApi::of(cloud);
    if let Some(url) = text(&config.admin_api_url, "DATAVERSE_ADMIN_API_URL") {
        api.url = root(&url, "admin_api_url", "DATAVERSE_ADMIN_API_URL", faults).unwrap_or(api.url);
    }
    if let Some(id) = text(&config.environment_id, "DATAVERSE_ENVIRONMENT_ID") {
        match terms::environment_id(&id) {
            Ok(()) => api.environment_id = Some(id.trim().to_owned()),
            Err(error) => faults.push(
                Diagnostic::error(format!(
                    "\"{id}\" (from environment_id or DATAVERSE_ENVIRONMENT_ID) is not usable: {error}"
                ))
                .at("environment_id"),
            ),
        }
    }
    api
}

/// Where the trust store of the machine is files, its loader reads `SSL_CERT_FILE` in their place by itself.
const LOADER_READS_VARIABLE: bool = cfg!(all(unix, not(target_vendor = "apple"), not(target_os = "android")));

/// The certificates to trust besides those of the trust store, as PEM text.
fn certificates(config: &Config, environment: Environment<'_>, faults: &mut Diagnostics) -> Option<Vec<u8>> {
    let own = config.ca_certificate_path.text().filter(|path| !path.trim().is_empty());
    let (path, origin, in_store) = match own {
        Some(path) => (path.to_owned(), "", false),
        None => {
            let path = environment("SSL_CERT_FILE").filter(|path| !path.trim().is_empty())?;
            (path, " (from SSL_CERT_FILE)", LOADER_READS_VARIABLE)
        }
    };
    match std::fs::read(&path) {
        Ok(pem) => (!in_store).then_some(pem),
        Err(error) => {
            let text = format!("The certificate file \"{path}\"{origin} cannot be read: {error}.");
            faults.push(Diagnostic::error(text).at("ca_certificate_path"));
            None
        }
    }
}
