//! A small Web API client of the tests' own: to look at what really stands in the service, and to change it behind
//! Terraform's back. It shares no code with the provider.

use std::sync::{Arc, OnceLock};

use reqwest::Method;
use rustls_platform_verifier::Verifier;
use serde_json::{Value, json};
use tokio::runtime::Handle;

/// Where the environment is and who the tests are there.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) url: String,
    pub(crate) authority_host: String,
    pub(crate) tenant_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// A certificate authority to trust besides the machine's, as PEM text.
    pub(crate) ca_pem: String,
}

/// The client. Calls block until the answer is there, and fail the test when it is an error.
pub struct Api {
    runtime: Handle,
    http: reqwest::Client,
    access: Access,
    token: OnceLock<String>,
}

/// A status and the body as JSON, null if there was none.
pub type Answer = (u16, Value);

impl Api {
    pub(crate) fn new(runtime: Handle, access: Access) -> Self {
        let tls = tls_config(access.ca_pem.as_bytes());
        let http = reqwest::Client::builder().tls_backend_preconfigured(tls).build().expect("an HTTP client");
        Self { runtime, http, access, token: OnceLock::new() }
    }

    /// The JSON answer to `GET` of a path below the service root, such as `roles?$select=name`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        self.expect(&Method::GET, path, None).1
    }

    /// The rows in the answer to `GET` of a collection, of all pages.
    #[track_caller]
    pub fn rows(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path);
            rows.extend(page["value"].as_array().cloned().unwrap_or_default());
            next = page["@odata.nextLink"].as_str().map(str::to_owned);
        }
        rows
    }

    /// Whether a row can be read.
    pub fn exists(&self, path: &str) -> bool {
        match self.send(&Method::GET, path, None) {
            (200, _) => true,
            (404, _) => false,
            other => panic!("GET {path} was answered with {other:?}"),
        }
    }

    /// `POST`; the JSON answer.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.expect(&Method::POST, path, Some(body)).1
    }

    /// `PATCH` of a row that exists.
    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) {
        self.expect(&Method::PATCH, path, Some(body));
    }

    /// `DELETE`.
    #[track_caller]
    pub fn delete(&self, path: &str) {
        self.expect(&Method::DELETE, path, None);
    }

    /// Associates two rows: `link("systemusers(..)/systemuserroles_association", "roles(..)")`.
    #[track_caller]
    pub fn link(&self, collection: &str, row: &str) {
        let target = format!("{}/{row}", self.root());
        self.post(&format!("{collection}/$ref"), &json!({ "@odata.id": target }));
    }

    /// Takes two rows apart: `unlink("systemusers(..)/systemuserroles_association", id)`.
    #[track_caller]
    pub fn unlink(&self, collection: &str, id: &str) {
        self.delete(&format!("{collection}({id})/$ref"));
    }

    #[track_caller]
    fn expect(&self, method: &Method, path: &str, body: Option<&Value>) -> Answer {
        let (status, answer) = self.send(method, path, body);
        assert!(
            (200..300).contains(&status),
            "{method} {path} with {body:?} was answered with {status} {answer:#}"
        );
        (status, answer)
    }

    /// Any request to a path below the service root, or to an absolute URL.
    pub fn send(&self, method: &Method, path: &str, body: Option<&Value>) -> Answer {
        self.send_as(method, path, body, None)
    }

    /// Any request on behalf of the person with this Entra object id; the JSON answer.
    #[track_caller]
    pub fn act(&self, method: &Method, path: &str, body: Option<&Value>, person: Option<&str>) -> Value {
        let (status, answer) = self.send_as(method, path, body, person);
        assert!(
            (200..300).contains(&status),
            "{method} {path} with {body:?} was answered with {status} {answer:#}"
        );
        answer
    }

    fn send_as(&self, method: &Method, path: &str, body: Option<&Value>, person: Option<&str>) -> Answer {
        let url =
            if path.starts_with("https://") { path.to_owned() } else { format!("{}/{path}", self.root()) };
        let mut request = self
            .http
            .request(method.clone(), url)
            .bearer_auth(self.token())
            .header("accept", "application/json")
            .header("odata-version", "4.0")
            .header("prefer", "return=representation");
        if let Some(person) = person {
            request = request.header("callerobjectid", person);
        }
        if *method == Method::PATCH {
            request = request.header("if-match", "*");
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(request)
    }

    /// A request without a token to an absolute URL, for the emulator's own surface.
    pub fn send_plain(&self, method: Method, url: &str, body: Option<&Value>) -> Answer {
        let request = self.http.request(method, url);
        self.answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Whether the service takes a token for that of a member.
    pub fn accepts(&self, token: &str) -> bool {
        let request = self.http.get(format!("{}/WhoAmI", self.root())).bearer_auth(token);
        self.answer(request.header("accept", "application/json")).0 == 200
    }

    fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        self.runtime.block_on(async {
            let response = request.send().await.unwrap_or_else(|error| panic!("no answer: {error:?}"));
            let status = response.status().as_u16();
            let text = response.text().await.expect("the answer has a body");
            (status, serde_json::from_str(&text).unwrap_or(Value::Null))
        })
    }

    fn root(&self) -> String {
        format!("{}/api/data/v9.2", self.access.url.trim_end_matches('/'))
    }

    /// The bearer token in use.
    pub fn bearer(&self) -> &str {
        self.token()
    }

    fn token(&self) -> &str {
        self.token.get_or_init(|| {
            let access = &self.access;
            let host = access.authority_host.trim_end_matches('/');
            let url = format!("{host}/{}/oauth2/v2.0/token", access.tenant_id);
            let form = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("grant_type", "client_credentials")
                .append_pair("client_id", &access.client_id)
                .append_pair("client_secret", &access.client_secret)
                .append_pair("scope", &format!("{}/.default", access.url.trim_end_matches('/')))
                .finish();
            let request =
                self.http.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
            let (status, answer) = self.answer(request);
            let token = answer["access_token"].as_str();
            token.unwrap_or_else(|| panic!("no token: {status} {answer:#}")).to_owned()
        })
    }
}

/// A string literal of OData, quotes doubled, ready for a URL.
#[must_use]
pub fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    let encoded: String = url::form_urlencoded::byte_serialize(doubled.as_bytes()).collect();
    format!("'{}'", encoded.replace('+', "%20"))
}

fn tls_config(ca_pem: &[u8]) -> rustls::ClientConfig {
    use rustls::pki_types::pem::PemObject;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::pki_types::CertificateDer::pem_slice_iter(ca_pem)
        .collect::<Result<Vec<_>, _>>()
        .expect("the certificate authority is PEM text");
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).expect("a trust store");
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth()
}
