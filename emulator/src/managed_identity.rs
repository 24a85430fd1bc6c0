//! The metadata service of a machine with managed identities: that of a virtual machine and that of App Service.

use serde_json::json;

use crate::clock;
use crate::directory::ServicePrincipal;
use crate::entra::Audience;
use crate::odata::decode;
use crate::seed_ids::IDENTITY_HEADER;
use crate::wire::{Answer, Request};
use crate::world::World;

/// The path on a virtual machine ("How to use managed identities on a VM to acquire an access token").
const VIRTUAL_MACHINE: &str = "/metadata/identity/oauth2/token";
/// The path that the emulator gives to App Service, whose `IDENTITY_ENDPOINT` may be any.
const APP_SERVICE: &str = "/msi/token";

/// Answers a request for a token of the machine; nothing when the path is none of these.
pub(crate) fn answer(world: &mut World, request: &Request, host: &str) -> Option<Answer> {
    let guarded = match request.path.as_str() {
        VIRTUAL_MACHINE => {
            let plain = request.header("x-forwarded-for").is_none();
            plain && request.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        }
        APP_SERVICE => request.header("x-identity-header") == Some(IDENTITY_HEADER),
        _ => return None,
    };
    if request.method != "GET" {
        return Some(Answer::empty(405));
    }
    if !guarded {
        return Some(refuse("invalid_request", "Required metadata header not specified"));
    }
    Some(token(world, request, host))
}

fn refuse(error: &str, text: &str) -> Answer {
    Answer::json(400, &json!({ "error": error, "error_description": text }))
}

fn token(world: &mut World, request: &Request, host: &str) -> Answer {
    let parameter = |wanted: &str| {
        request.query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (decode(name, true) == wanted).then(|| decode(value, true))
        })
    };
    if parameter("api-version").is_none() {
        return refuse("invalid_request", "Required query variable 'api-version' is missing");
    }
    let Some(resource) = parameter("resource") else {
        return refuse("invalid_request", "Required query variable 'resource' is missing");
    };
    let principal = match identity(world, parameter("client_id").as_deref()) {
        Ok(principal) => principal,
        Err(text) => return refuse("invalid_request", text),
    };
    let Some(audience) = Audience::of(&resource, host) else {
        let text =
            format!("AADSTS500011: The resource principal named {resource} was not found in the tenant.");
        return refuse("invalid_resource", &text);
    };
    let lifetime = world.token_lifetime.as_secs();
    let token = world.tokens.issue(principal.client_id, principal.object_id, &resource, audience, lifetime);
    let now = clock::seconds();
    Answer::json(
        200,
        &json!({
            "access_token": token, "client_id": principal.client_id, "token_type": "Bearer", "resource": resource,
            "expires_in": lifetime.to_string(), "ext_expires_in": lifetime.to_string(),
            "expires_on": (now + lifetime).to_string(), "not_before": now.to_string(),
        }),
    )
}

/// The identity that is meant, if the machine has it.
fn identity(world: &World, client_id: Option<&str>) -> Result<ServicePrincipal, &'static str> {
    let machine = &world.directory.machine;
    let meant = match (client_id, machine.system_assigned, machine.user_assigned.as_slice()) {
        (Some(id), ..) => {
            machine.user_assigned.iter().copied().find(|known| known.to_string().eq_ignore_ascii_case(id))
        }
        (None, Some(id), _) => Some(id),
        (None, None, [only]) => Some(*only),
        (None, None, []) => None,
        (None, None, _) => {
            return Err(
                "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
            );
        }
    };
    meant.and_then(|id| world.directory.application(id)).cloned().ok_or("Identity not found")
}
