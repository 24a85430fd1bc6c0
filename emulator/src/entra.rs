//! The token endpoint and the discovery documents of Entra.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use uuid::Uuid;

use crate::clock;
use crate::odata::decode;
use crate::seed_ids::{TENANT_DOMAIN, TENANT_ID};
use crate::wire::{Answer, Request};
use crate::world::World;

/// What a token stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant {
    pub(crate) client_id: Uuid,
    pub(crate) audience: Audience,
    pub(crate) expires: u64,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The Web API of the environment.
    Environment,
    /// The Power Platform admin API.
    Administration,
}

/// The resources of the admin API, one per cloud.
const ADMINISTRATION: [&str; 5] = [
    "service.powerapps.com",
    "service.powerapps.us",
    "high.service.apps.appsplatform.us",
    "service.apps.appsplatform.us",
    "service.powerapps.cn",
];

/// Issued tokens.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, Grant>,
}

impl Tokens {
    /// The grant of a token that has not expired.
    pub(crate) fn grant(&self, token: &str) -> Option<Grant> {
        self.issued.get(token).copied().filter(|grant| clock::seconds() < grant.expires)
    }

    fn issue(&mut self, client_id: Uuid, object_id: Uuid, audience: &str, lifetime: u64) -> String {
        let now = clock::seconds();
        self.issued.retain(|_, grant| now < grant.expires);
        let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({"typ":"JWT","alg":"RS256","kid":"emulator"}));
        let claims = part(json!({
            "aud": audience, "iss": format!("https://sts.windows.net/{TENANT_ID}/"), "iat": now, "nbf": now,
            "exp": now + lifetime, "appid": client_id, "oid": object_id, "sub": object_id, "tid": TENANT_ID,
            "idtyp": "app", "ver": "1.0", "uti": Uuid::new_v4(),
        }));
        let signature =
            BASE64_URL_SAFE_NO_PAD.encode([*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat());
        let token = format!("{head}.{claims}.{signature}");
        let host = audience.trim_end_matches('/').trim_start_matches("https://");
        let admin = ADMINISTRATION.iter().any(|known| known.eq_ignore_ascii_case(host));
        let kind = if admin { Audience::Administration } else { Audience::Environment };
        self.issued.insert(token.clone(), Grant { client_id, audience: kind, expires: now + lifetime });
        token
    }
}

/// Answers the paths of Entra; nothing when the path is none of them. `host` is the authority of the URL.
pub(crate) fn answer(world: &mut World, request: &Request, host: &str) -> Option<Answer> {
    let path = request.path.trim_matches('/');
    if path == "common/discovery/instance" {
        world.watch.counters.discovery += 1;
        return Some(Answer::json(200, &instance(host)));
    }
    let (tenant, rest) = path.split_once('/')?;
    let known = tenant.eq_ignore_ascii_case(TENANT_ID) || tenant.eq_ignore_ascii_case(TENANT_DOMAIN);
    match rest {
        "v2.0/.well-known/openid-configuration" | ".well-known/openid-configuration" => {
            world.watch.counters.discovery += 1;
            if !known && !["common", "organizations"].contains(&tenant) {
                return Some(unknown_tenant(tenant));
            }
            Some(Answer::json(200, &openid(host, tenant)))
        }
        "oauth2/v2.0/token" | "oauth2/token" if request.method == "POST" => {
            world.watch.counters.token += 1;
            Some(if known { token(world, request, host) } else { unknown_tenant(tenant) })
        }
        _ => None,
    }
}

