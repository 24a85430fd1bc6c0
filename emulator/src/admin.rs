//! The emulator's own surface under `/emulator/`: a page, counters, log, faults, reset, directory, workloads, switches and
//! snapshots.

mod directory;
mod matrix;
mod page;
mod roles;
mod teams;
mod users;

use serde_json::json;
use uuid::Uuid;

use crate::call::guid_literal;
use crate::schema::TableId;
use crate::setup::Setup;
use crate::store::{Store, restore, save};
use crate::watch::Counters;
use crate::wire::{Answer, Request};
use crate::world::{Switches, World};
use crate::{faults, issuers};

/// Where the surface begins.
const ROOT: &str = "/emulator";

/// Answers a request of the surface; nothing when the path is not below it. `host` is the authority of the URL.
pub(crate) fn answer(world: &mut World, request: &Request, host: &str) -> Option<Answer> {
    let rest = request.path.strip_prefix(ROOT)?;
    if !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    if let Some(answer) = page::answer(request, rest.trim_matches('/')) {
        return Some(answer);
    }
    let done = || Answer::empty(204);
    Some(match (request.method.as_str(), rest.trim_matches('/')) {
        ("GET", "requests") => respond(&world.watch.counters),
        ("DELETE", "requests") => {
            world.watch.counters = Counters::default();
            world.watch.log.clear();
            done()
        }
        ("GET", "log") => respond(&tail(world, request)),
        ("GET", "users") => Answer::json(200, &users::list(world)),
        ("GET", "roles") => Answer::json(200, &roles::list(world)),
        ("GET", "teams") => Answer::json(200, &teams::list(world)),
        ("GET", path) if path.starts_with("users/") || path.starts_with("roles/") => one(world, path),
        ("GET", "state") => Answer::json(200, &state(world)),
        ("POST", "reset") => done_or_bad(world.reset()),
        ("POST", "setup") => set_up(world, request),
        (_, path) if path == "directory" || path.starts_with("directory/") => {
            directory::answer(world, request, path)
        }
        (_, path) if path == "faults" || path.starts_with("faults/") => faults::admin(world, request, path),
        ("POST", "workloads") => match issuers::register(world, &request.body, host) {
            Ok(workload) => Answer::json(201, &workload),
            Err(error) => bad(&error),
        },
        ("GET", "switches") => respond(&world.switches),
        ("PUT", "switches") => put_switches(world, request),
        ("GET", "refusals") => respond(world.watch.refusals()),
        ("GET", "snapshot") => match save(&world.store) {
            Ok(document) => Answer::json(200, &document),
            Err(error) => bad(&error.to_string()),
        },
        ("PUT", "snapshot") => put_snapshot(world, request),
        (_, path) => {
            let text = format!("{} {ROOT}/{path} is no part of the emulator's surface.", request.method);
            Answer::json(404, &json!({ "error": text }))
        }
    })
}

fn respond(value: &impl serde::Serialize) -> Answer {
    match serde_json::to_value(value) {
        Ok(value) => Answer::json(200, &value),
        Err(error) => bad(&error.to_string()),
    }
}

/// Adds or replaces what is sent; users of the people follow.
fn set_up(world: &mut World, request: &Request) -> Answer {
    done_or_bad(Setup::parse(&request.body).and_then(|setup| setup.apply(world)))
}

fn done_or_bad(result: Result<(), String>) -> Answer {
    match result {
        Ok(()) => Answer::empty(204),
        Err(error) => bad(&error),
    }
}

fn bad(why: &str) -> Answer {
    Answer::json(400, &json!({ "error": why }))
}

/// One user or role, by id.
fn one(world: &World, path: &str) -> Answer {
    let found = match path.split_once('/') {
        Some(("users", id)) => guid_literal(id).and_then(|id| users::one(world, id)),
        Some((_, id)) => guid_literal(id).and_then(|id| roles::one(world, id)),
        None => None,
    };
    let missing = || Answer::json(404, &json!({ "error": format!("{ROOT}/{path} is not there.") }));
    found.map_or_else(missing, |found| Answer::json(200, &found))
}

