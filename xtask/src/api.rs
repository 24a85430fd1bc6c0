//! A small client of the Web API, to change things behind Terraform's back and to read back what stands. It shares no
//! code with the provider.

use std::path::Path;
use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::emulator::Emulator;
use crate::error::{Error, Result};

/// A client that is signed in as the emulator's deployer. Calls block.
pub(crate) struct Api {
    runtime: Arc<Runtime>,
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Api {
    /// Signs in.
    ///
    /// # Errors
    ///
    /// When the emulator cannot be reached or refuses.
    pub(crate) fn sign_in(runtime: Arc<Runtime>, emulator: &Emulator) -> Result<Self> {
        let tls = tls(&emulator.ca_file()?)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .build()
            .map_err(|error| Error::said(format!("Cannot make an HTTP client: {error}.")))?;
        let url = emulator.value("DATAVERSE_URL")?;
        let tenant = emulator.value("ARM_TENANT_ID")?;
        let token_url = format!("{}/{tenant}/oauth2/v2.0/token", emulator.value("DATAVERSE_AUTHORITY_HOST")?);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &emulator.value("ARM_CLIENT_ID")?)
            .append_pair("client_secret", &emulator.value("ARM_CLIENT_SECRET")?)
            .append_pair("scope", &format!("{url}/.default"))
            .finish();
        let mut api = Self { runtime, http, url, token: String::new() };
        let request =
            api.http.post(token_url).header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = api.answer("the sign-in", request)?;
        api.token = answer["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(api)
    }

    /// `GET` below the service root.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, None)
    }

    /// The rows of a collection, of all pages.
    ///
    /// # Errors
    ///
    /// When a request fails.
    pub(crate) fn rows(&self, path: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path)?;
            rows.extend(page["value"].as_array().cloned().unwrap_or_default());
            next = page["@odata.nextLink"].as_str().map(str::to_owned);
        }
        Ok(rows)
    }

    /// `POST` below the service root.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(Method::POST, path, Some(body))
    }

    /// A call of the emulator's own surface.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub(crate) fn admin(&self, method: Method, path: &str) -> Result<Value> {
        self.answer(path, self.http.request(method, format!("{}/emulator/{path}", self.url)))
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = match path.strip_prefix("https://") {
            Some(_) => path.to_owned(),
            None => format!("{}/api/data/v9.2/{path}", self.url),
        };
        let request = self
            .http
            .request(method, url)
            .bearer_auth(&self.token)
            .header("accept", "application/json")
            .header("odata-version", "4.0")
            .header("odata-maxversion", "4.0");
        self.answer(
            path,
            match body {
                Some(body) => request.json(body),
                None => request,
            },
        )
    }

    fn answer(&self, what: &str, request: RequestBuilder) -> Result<Value> {
        let result = self.runtime.block_on(async {
            let response = request.send().await?;
            let status = response.status();
            Ok::<_, reqwest::Error>((status, response.text().await?))
        });
        let (status, text) = result.map_err(|error| Error::said(format!("No answer to {what}: {error}.")))?;
        if !status.is_success() {
            return Err(Error::said(format!("The answer to {what} was {status}: {text}")));
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

/// TLS that trusts the authority in `ca_file` and nothing else.
fn tls(ca_file: &Path) -> Result<ClientConfig> {
    let bad =
        |error: &dyn std::fmt::Display| Error::said(format!("Cannot use {}: {error}.", ca_file.display()));
    let authority = CertificateDer::from_pem_file(ca_file).map_err(|error| bad(&error))?;
    let mut roots = RootCertStore::empty();
    roots.add(authority).map_err(|error| bad(&error))?;
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(&error))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
