//! The rules as a test sets and reads them.

use serde_json::{Value, json};

use super::{Faults, profiles};
use crate::wire::{Answer, Request};
use crate::world::World;

/// Answers a request at `faults` or below it.
pub(crate) fn admin(world: &mut World, request: &Request, path: &str) -> Answer {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", []) => Answer::json(200, &world.faults.report()),
        ("PUT", []) => replace(world, body(request).and_then(|sent| Faults::parse(&sent))),
        ("POST", []) => match body(request).and_then(|sent| world.faults.add(&sent)) {
            Ok(rule) => Answer::json(201, &rule),
            Err(why) => refused(400, &why),
        },
        ("DELETE", []) => {
            world.faults = Faults::default();
            Answer::empty(204)
        }
        ("POST", ["release"]) => release(world, request),
        ("GET", ["profiles"]) => Answer::json(200, &profiles::list()),
        ("PUT", ["profiles", name]) => match profiles::built_in(name) {
            Some(text) => replace(world, profiles::parse(text)),
            None => refused(404, &format!("There is no built-in fault profile '{name}'.")),
        },
        (method, _) => {
            refused(404, &format!("{method} /emulator/{path} is no part of the emulator's surface."))
        }
    }
}

fn refused(status: u16, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": why }))
}

fn body(request: &Request) -> Result<Value, String> {
    serde_json::from_slice(&request.body).map_err(|error| format!("The body is not JSON: {error}."))
}

fn replace(world: &mut World, faults: Result<Faults, String>) -> Answer {
    match faults {
        Ok(faults) => {
            world.faults = faults;
            Answer::json(200, &world.faults.report())
        }
        Err(why) => refused(400, &why),
    }
}

fn release(world: &World, request: &Request) -> Answer {
    let sent = if request.body.is_empty() { Ok(json!({})) } else { body(request) };
    let id = match sent {
        Ok(Value::Object(members)) if members.keys().all(|name| name == "id") => {
            members.get("id").cloned().unwrap_or(Value::Null)
        }
        Ok(_) => return refused(400, "A release names a rule by its id, or nothing."),
        Err(why) => return refused(400, &why),
    };
    match id {
        Value::Null => {
            world.faults.release(None);
            Answer::empty(204)
        }
        Value::String(id) if world.faults.release(Some(&id)) => Answer::empty(204),
        id => refused(404, &format!("There is no fault rule with the id {id}.")),
    }
}
