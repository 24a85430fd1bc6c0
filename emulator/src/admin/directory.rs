//! The directory as a test sees it: people, groups and applications can be added, changed and removed.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{bad, respond};
use crate::directory::{Directory, Existence, Person};
use crate::odata::decode;
use crate::rules::group_teams::{gather_team, is_group_team};
use crate::rules::licenses;
use crate::schema::TableId;
use crate::wire::{Answer, Request};
use crate::world::World;

/// Answers a request at `directory` or below it.
pub(super) fn answer(world: &mut World, request: &Request, path: &str) -> Answer {
    let path = decode(path, false);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let answer = match (request.method.as_str(), segments.as_slice()) {
        ("GET", []) => respond(&without_secrets(&world.directory)),
        ("POST", []) => super::set_up(world, request),
        ("PATCH", ["people", name]) => change(world, request, name),
        ("DELETE", ["people", name]) => remove(world, request, name),
        ("POST", ["people", name, "sign-in"]) => sign_in(world, name),
        ("DELETE", ["groups", id]) => remove_group(world, id),
        (method, _) => missing(&format!("{method} /emulator/{path} is no part of the emulator's surface.")),
    };
    world.store.commit();
    answer
}

fn missing(why: &str) -> Answer {
    Answer::json(404, &json!({ "error": why }))
}

fn without_secrets(directory: &Directory) -> Directory {
    let mut directory = directory.clone();
    for principal in &mut directory.service_principals {
        principal.secret = principal.secret.as_ref().map(|_| "********".to_owned());
    }
    directory
}

/// Changes the members of a person that are sent; its user follows.
fn change(world: &mut World, request: &Request, name: &str) -> Answer {
    let sent = match serde_json::from_slice::<Map<String, Value>>(&request.body) {
        Ok(sent) => sent,
        Err(error) => return bad(&error.to_string()),
    };
    let Some(person) = world.directory.person_mut(name) else { return nobody(name) };
    let mut merged = match serde_json::to_value(&*person) {
        Ok(Value::Object(known)) => known,
        _ => return bad("the person cannot be read"),
    };
    merged.extend(sent);
    match serde_json::from_value::<Person>(merged.into()) {
        Ok(changed) if changed.object_id != person.object_id => {
            bad("the object id of a person cannot change")
        }
        Ok(changed) => {
            let object_id = changed.object_id;
            *person = changed;
            let answer = respond(person);
            licenses::apply(world, object_id);
            answer
        }
        Err(error) => bad(&error.to_string()),
    }
}

fn nobody(name: &str) -> Answer {
    missing(&format!("The directory has no person '{name}'."))
}

/// Deletes a person: softly, then or with `permanently=true` for good.
fn remove(world: &mut World, request: &Request, name: &str) -> Answer {
    let permanently = match request.query.as_str() {
        "" => false,
        "permanently=true" => true,
        other => return bad(&format!("the query option '{other}' is not known")),
    };
    let Some(person) = world.directory.person_mut(name) else { return nobody(name) };
    person.state = match person.state {
        Existence::Exists if !permanently => Existence::SoftDeleted,
        _ => Existence::HardDeleted,
    };
    let object_id = person.object_id;
    licenses::apply(world, object_id);
    Answer::empty(204)
}

/// Lets a person sign in to the environment.
fn sign_in(world: &mut World, name: &str) -> Answer {
    let Some(object_id) = world.directory.person_mut(name).map(|person| person.object_id) else {
        return nobody(name);
    };
    match licenses::sign_in(world, object_id) {
        Some(user) => {
            Answer::json(200, &json!({ "systemuserid": user.id, "isdisabled": user.flag("isdisabled") }))
        }
        None => Answer::json(409, &json!({ "error": format!("The person '{name}' may not be a user.") })),
    }
}

/// Deletes a group; nobody stays in its teams.
fn remove_group(world: &mut World, id: &str) -> Answer {
    let id = Uuid::parse_str(id).ok();
    let before = world.directory.groups.len();
    world.directory.groups.retain(|group| Some(group.object_id) != id);
    if world.directory.groups.len() == before {
        return missing("The directory has no such group.");
    }
    let teams = world
        .store
        .rows(TableId::Team)
        .filter(|team| is_group_team(team) && team.guid("azureactivedirectoryobjectid") == id);
    let teams: Vec<_> = teams.cloned().collect();
    teams.iter().for_each(|team| gather_team(world, team));
    Answer::empty(204)
}
