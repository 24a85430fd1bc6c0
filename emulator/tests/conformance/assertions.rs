//! Signing in without a secret: certificates, tokens of other issuers, managed identities.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use dataverse_emulator::seed_ids::{IDENTITY_HEADER, SERVICE_PRINCIPALS, TENANT_ID};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};

use crate::support::{Env, Reply, read};

const PEM: &str = include_str!("../../../acceptance-tests/fixtures/sign-in/registered.pem");
const EXPIRED: &str = include_str!("../../../acceptance-tests/fixtures/sign-in/expired.crt");
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn client_id() -> &'static str {
    SERVICE_PRINCIPALS[0].client_id
}

/// Gives members to the deploying application.
async fn give(env: &Env, members: Value) {
    let mut principal = json!({
        "client_id": client_id(), "object_id": SERVICE_PRINCIPALS[0].object_id, "display_name": "Deployment",
    });
    principal.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let url = format!("{}/directory", env.emulator.admin_url());
    read(env.http.post(url).json(&json!({ "service_principals": [principal] }))).await.is(204);
}

async fn exchange(env: &Env, assertion: &str) -> Reply {
    let scope = format!("{}/.default", env.emulator.url());
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id()),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
        ("scope", &scope),
    ];
    env.token_request(TENANT_ID, &form).await
}

#[track_caller]
fn refused(reply: &Reply, number: u32) {
    assert_eq!(reply.json["error_codes"], json!([number]), "{}", reply.text);
}

fn seal(header: &Value, claims: &Value, padding: &'static dyn RsaEncoding) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let der = PrivatePkcs8KeyDer::from_pem_slice(PEM.as_bytes()).unwrap();
    let key = KeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

fn claims(env: &Env, nonce: &str) -> Value {
    json!({
        "aud": format!("{}/{TENANT_ID}/oauth2/v2.0/token", env.emulator.url()),
        "iss": client_id(), "sub": client_id(), "jti": nonce, "nbf": now(), "exp": now() + 600,
    })
}

fn thumbprint(pem: &str, algorithm: &'static ring::digest::Algorithm) -> String {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    BASE64_URL_SAFE_NO_PAD.encode(digest(algorithm, &der))
}

#[tokio::test]
async fn a_registered_certificate_signs_in_by_either_thumbprint_and_padding() {
    let env = Env::start().await;
    give(&env, json!({ "certificates": [PEM] })).await;
    let header = json!({ "alg": "PS256", "x5t#S256": thumbprint(PEM, &SHA256) });
    exchange(&env, &seal(&header, &claims(&env, "1"), &RSA_PSS_SHA256)).await.is(200);
    let header = json!({ "alg": "RS256", "x5t": thumbprint(PEM, &SHA1_FOR_LEGACY_USE_ONLY) });
    exchange(&env, &seal(&header, &claims(&env, "2"), &RSA_PKCS1_SHA256)).await.is(200);
}

#[tokio::test]
async fn each_flaw_of_an_assertion_has_its_number() {
    let env = Env::start().await;
    let header = json!({ "alg": "PS256", "x5t#S256": thumbprint(PEM, &SHA256) });
    let good = claims(&env, "1");
    let sign = |header: &Value, claims: &Value| seal(header, claims, &RSA_PSS_SHA256);
    refused(&exchange(&env, &sign(&header, &good)).await, 700_027);
    give(&env, json!({ "certificates": [PEM, EXPIRED] })).await;
    exchange(&env, &sign(&header, &good)).await.is(200);
    refused(&exchange(&env, &sign(&header, &good)).await, 50_027);

    let with = |name: &str, value: Value| {
        let mut claims = claims(&env, name);
        claims[name] = value;
        claims
    };
    refused(&exchange(&env, &sign(&header, &with("exp", json!(now() - 900)))).await, 700_024);
    refused(&exchange(&env, &sign(&header, &with("nbf", json!(now() + 900)))).await, 700_024);
    refused(&exchange(&env, &sign(&header, &with("aud", json!("https://login.example/")))).await, 700_023);
    refused(&exchange(&env, &sign(&header, &with("jti", Value::Null))).await, 50_027);
    let mut other = claims(&env, "other");
    other["iss"] = json!(SERVICE_PRINCIPALS[1].client_id);
    other["sub"] = other["iss"].clone();
    refused(&exchange(&env, &sign(&header, &other)).await, 700_021);
    let expired = json!({ "alg": "PS256", "x5t#S256": thumbprint(EXPIRED, &SHA256) });
    let reply = exchange(&env, &sign(&expired, &claims(&env, "expired"))).await;
    refused(&reply, 700_027);
    assert!(reply.text.contains("expired"));
    let none = json!({ "alg": "none", "x5t#S256": thumbprint(PEM, &SHA256) });
    refused(&exchange(&env, &sign(&none, &claims(&env, "none"))).await, 5_002_738);
    let mut changed = sign(&header, &claims(&env, "changed"));
    changed.replace_range(changed.len() - 8.., "AAAAAAAA");
    refused(&exchange(&env, &changed).await, 700_027);
    refused(&exchange(&env, "no token").await, 50_027);
}

#[tokio::test]
async fn a_secret_that_is_out_of_date_is_told_from_a_wrong_one() {
    let env = Env::start().await;
    give(&env, json!({ "secret": "old", "secret_expired": true })).await;
    let scope = format!("{}/.default", env.emulator.url());
    let ask = async |secret: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id()),
            ("client_secret", secret),
            ("scope", scope.as_str()),
        ];
        env.token_request(TENANT_ID, &form).await
    };
    refused(&ask("old").await, 7_000_222);
    refused(&ask("wrong").await, 7_000_215);
}

