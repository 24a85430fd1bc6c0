//! An emulator that a test fills through the API.

use std::sync::Arc;

use dataverse_emulator::{Emulator, Options, seed_ids};
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

/// An emulator, signed in as the deployer.
pub(crate) struct Env {
    pub(crate) emulator: Emulator,
    pub(crate) http: Client,
    token: String,
    root: String,
}

impl Env {
    pub(crate) async fn start() -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(emulator.ca_pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap();
        let mut env = Self { emulator, http, token: String::new(), root: String::new() };
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}/.default",
            seed_ids::DEPLOYER_CLIENT_ID,
            seed_ids::DEPLOYER_CLIENT_SECRET,
            env.emulator.url()
        );
        let url = format!("{}/{}/oauth2/v2.0/token", env.emulator.url(), seed_ids::TENANT_ID);
        let kind = "application/x-www-form-urlencoded";
        let answer = sent(env.http.post(url).header("content-type", kind).body(form)).await;
        env.token = answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned();
        env.root = env.first("businessunits?$select=name", "businessunitid").await;
        env
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/data/v9.2/{path}", self.emulator.url());
        self.http.request(method, url).bearer_auth(&self.token)
    }

    /// A GET, whatever the answer.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A column of the first row of a query.
    pub(crate) async fn first(&self, path: &str, column: &str) -> String {
        let answer: Value = sent(self.request(Method::GET, path)).await.json().await.unwrap();
        answer["value"][0][column].as_str().unwrap().to_owned()
    }

    /// Creates a row; its id, if the answer names one.
    pub(crate) async fn post(&self, path: &str, body: Value) -> String {
        let answer = sent(self.request(Method::POST, path).json(&body)).await;
        let url = answer.headers().get("odata-entityid").map(|url| url.to_str().unwrap().to_owned());
        url.map_or_else(String::new, |url| url.rsplit('(').next().unwrap().trim_end_matches(')').to_owned())
    }

    /// Sends a batch of parts, each a request line and a body.
    pub(crate) async fn batch(&self, parts: &[String]) {
        let body: String = parts
            .iter()
            .map(|part| format!("--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{part}\r\n"))
            .collect();
        let request =
            self.request(Method::POST, "$batch").header("content-type", "multipart/mixed; boundary=b");
        sent(request.body(format!("{body}--b--\r\n"))).await;
    }

    /// Asks the emulator's own surface to do something.
    pub(crate) async fn admin(&self, method: Method, path: &str, body: Value) {
        sent(self.http.request(method, format!("{}/{path}", self.emulator.admin_url())).json(&body)).await;
    }

    /// Adds the user of a person of the directory.
    pub(crate) async fn person(&self, name: &str) -> String {
        self.post("systemusers", json!({ "domainname": format!("{name}@contoso.onmicrosoft.com") })).await
    }

    /// Creates a role with privileges: name and depth each.
    pub(crate) async fn role(&self, name: &str, privileges: &[(&str, &str)]) -> String {
        let unit = format!("/businessunits({})", self.root);
        let role = self.post("roles", json!({ "name": name, "businessunitid@odata.bind": unit })).await;
        let mut list = Vec::new();
        for (name, depth) in privileges {
            let query = format!("privileges?$filter=name eq '{name}'&$select=name");
            list.push(json!({ "PrivilegeId": self.first(&query, "privilegeid").await, "Depth": depth }));
        }
        self.post(
            &format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole"),
            json!({ "Privileges": list }),
        )
        .await;
        role
    }

    /// Gives a role to a user.
    pub(crate) async fn assign(&self, user: &str, role: &str) {
        let url = format!("{}/api/data/v9.2/roles({role})", self.emulator.url());
        self.post(
            &format!("systemusers({user})/systemuserroles_association/$ref"),
            json!({ "@odata.id": url }),
        )
        .await;
    }
}

/// The answer of a request that has to succeed.
async fn sent(request: RequestBuilder) -> Response {
    let answer = request.send().await.unwrap();
    let (status, url) = (answer.status(), answer.url().clone());
    if status.is_success() {
        return answer;
    }
    panic!("{url} answers {status}: {}", answer.text().await.unwrap())
}
