//! The token endpoint and the discovery documents of Entra.

mod assertion;
mod certificate;
pub(crate) mod jwt;
pub(crate) mod refusal;
mod tokens;

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use self::refusal::{
    expired_secret, failure, invalid_client, missing, unknown_application, unknown_resource, unknown_tenant,
    wrong_secret,
};
use crate::directory::ServicePrincipal;
use crate::odata::decode;
use crate::seed_ids::{TENANT_DOMAIN, TENANT_ID};
use crate::wire::{Answer, Request};
use crate::world::World;

pub(crate) use certificate::Certificate;
pub(crate) use tokens::{Audience, Tokens};

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
            Some(if known { token(world, request, host) } else { unknown_tenant(tenant) })
        }
        _ => None,
    }
}

fn openid(host: &str, tenant: &str) -> serde_json::Value {
    let root = format!("https://{host}/{tenant}");
    json!({
        "token_endpoint": format!("{root}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
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

/// The client id and secret of an HTTP Basic header; both are form-encoded inside (RFC 6749, 2.3.1).
fn basic(request: &Request) -> Option<(String, String)> {
    let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id, true), decode(secret, true)))
}

/// The client id that a request for a token names.
pub(crate) fn named_client(request: &Request) -> Option<String> {
    let field = || form(request).remove("client_id");
    basic(request).map(|(id, _)| id).or_else(field)
}

fn form(request: &Request) -> HashMap<String, String> {
    String::from_utf8_lossy(&request.body)
        .split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (decode(name, true), decode(value, true)))
        .collect()
}

/// The application that the client proves to be, with a secret or an assertion.
fn authenticate(
    world: &mut World,
    request: &Request,
    form: &HashMap<String, String>,
    host: &str,
) -> Result<ServicePrincipal, Answer> {
    let field = |name: &str| form.get(name).map(String::as_str);
    if let Some(assertion) = field("client_assertion") {
        let kind = field("client_assertion_type");
        return assertion::authenticate(world, assertion, kind, field("client_id"), host);
    }
    let credentials = basic(request);
    let id = credentials.as_ref().map(|(id, _)| id.as_str()).or(field("client_id"));
    let secret = credentials.as_ref().map(|(_, secret)| secret.as_str()).or(field("client_secret"));
    let id = id.ok_or_else(|| missing("client_id"))?;
    let principal = world.directory.named(id).cloned().ok_or_else(|| unknown_application(id))?;
    let Some(secret) = secret else {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        return Err(invalid_client(7_000_218, text));
    };
    if principal.secret.as_deref() != Some(secret) {
        return Err(wrong_secret(&principal.client_id.to_string()));
    }
    if principal.secret_expired {
        return Err(expired_secret(&principal.client_id.to_string()));
    }
    Ok(principal)
}

fn token(world: &mut World, request: &Request, host: &str) -> Answer {
    let form = form(request);
    let field = |name: &str| form.get(name).map(String::as_str);
    match field("grant_type") {
        Some("client_credentials") => {}
        None => return missing("grant_type"),
        Some(other) => {
            world.watch.refuse(&format!("grant_type {other}"));
            let text = format!("The app requested an unsupported grant type '{other}'.");
            return failure(400, "unsupported_grant_type", 70_003, &text);
        }
    }
    let principal = match authenticate(world, request, &form, host) {
        Ok(principal) => principal,
        Err(refusal) => return refusal,
    };
    let scope =
        field("scope").map(|scope| scope.strip_suffix("/.default").unwrap_or(scope)).or(field("resource"));
    let Some(resource) = scope else { return missing("scope") };
    if !field("scope").is_none_or(|scope| scope.ends_with("/.default")) {
        let text = format!(
            "The provided value for scope {} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
            field("scope").unwrap_or_default()
        );
        return failure(400, "invalid_scope", 1_002_012, &text);
    }
    let Some(audience) = Audience::of(resource, host) else { return unknown_resource(resource) };
    let lifetime = world.token_lifetime.as_secs();
    let token = world.tokens.issue(principal.client_id, principal.object_id, resource, audience, lifetime);
    let body = json!({ "token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token });
    Answer::json(200, &body).with("Cache-Control", "no-store, no-cache")
}