fn openid(host: &str, tenant: &str) -> serde_json::Value {
    let root = format!("https://{host}/{tenant}");
    json!({
        "token_endpoint": format!("{root}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": format!("{root}/discovery/v2.0/keys"),
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("https://{host}/{TENANT_ID}/v2.0"),
        "authorization_endpoint": format!("{root}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{root}/oauth2/v2.0/devicecode"),
        "cloud_instance_name": host, "cloud_graph_host_name": "graph.windows.net", "tenant_region_scope": "EU",
        "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["RS256"],
    })
}

fn instance(host: &str) -> serde_json::Value {
    json!({
        "tenant_discovery_endpoint": format!("https://{host}/{TENANT_ID}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    })
}

fn failure(status: u16, error: &str, number: u32, text: &str) -> Answer {
    let (trace, correlation) = (Uuid::new_v4(), Uuid::new_v4());
    let stamp = clock::now().replace('T', " ");
    let body = json!({
        "error": error,
        "error_description": format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"),
        "error_codes": [number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    Answer::json(status, &body).with("Cache-Control", "no-store, no-cache")
}

fn unknown_tenant(tenant: &str) -> Answer {
    let text = format!(
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
    );
    failure(400, "invalid_request", 90_002, &text)
}

/// The client id and secret of an HTTP Basic header; both are form-encoded inside (RFC 6749, 2.3.1).
fn basic(request: &Request) -> Option<(String, String)> {
    let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id, true), decode(secret, true)))
}

fn token(world: &mut World, request: &Request, host: &str) -> Answer {
    let body = String::from_utf8_lossy(&request.body);
    let form: HashMap<String, String> = body
        .split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (decode(name, true), decode(value, true)))
        .collect();
    let field = |name: &str| form.get(name).map(String::as_str);
    let missing = |name: &str| {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        failure(400, "invalid_request", 900_144, &text)
    };
    match field("grant_type") {
        Some("client_credentials") => {}
        None => return missing("grant_type"),
        Some(other) => {
            world.watch.refuse(&format!("grant_type {other}"));
            let text = format!("The app requested an unsupported grant type '{other}'.");
            return failure(400, "unsupported_grant_type", 70_003, &text);
        }
    }
    if field("client_assertion").is_some() {
        world.watch.refuse("client_assertion at the token endpoint");
        let text = "The emulator accepts client secrets only, no client assertion.";
        return failure(401, "invalid_client", 700_027, text);
    }
    let credentials = basic(request);
    let id = credentials.as_ref().map(|(id, _)| id.as_str()).or(field("client_id"));
    let secret = credentials.as_ref().map(|(_, secret)| secret.as_str()).or(field("client_secret"));
    let Some(id) = id else { return missing("client_id") };
    let Some(principal) = Uuid::parse_str(id).ok().and_then(|id| world.directory.application(id)).cloned()
    else {
        let text = format!(
            "Application with identifier '{id}' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        return failure(400, "unauthorized_client", 700_016, &text);
    };
    let Some(secret) = secret else {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        return failure(401, "invalid_client", 7_000_218, text);
    };
    if principal.secret.as_deref() != Some(secret) {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{}'.",
            principal.client_id
        );
        return failure(401, "invalid_client", 7_000_215, &text);
    }
    let scope =
        field("scope").map(|scope| scope.strip_suffix("/.default").unwrap_or(scope)).or(field("resource"));
    let Some(audience) = scope else { return missing("scope") };
    let port = host.rsplit_once(':').map_or("443", |(_, port)| port);
    let hosts = [host.to_owned(), format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    let asked = audience.trim_end_matches('/').strip_prefix("https://").unwrap_or_default();
    let default_scope = field("scope").is_none_or(|scope| scope.ends_with("/.default"));
    if !default_scope {
        let text = format!(
            "The provided value for scope {} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
            field("scope").unwrap_or_default()
        );
        return failure(400, "invalid_scope", 1_002_012, &text);
    }
    let known = hosts.iter().map(String::as_str).chain(ADMINISTRATION);
    if !known.into_iter().any(|host| host.eq_ignore_ascii_case(asked)) {
        let text = format!(
            "The resource principal named {audience} was not found in the tenant named Contoso. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        );
        return failure(400, "invalid_resource", 500_011, &text);
    }
    let lifetime = world.token_lifetime.as_secs();
    let token = world.tokens.issue(principal.client_id, principal.object_id, audience, lifetime);
    let body = json!({ "token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token });
    Answer::json(200, &body).with("Cache-Control", "no-store, no-cache")
}
