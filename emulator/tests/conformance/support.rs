//! One emulator per test and requests in one line.

use std::sync::Arc;

use dataverse_emulator::{Emulator, Options, seed_ids};
use reqwest::{Client, Method, RequestBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

/// System Administrator.
pub(crate) const ADMIN_TEMPLATE: &str = "627090ff-40a3-4053-8790-584edc5be201";
/// Basic User.
pub(crate) const BASIC_TEMPLATE: &str = "236750cd-45ae-4939-ab12-b24b920ced93";
/// An application without a user row at the start.
pub(crate) const PORTAL: &str = "11111111-aaaa-4aaa-8aaa-000000000005";

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Reply {
    /// The error code, empty when there is none.
    pub(crate) fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    /// The error message.
    pub(crate) fn message(&self) -> &str {
        self.json["error"]["message"].as_str().unwrap_or_default()
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The id in `OData-EntityId`.
    pub(crate) fn id(&self) -> String {
        let url = self.header("odata-entityid");
        url.rsplit('(').next().unwrap().trim_end_matches(')').to_owned()
    }

    /// Fails the test unless the status and code are these.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
    }

    /// Fails the test unless the status is this.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

/// An emulator with a client and a token.
pub(crate) struct Env {
    pub(crate) emulator: Emulator,
    pub(crate) http: Client,
    pub(crate) token: String,
}

/// A client that trusts an emulator and speaks HTTP/1.1.
pub(crate) fn client(emulator: &Emulator) -> Client {
    client_speaking(emulator, &[])
}

/// A client that trusts an emulator and offers these protocols.
pub(crate) fn client_speaking(emulator: &Emulator, protocols: &[&[u8]]) -> Client {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(emulator.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap()
}

impl Env {
    /// A fresh emulator, signed in as the deployer.
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// An emulator with options, signed in as the deployer.
    pub(crate) async fn with(options: Options) -> Self {
        let emulator = Emulator::start(options).await.unwrap();
        let http = client(&emulator);
        let mut env = Self { emulator, http, token: String::new() };
        env.sign_in(seed_ids::DEPLOYER_CLIENT_ID, seed_ids::DEPLOYER_CLIENT_SECRET).await;
        env
    }

    /// Signs in as an application.
    pub(crate) async fn sign_in(&mut self, id: &str, secret: &str) {
        let scope = format!("{}/.default", self.emulator.url());
        let reply = self
            .token_request(
                seed_ids::TENANT_ID,
                &[
                    ("grant_type", "client_credentials"),
                    ("client_id", id),
                    ("client_secret", secret),
                    ("scope", &scope),
                ],
            )
            .await
            .is(200);
        self.token = reply.json["access_token"].as_str().unwrap().to_owned();
    }

    /// Asks the token endpoint.
    pub(crate) async fn token_request(&self, tenant: &str, form: &[(&str, &str)]) -> Reply {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.emulator.authority_host());
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", value.replace('+', "%2B"))).collect();
        let request = self.http.post(url).header("content-type", "application/x-www-form-urlencoded");
        read(request.body(body.join("&"))).await
    }

    /// A request below the service root; a path that begins with a slash starts at the host.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix('/') {
            Some(rest) => format!("{}/{rest}", self.emulator.url()),
            None => format!("{}/api/data/v9.2/{path}", self.emulator.url()),
        };
        self.http.request(method, url).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        read(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        read(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        read(self.request(Method::PATCH, path).header("if-match", "*").json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        read(self.request(Method::DELETE, path)).await
    }

    /// Sets switches of the emulator.
    pub(crate) async fn switch(&self, body: Value) {
        read(self.http.put(format!("{}/switches", self.emulator.admin_url())).json(&body)).await.is(200);
    }

    /// The first row of a query.
    pub(crate) async fn first(&self, path: &str) -> Value {
        self.get(path).await.is(200).json["value"][0].clone()
    }

    /// The root business unit.
    pub(crate) async fn root(&self) -> String {
        let row = self.first("businessunits?$filter=_parentbusinessunitid_value eq null&$select=name").await;
        row["businessunitid"].as_str().unwrap().to_owned()
    }

    /// The root copy of a template role.
    pub(crate) async fn role(&self, template: &str) -> String {
        let path = format!(
            "roles?$filter=_roletemplateid_value eq {template} and parentroleid eq null&$select=name"
        );
        self.first(&path).await["roleid"].as_str().unwrap().to_owned()
    }

    /// The caller.
    pub(crate) async fn me(&self) -> String {
        self.get("WhoAmI").await.is(200).json["UserId"].as_str().unwrap().to_owned()
    }

    /// Creates a role in a business unit.
    pub(crate) async fn new_role(&self, name: &str, unit: &str) -> String {
        let body = json!({ "name": name, "businessunitid@odata.bind": format!("/businessunits({unit})") });
        self.post("roles", body).await.is(204).id()
    }

    /// Creates a business unit.
    pub(crate) async fn new_unit(&self, name: &str, parent: &str) -> String {
        let body =
            json!({ "name": name, "parentbusinessunitid@odata.bind": format!("/businessunits({parent})") });
        self.post("businessunits", body).await.is(204).id()
    }

    /// Creates an application user in a business unit.
    pub(crate) async fn new_application_user(&self, client_id: &str, unit: &str) -> String {
        let bind = format!("/businessunits({unit})");
        let body = json!({ "applicationid": client_id, "accessmode": 4, "isdisabled": false, "businessunitid@odata.bind": bind });
        self.post("systemusers", body).await.is(204).id()
    }

    /// Associates a role with a user.
    pub(crate) async fn assign(&self, user: &str, role: &str) -> Reply {
        let url = format!("{}/api/data/v9.2/roles({role})", self.emulator.url());
        self.post(
            &format!("systemusers({user})/systemuserroles_association/$ref"),
            json!({ "@odata.id": url }),
        )
        .await
    }

    /// Adds privileges to a role: name and depth each.
    pub(crate) async fn add_privileges(&self, role: &str, privileges: &[(&str, &str)]) {
        let mut list = Vec::new();
        for (name, depth) in privileges {
            list.push(json!({ "PrivilegeId": self.privilege(name).await, "Depth": depth }));
        }
        let path = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
        self.post(&path, json!({ "Privileges": list })).await.is(204);
    }

    /// Shares a row with a principal, each given by logical name and id.
    pub(crate) async fn share(
        &self,
        action: &str,
        row: (&str, &str),
        with: (&str, &str),
        mask: &str,
    ) -> Reply {
        let access = json!({ "AccessMask": mask, "Principal": reference(with) });
        self.post(action, json!({ "Target": reference(row), "PrincipalAccess": access })).await
    }

    /// Takes the share of a row from a principal.
    pub(crate) async fn revoke(&self, row: (&str, &str), with: (&str, &str)) -> Reply {
        self.post("RevokeAccess", json!({ "Target": reference(row), "Revokee": reference(with) })).await
    }

    /// The shares of a row, given by entity set and id.
    pub(crate) async fn shares(&self, (set, id): (&str, &str)) -> Value {
        let target = format!("%7B%27%40odata.id%27%3A%27{set}({id})%27%7D");
        let path = format!("RetrieveSharedPrincipalsAndAccess(Target=@p1)?@p1={target}");
        self.get(&path).await.is(200).json["PrincipalAccesses"].clone()
    }

    /// The id of a privilege.
    pub(crate) async fn privilege(&self, name: &str) -> String {
        let row = self.first(&format!("privileges?$filter=name eq '{name}'&$select=name")).await;
        row["privilegeid"].as_str().unwrap().to_owned()
    }
}

/// A row as the body of an action names it.
fn reference((logical, id): (&str, &str)) -> Value {
    let key = if logical == "task" { "activityid".to_owned() } else { format!("{logical}id") };
    json!({ "@odata.type": format!("Microsoft.Dynamics.CRM.{logical}"), key: id })
}

/// Sends a request.
pub(crate) async fn read(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Reply { status, headers, text, json }
}