/// The name of a row that people know by its name.
fn name_of(store: &Store, table: TableId, id: Uuid) -> Option<String> {
    store.row(table, id)?.text(table.def().name_column).map(str::to_owned)
}

/// A request of the log, with the name of its caller.
#[derive(serde::Serialize)]
struct Logged<'w> {
    #[serde(flatten)]
    entry: &'w crate::watch::LogEntry,
    caller_name: Option<String>,
}

fn tail<'w>(world: &'w World, request: &Request) -> Vec<Logged<'w>> {
    let last = request.query.strip_prefix("last=").and_then(|last| last.parse().ok()).unwrap_or(usize::MAX);
    let skip = world.watch.log.len().saturating_sub(last);
    let name = |caller: &str| name_of(&world.store, TableId::SystemUser, guid_literal(caller)?);
    let logged = |entry: &'w crate::watch::LogEntry| Logged {
        entry,
        caller_name: entry.caller.as_deref().and_then(name),
    };
    world.watch.log.iter().skip(skip).map(logged).collect()
}

/// The switches that are sent change, the others stay.
fn put_switches(world: &mut World, request: &Request) -> Answer {
    let sent = match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&request.body) {
        Ok(sent) => sent,
        Err(error) => return bad(&error.to_string()),
    };
    let mut merged = match serde_json::to_value(&world.switches) {
        Ok(serde_json::Value::Object(known)) => known,
        _ => return bad("the switches cannot be read"),
    };
    merged.extend(sent);
    match serde_json::from_value::<Switches>(merged.into()) {
        Ok(switches) => {
            let before = std::mem::replace(&mut world.switches, switches);
            let modern = world.switches.ownership_across_business_units;
            if modern != before.ownership_across_business_units {
                let value = if modern { "true" } else { "false" };
                world.set_setting("EnableOwnershipAcrossBusinessUnits", value);
            }
            if world.switches.environment_security_group != before.environment_security_group {
                let people: Vec<_> = world.directory.people.iter().map(|person| person.object_id).collect();
                people.into_iter().for_each(|person| crate::rules::licenses::apply(world, person));
                world.store.commit();
            }
            world.permissions.clear();
            respond(&world.switches)
        }
        Err(error) => bad(&error.to_string()),
    }
}

fn put_snapshot(world: &mut World, request: &Request) -> Answer {
    let document = match serde_json::from_slice(&request.body) {
        Ok(document) => document,
        Err(error) => return bad(&error.to_string()),
    };
    match restore(document) {
        Ok(store) => {
            world.take(store);
            Answer::empty(204)
        }
        Err(error) => bad(&error.to_string()),
    }
}

fn state(world: &World) -> serde_json::Value {
    let store = &world.store;
    let counts: serde_json::Map<String, serde_json::Value> = TableId::all()
        .filter(|table| *table != TableId::Metadata)
        .map(|table| (table.def().set.to_owned(), crate::rows::all(store, table).len().into()))
        .collect();
    let named = |table: TableId, keep: &dyn Fn(&crate::store::Row) -> bool| {
        store
            .rows(table)
            .filter(|row| keep(row))
            .map(|row| json!({ "id": row.id, "name": row.text(table.def().name_column) }))
            .collect::<Vec<_>>()
    };
    let users: Vec<_> = store
        .rows(TableId::SystemUser)
        .map(|user| {
            let roles: Vec<_> = store
                .rights(crate::store::PairKind::UserRole, user.id)
                .into_iter()
                .filter_map(|role| store.row(TableId::Role, role)?.text("name").map(str::to_owned))
                .collect();
            json!({ "id": user.id, "name": user.text("fullname"), "domainname": user.text("domainname"),
                "applicationid": user.guid("applicationid"), "isdisabled": user.flag("isdisabled"),
                "deletedstate": user.int("deletedstate"), "roles": roles })
        })
        .collect();
    json!({
        "organization": world.organization(),
        "environment": world.environment(),
        "counts": counts,
        "users": users,
        "business_units": named(TableId::BusinessUnit, &|_| true),
        "teams": named(TableId::Team, &|_| true),
        "custom_roles": named(TableId::Role, &|role| {
            role.get("parentroleid").is_null() && role.get("roletemplateid").is_null() && !role.flag("ismanaged")
        }),
    })
}
