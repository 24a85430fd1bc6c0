//! The environment under test: an emulator of the test's own, or a live environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

use dataverse_emulator::{Emulator, Options, seed_ids};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::api::{Access, Api};

/// When set, tests run against the environment at this URL instead of an emulator.
const LIVE_URL: &str = "DATAVERSE_URL";

/// Client ids of applications of the live tenant that are no users of the environment, separated by commas.
const LIVE_APPLICATIONS: &str = "ACCEPTANCE_APPLICATION_IDS";

/// Entra object ids of people of the live tenant that tests may add as users, separated by commas.
const LIVE_PEOPLE: &str = "ACCEPTANCE_ENTRA_OBJECT_IDS";

/// User principal names of the same people in the same order, separated by commas.
const LIVE_NAMES: &str = "ACCEPTANCE_USER_PRINCIPAL_NAMES";

/// Object ids of security groups of the live tenant, separated by commas.
const LIVE_GROUPS: &str = "ACCEPTANCE_ENTRA_GROUP_IDS";

/// An environment, with what tests need there. The emulator, if it is one, ends with it.
pub struct Target {
    // Before the runtime, because it is to be dropped first.
    emulator: Option<Emulator>,
    api: Api,
    access: Access,
    files: TempDir,
    suffix: String,
    runtime: Option<Runtime>,
}

impl Target {
    /// The live environment when `DATAVERSE_URL` is set, else a fresh emulator.
    ///
    /// # Panics
    ///
    /// When the credentials for the live environment are missing.
    #[must_use]
    pub fn new() -> Self {
        Self::with_business_units(false)
    }

    /// As [`Target::new`]; the emulator has business units of the modern or the classic model, where a live environment
    /// has its own.
    ///
    /// # Panics
    ///
    /// As [`Target::new`].
    #[must_use]
    pub fn with_business_units(modern: bool) -> Self {
        match std::env::var(LIVE_URL) {
            Ok(url) if !url.is_empty() => Self::live(&url),
            _ => Self::emulator(Options { modern_business_units: modern, ..Options::default() }),
        }
    }

    /// A fresh emulator, for what only an emulator can show: counted requests, provoked faults.
    #[must_use]
    pub fn emulator(options: Options) -> Self {
        let runtime = runtime();
        let emulator = runtime.block_on(Emulator::start(options)).expect("the emulator starts");
        let access = Access {
            url: emulator.url().to_owned(),
            authority_host: emulator.authority_host(),
            tenant_id: seed_ids::TENANT_ID.to_owned(),
            client_id: seed_ids::DEPLOYER_CLIENT_ID.to_owned(),
            client_secret: seed_ids::DEPLOYER_CLIENT_SECRET.to_owned(),
            ca_pem: emulator.ca_pem().to_owned(),
        };
        Self::build(runtime, access, Some(emulator))
    }

    fn live(url: &str) -> Self {
        let variable = |name: &str| {
            std::env::var(name).unwrap_or_else(|_| {
                panic!("{LIVE_URL} is set, so the tests run against {url}: they need {name} too")
            })
        };
        let ca_pem = std::env::var("SSL_CERT_FILE").ok().and_then(|path| fs::read_to_string(path).ok());
        let access = Access {
            authority_host: std::env::var("DATAVERSE_AUTHORITY_HOST")
                .unwrap_or_else(|_| "https://login.microsoftonline.com".to_owned()),
            tenant_id: variable("ARM_TENANT_ID"),
            client_id: variable("ARM_CLIENT_ID"),
            client_secret: variable("ARM_CLIENT_SECRET"),
            ca_pem: ca_pem.unwrap_or_default(),
            url: url.to_owned(),
        };
        Self::build(runtime(), access, None)
    }

    fn build(runtime: Runtime, access: Access, emulator: Option<Emulator>) -> Self {
        let files = tempfile::Builder::new().prefix("target-").tempdir().expect("a temporary directory");
        fs::write(files.path().join("ca.pem"), &access.ca_pem).expect("the directory can be written");
        let api = Api::new(runtime.handle().clone(), access.clone());
        let suffix = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
        Self { emulator, api, access, files, suffix, runtime: Some(runtime) }
    }