async fn workload(env: &Env, body: Value) -> Value {
    let url = format!("{}/workloads", env.emulator.admin_url());
    read(env.http.post(url).json(&body)).await.is(201).json
}

#[tokio::test]
async fn a_job_gets_a_token_for_its_subject_that_entra_takes_when_it_is_trusted() {
    let env = Env::start().await;
    let subject = "repo:contoso/infrastructure:ref:refs/heads/main";
    let job = workload(&env, json!({ "platform": "github_actions", "subject": subject })).await;
    let text = |name: &str| job[name].as_str().unwrap();
    let ask = |token: &str, audience: &str| {
        let url = format!("{}&audience={audience}", text("request_url"));
        read(env.http.get(url).bearer_auth(token))
    };
    ask("wrong", "api://AzureADTokenExchange").await.is(401);
    let reply = ask(text("request_token"), "api://AzureADTokenExchange").await.is(200);
    let token = reply.json["value"].as_str().unwrap();
    let credential = |issuer: &str, subject: &str, audience: &str| json!({ "federated_credentials": [{ "issuer": issuer, "subject": subject, "audiences": [audience] }] });
    refused(&exchange(&env, token).await, 70_025);
    let (issuer, audience) = (text("issuer"), "api://AzureADTokenExchange");
    for (issuer, subject, audience, number) in [
        ("https://other.example", subject, audience, 700_211),
        (issuer, "repo:contoso/other:ref:refs/heads/main", audience, 700_213),
        (issuer, subject, "api://other", 700_212),
    ] {
        give(&env, credential(issuer, subject, audience)).await;
        refused(&exchange(&env, token).await, number);
    }
    give(&env, credential(issuer, subject, audience)).await;
    exchange(&env, token).await.is(200);
    // Without an audience, the token is for the owner of the repository.
    let reply = read(env.http.get(text("request_url")).bearer_auth(text("request_token"))).await.is(200);
    refused(&exchange(&env, reply.json["value"].as_str().unwrap()).await, 700_212);
    let forged = seal(
        &json!({ "alg": "RS256", "kid": "emulator-issuer" }),
        &json!({ "iss": issuer, "sub": subject, "aud": audience, "exp": now() + 60 }),
        &RSA_PKCS1_SHA256,
    );
    refused(&exchange(&env, &forged).await, 50_013);
}

#[tokio::test]
async fn a_pipeline_needs_its_service_connection_and_a_pod_has_its_token() {
    let env = Env::start().await;
    let body = json!({
        "platform": "azure_pipelines", "subject": "sc://contoso/infrastructure/deploy", "service_connection_id": "c1",
    });
    let job = workload(&env, body).await;
    let ask = |connection: &str| {
        let url = format!(
            "{}?api-version=7.1&serviceConnectionId={connection}",
            job["request_url"].as_str().unwrap()
        );
        read(env.http.post(url).bearer_auth(job["request_token"].as_str().unwrap()))
    };
    ask("other").await.is(404);
    assert!(ask("c1").await.is(200).json["oidcToken"].is_string());

    let subject = "system:serviceaccount:terraform:runner";
    let pod =
        workload(&env, json!({ "platform": "kubernetes", "subject": subject, "lifetime_seconds": -600 }))
            .await;
    give(&env, json!({ "federated_credentials": [{ "issuer": pod["issuer"], "subject": subject }] })).await;
    refused(&exchange(&env, pod["token"].as_str().unwrap()).await, 700_024);
}

#[tokio::test]
async fn the_machine_gives_tokens_of_its_identities_only() {
    let env = Env::start().await;
    let (system, user) = (client_id(), SERVICE_PRINCIPALS[1].client_id);
    let resource = env.emulator.url();
    let query = format!("api-version=2018-02-01&resource={resource}");
    let vm = async |query: &str| {
        let url = format!("{resource}/metadata/identity/oauth2/token?{query}");
        read(env.http.get(url).header("Metadata", "true")).await
    };
    let reply = vm(&query).await.is(400);
    assert_eq!(reply.json["error_description"], "Identity not found");
    let machine = json!({ "machine": { "system_assigned": system, "user_assigned": [user] } });
    let url = format!("{}/directory", env.emulator.admin_url());
    read(env.http.post(url).json(&machine)).await.is(204);
    assert_eq!(vm(&query).await.is(200).json["client_id"], system);
    let reply = vm(&format!("{query}&client_id={user}")).await.is(200);
    assert_eq!((&reply.json["client_id"], reply.json["expires_on"].is_string()), (&json!(user), true));
    vm(&format!("{query}&client_id={}", SERVICE_PRINCIPALS[2].client_id)).await.is(400);
    vm("api-version=2018-02-01&resource=https://elsewhere.example").await.is(400);
    let bare = read(env.http.get(format!("{resource}/metadata/identity/oauth2/token?{query}"))).await.is(400);
    assert!(bare.text.contains("metadata header"));
    let app = format!("{resource}/msi/token?{query}");
    read(env.http.get(&app)).await.is(400);
    read(env.http.get(&app).header("X-IDENTITY-HEADER", IDENTITY_HEADER)).await.is(200);
}

#[tokio::test]
async fn a_token_for_the_admin_api_is_none_for_the_environment() {
    let mut env = Env::start().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id()),
        ("client_secret", "deployer-secret"),
        ("scope", "https://service.powerapps.com/.default"),
    ];
    let reply = env.token_request(TENANT_ID, &form).await.is(200);
    env.token = reply.json["access_token"].as_str().unwrap().to_owned();
    env.get("WhoAmI").await.is(401);
}
