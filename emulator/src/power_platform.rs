//! The Power Platform admin API: adding people and applications to the environment.

mod arrival;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::clock;
use crate::directory::Existence;
use crate::entra::Audience;
use crate::odata::decode;
use crate::rules::entra_users::admitted;
use crate::seed_ids::TENANT_ID;
use crate::watch::LogEntry;
use crate::wire::{Answer, Request};
use crate::world::World;

pub(crate) use arrival::{Arrival, settle};
use arrival::{Who, announce};

/// Where the admin API begins; its paths are compared without regard to case.
const ROOT: [&str; 2] = ["providers", "Microsoft.BusinessAppPlatform"];

/// Answers a request of the admin API; nothing when the path is not below it.
pub(crate) fn answer(world: &mut World, request: &Request) -> Option<Answer> {
    let path = decode(request.path.trim_matches('/'), false);
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let below = segments.len() >= 2 && ROOT.iter().zip(&segments).all(|(a, b)| a.eq_ignore_ascii_case(b));
    if !below {
        return None;
    }
    let (caller, answer) = match caller(world, request) {
        Ok((caller, object_id)) => {
            let done = operation(world, request, &segments[2..], caller, object_id);
            (Some(caller.to_string()), done.unwrap_or_else(|refusal| refusal))
        }
        Err(refusal) => (None, refusal),
    };
    world.watch.note(LogEntry {
        method: request.method.clone(),
        path: format!("/{path}"),
        status: answer.status,
        caller,
        batch: false,
        fault: None,
    });
    Some(answer)
}

fn refusal(status: u16, code: &str, message: impl Into<String>) -> Answer {
    Answer::json(status, &json!({ "error": { "code": code, "message": message.into() } }))
}

/// The application of the token: client id and object id.
fn caller(world: &mut World, request: &Request) -> Result<(Uuid, Uuid), Answer> {
    let header = request.header("authorization").unwrap_or_default();
    let token = header.strip_prefix("Bearer ").or(header.strip_prefix("bearer ")).unwrap_or_default();
    let grant = world.tokens.grant(token.trim()).filter(|grant| grant.audience == Audience::Administration);
    let known = grant.and_then(|grant| world.directory.application(grant.client_id));
    match known {
        Some(principal) => Ok((principal.client_id, principal.object_id)),
        None => {
            world.watch.counters.unauthorized += 1;
            let why = "The access token is missing, has expired or is for another audience.";
            let value = format!("Bearer authorization_uri=\"https://login.windows.net/{TENANT_ID}\"");
            Err(refusal(401, "AuthenticationFailed", why).with("WWW-Authenticate", value))
        }
    }
}

fn operation(
    world: &mut World,
    request: &Request,
    segments: &[&str],
    client_id: Uuid,
    object_id: Uuid,
) -> Result<Answer, Answer> {
    if !world.directory.application(client_id).is_some_and(|principal| principal.management) {
        let why = format!(
            "The service principal with id '{object_id}' for application {client_id} does not have permission to access the path '{}' in tenant {TENANT_ID}.",
            request.path
        );
        return Err(refusal(403, "Forbidden", why));
    }
    api_version(world, request)?;
    let name = match segments {
        [scopes, admin, environments, environment, name]
            if scopes.eq_ignore_ascii_case("scopes")
                && admin.eq_ignore_ascii_case("admin")
                && environments.eq_ignore_ascii_case("environments") =>
        {
            let own = world.environment();
            if Uuid::parse_str(environment) != Ok(own) {
                let why = format!(
                    "The environment '{environment}' could not be found in the tenant '{TENANT_ID}'."
                );
                return Err(refusal(404, "EnvironmentNotFound", why));
            }
            name.to_ascii_lowercase()
        }
        _ => return Err(unsupported(world, &format!("{} {}", request.method, request.path))),
    };
    match (request.method.as_str(), name.as_str()) {
        ("POST", "adduser") => {
            *world.watch.counters.actions.entry("addUser".to_owned()).or_default() += 1;
            add_user(world, identifier(world, request, "objectId")?)
        }
        ("POST", "addappuser") => {
            *world.watch.counters.actions.entry("addAppUser".to_owned()).or_default() += 1;
            add_application(world, identifier(world, request, "servicePrincipalAppId")?)
        }
        (_, "adduser" | "addappuser") => {
            let why = format!("The method '{}' is not allowed here.", request.method);
            Err(refusal(405, "MethodNotAllowed", why))
        }
        _ => Err(unsupported(world, &format!("{} {}", request.method, request.path))),
    }
}

