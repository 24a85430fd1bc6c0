//! Other issuers of tokens, which the emulator plays: GitHub Actions, Azure Pipelines and a Kubernetes cluster.
//!
//! All sign with one key of the emulator. A test registers a workload and gets what the platform would give to it: for a
//! job of a CI system an address with a bearer token for it, for a pod the token itself.

use std::collections::HashMap;
use std::sync::OnceLock;

use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock;
use crate::entra::jwt;
use crate::odata::decode;
use crate::wire::{Answer, Request};
use crate::world::World;

/// Name of the key in the header of tokens.
pub(crate) const KEY_ID: &str = "emulator-issuer";
/// The audience that Entra asks for.
const EXCHANGE: &str = "api://AzureADTokenExchange";
/// Where jobs ask for tokens.
const ROOT: &str = "/oidc/";

/// A kind of issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Platform {
    GithubActions,
    AzurePipelines,
    Kubernetes,
}

impl Platform {
    fn issuer(self) -> &'static str {
        match self {
            Self::GithubActions => "https://token.actions.githubusercontent.com",
            Self::AzurePipelines => "https://vstoken.dev.azure.com/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
            Self::Kubernetes => "https://westeurope.oic.prod-aks.azure.com/cluster/",
        }
    }
}

/// Something that has an identity at an issuer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Workload {
    platform: Platform,
    subject: String,
    #[serde(default)]
    issuer: Option<String>,
    /// Seconds from now that its tokens end; negative for tokens that have ended.
    #[serde(default = "five_minutes")]
    lifetime_seconds: i64,
    /// The service connection that a pipeline may use.
    #[serde(default)]
    service_connection_id: Option<String>,
    #[serde(skip)]
    request_token: String,
}

fn five_minutes() -> i64 {
    300
}

impl Workload {
    fn issuer(&self) -> &str {
        self.issuer.as_deref().unwrap_or(self.platform.issuer())
    }

    /// The audience of a token of GitHub that is asked for without one: the address of the repository's owner ("OpenID
    /// Connect reference", claim `aud`).
    fn owner_url(&self) -> String {
        let owner = self.subject.strip_prefix("repo:").and_then(|repository| repository.split('/').next());
        format!("https://github.com/{}", owner.unwrap_or_default())
    }

    fn token(&self, audience: &str) -> String {
        let now = clock::seconds();
        let end = now.saturating_add_signed(self.lifetime_seconds);
        let begin = now.min(end).saturating_sub(600);
        sign(&json!({
            "iss": self.issuer(), "sub": self.subject, "aud": audience, "jti": Uuid::new_v4(),
            "iat": begin, "nbf": begin, "exp": end,
        }))
    }
}

/// The registered workloads.
#[derive(Debug, Default)]
pub(crate) struct Workloads(HashMap<Uuid, Workload>);

/// Registers a workload and says what it gets from its platform.
///
/// # Errors
///
/// What is wrong with the description.
pub(crate) fn register(world: &mut World, body: &[u8], host: &str) -> Result<Value, String> {
    let mut workload: Workload = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let id = Uuid::new_v4();
    workload.request_token = Uuid::new_v4().simple().to_string();
    let root = format!("https://{host}{ROOT}{id}");
    let request_url = match workload.platform {
        Platform::GithubActions => Some(format!("{root}/idtoken?api-version=2.0")),
        Platform::AzurePipelines => Some(format!("{root}/oidctoken")),
        Platform::Kubernetes => None,
    };
    let answer = json!({
        "issuer": workload.issuer(), "subject": workload.subject, "token": workload.token(EXCHANGE),
        "request_url": request_url, "request_token": workload.request_token,
    });
    world.workloads.0.insert(id, workload);
    Ok(answer)
}

/// Answers a job that asks for a token; nothing when the path is none of these.
pub(crate) fn answer(world: &World, request: &Request) -> Option<Answer> {
    let (id, rest) = request.path.strip_prefix(ROOT)?.split_once('/')?;
    let workload = world.workloads.0.get(&Uuid::parse_str(id).ok()?)?;
    let bearer = request.header("authorization").and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    });
    if bearer != Some(workload.request_token.as_str()) {
        return Some(Answer::json(401, &json!({ "message": "The bearer token is not that of the job." })));
    }
    let parameter = |wanted: &str| {
        request.query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (decode(name, true) == wanted).then(|| decode(value, true))
        })
    };
    let refuse = |status, message: &str| Some(Answer::json(status, &json!({ "message": message })));
    match (workload.platform, request.method.as_str(), rest) {
        (Platform::GithubActions, "GET", "idtoken") => {
            let token = workload.token(&parameter("audience").unwrap_or_else(|| workload.owner_url()));
            Some(Answer::json(200, &json!({ "count": token.len(), "value": token })))
        }
        (Platform::AzurePipelines, "POST", "oidctoken") => {
            if parameter("api-version").is_none() {
                return refuse(400, "No api-version was supplied.");
            }
            if parameter("serviceConnectionId") != workload.service_connection_id {
                return refuse(404, "The service connection does not exist or the pipeline may not use it.");
            }
            Some(Answer::json(200, &json!({ "oidcToken": workload.token(EXCHANGE) })))
        }
        _ => refuse(405, "The issuer does not answer this."),
    }
}

/// The key of all issuers.
#[expect(
    clippy::expect_used,
    reason = "the key is part of the program, and every test with an issuer reads it"
)]
fn key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| {
        let pem = include_bytes!("../data/issuer-key.pem");
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).expect("the key is PEM text");
        KeyPair::from_pkcs8(der.secret_pkcs8_der()).expect("the key is an RSA key")
    })
}

/// The public part of the key, in PKCS#1 DER form.
pub(crate) fn public_key() -> &'static [u8] {
    key().public().as_ref()
}

#[expect(clippy::expect_used, reason = "signing fails only for a key that is too small for the digest")]
fn sign(claims: &Value) -> String {
    let message = jwt::message(&json!({ "alg": "RS256", "typ": "JWT", "kid": KEY_ID }), claims);
    let mut signature = vec![0; key().public().modulus_len()];
    key()
        .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("the key is large enough");
    jwt::seal(&message, &signature)
}