    /// Whether this is a live environment.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.emulator.is_none()
    }

    /// The environment variables that configure the provider for this environment.
    #[must_use]
    pub fn env(&self) -> BTreeMap<String, OsString> {
        let access = &self.access;
        let mut env: BTreeMap<String, OsString> = [
            (LIVE_URL, &access.url),
            ("DATAVERSE_AUTHORITY_HOST", &access.authority_host),
            ("ARM_TENANT_ID", &access.tenant_id),
            ("ARM_CLIENT_ID", &access.client_id),
            ("ARM_CLIENT_SECRET", &access.client_secret),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
        if !access.ca_pem.is_empty() {
            env.insert("SSL_CERT_FILE".to_owned(), self.files.path().join("ca.pem").into());
        }
        env
    }

    /// The environment's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.access.url
    }

    /// The client secret in use, to look for where it must not be.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.access.client_secret
    }

    /// A client of the Web API with the deployer's rights.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// A name that no other test uses: `role` becomes `Acceptance role 1f3c9a2b`.
    #[must_use]
    pub fn name(&self, what: &str) -> String {
        format!("Acceptance {what} {}", self.suffix)
    }

    /// What makes the names of this target its own, the last word of [`Target::name`].
    #[must_use]
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// The client id of an application that may become an application user; each `index` is another one.
    #[must_use]
    pub fn application(&self, index: usize) -> String {
        let of_emulator = seed_ids::SERVICE_PRINCIPALS.iter().skip(3).map(|it| it.client_id);
        self.listed(of_emulator, index, LIVE_APPLICATIONS, "client ids of applications")
    }

    /// The Entra object id of a person who may become a user; each `index` is another one.
    #[must_use]
    pub fn person(&self, index: usize) -> String {
        let of_emulator = seed_ids::PEOPLE.iter().skip(1).map(|it| it.object_id);
        self.listed(of_emulator, index, LIVE_PEOPLE, "Entra object ids of people")
    }

    /// The user principal name of [`Target::person`].
    #[must_use]
    pub fn person_name(&self, index: usize) -> String {
        let of_emulator = seed_ids::PEOPLE.iter().skip(1).map(|it| it.user_principal_name);
        self.listed(of_emulator, index, LIVE_NAMES, "user principal names of people")
    }

    /// The object id of a security group in Entra; each `index` is another one.
    #[must_use]
    pub fn group(&self, index: usize) -> String {
        let of_emulator = seed_ids::GROUPS.iter().filter(|it| !it.office).map(|it| it.object_id);
        self.listed(of_emulator, index, LIVE_GROUPS, "object ids of security groups")
    }

    fn listed<'a>(
        &self,
        mut of_emulator: impl Iterator<Item = &'a str>,
        index: usize,
        variable: &str,
        what: &str,
    ) -> String {
        if !self.is_live() {
            return of_emulator.nth(index).expect("the emulator's directory is large enough").to_owned();
        }
        let list = std::env::var(variable).unwrap_or_default();
        let found = list.split(',').map(str::trim).filter(|id| !id.is_empty()).nth(index).map(str::to_owned);
        found.unwrap_or_else(|| {
            panic!("{LIVE_URL} is set: this test needs {} {what} in {variable}", index + 1)
        })
    }

    /// The emulator's counters: `total` and `token` are HTTP requests, and there is more by kind.
    ///
    /// # Panics
    ///
    /// In a live environment, which counts nothing for us.
    #[must_use]
    pub fn requests(&self) -> Value {
        self.admin(Method::GET, "requests", None)
    }

    /// The number of HTTP requests since [`Target::forget_requests`], those for tokens included.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        let counters = self.requests();
        counters["total"].as_u64().unwrap_or_else(|| panic!("no total: {counters:#}"))
    }

    /// Sets the emulator's counters to zero.
    pub fn forget_requests(&self) {
        let _ = self.admin(Method::DELETE, "requests", None);
    }

    /// Fails when the emulator was asked for something that it does not know: the provider's view of the service and the
    /// emulator's differ then.
    pub fn assert_nothing_was_refused(&self) {
        let refusals = self.emulator.as_ref().map(Emulator::refusals).unwrap_or_default();
        assert_eq!(refusals, [], "the emulator does not know these");
    }

    /// A call of the emulator's own surface, such as `GET requests`.
    pub fn admin(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let emulator =
            self.emulator.as_ref().expect("this test needs the emulator: it runs without a live environment");
        let url = format!("{}/{path}", emulator.admin_url().trim_end_matches('/'));
        let (status, answer) = self.api.send_plain(method, &url, body);
        assert!((200..300).contains(&status), "{url} was answered with {status} {answer:#}");
        answer
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        drop(self.emulator.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}