fn unsupported(world: &mut World, what: &str) -> Answer {
    world.watch.refuse(what);
    refusal(501, crate::errors::UNSUPPORTED, what)
}

/// Every request names a version, a date.
fn api_version(world: &mut World, request: &Request) -> Result<(), Answer> {
    let options = request.query.split('&').filter_map(|part| part.split_once('='));
    let mut version = None;
    for (name, value) in options.map(|(name, value)| (decode(name, true), decode(value, true))) {
        if name.eq_ignore_ascii_case("api-version") {
            version = Some(value);
        } else {
            return Err(unsupported(world, &format!("the query option {name} of the admin API")));
        }
    }
    let why = "The api-version query parameter (?api-version=) is required for all requests.";
    let version = version.ok_or_else(|| refusal(400, "MissingApiVersionParameter", why))?;
    let date = version.len() >= 10 && version.split('-').take(3).all(|part| part.parse::<u16>().is_ok());
    if date { Ok(()) } else { Err(unsupported(world, &format!("api-version {version}"))) }
}

/// The one member of the body.
fn identifier(world: &World, request: &Request, member: &str) -> Result<Uuid, Answer> {
    let bad = |why: String| refusal(400, "InvalidRequestContent", why);
    let body: Map<String, Value> = serde_json::from_slice(&request.body)
        .map_err(|error| bad(format!("The request content was invalid: {error}")))?;
    if let Some(other) = body.keys().find(|name| *name != member) {
        return Err(bad(format!("Could not find member '{other}' in environment {}.", world.environment())));
    }
    let id = body.get(member).and_then(Value::as_str).and_then(|id| Uuid::parse_str(id).ok());
    id.ok_or_else(|| bad(format!("The member '{member}' must be a GUID.")))
}

/// `addUser`: a person of the directory; one who is there already is synchronized.
fn add_user(world: &mut World, object_id: Uuid) -> Result<Answer, Answer> {
    let known = world.directory.person(object_id).filter(|person| person.state == Existence::Exists);
    let Some(person) = known else {
        let why = format!("The user with object id '{object_id}' was not found in tenant '{TENANT_ID}'.");
        return Err(refusal(404, "UserNotFound", why));
    };
    let (licensed, exempt) = (person.licensed, person.tenant_admin);
    if !admitted(world, person) {
        let why =
            format!("The user with object id '{object_id}' is not in the environment's security group.");
        return Err(refusal(400, "userNotInSecurityGroup", why));
    }
    let waiting = licensed && world.switches.user_not_licensed_refusals > 0;
    if waiting {
        world.switches.user_not_licensed_refusals -= 1;
    }
    if waiting || !licensed && !exempt {
        let why = format!("The user with object id '{object_id}' does not have a license for Dataverse.");
        return Err(refusal(400, "userNotLicensed", why));
    }
    announce(world, Who::Person(object_id));
    Ok(added())
}

/// `addAppUser`: an application of the directory.
fn add_application(world: &mut World, client_id: Uuid) -> Result<Answer, Answer> {
    if world.directory.application(client_id).is_none() {
        let why = format!("The application '{client_id}' was not found in tenant '{TENANT_ID}'.");
        return Err(refusal(404, "ApplicationNotFound", why));
    }
    announce(world, Who::Application(client_id));
    Ok(added())
}

fn added() -> Answer {
    Answer::json(200, &json!({ "operationStatus": "Succeeded", "timestamp": clock::now() }))
}
