//! Users with what they may do.

use serde_json::{Value, json};
use uuid::Uuid;

use super::matrix::{joined, matrix};
use super::name_of;
use crate::access::{Effective, roles_of};
use crate::catalogue::catalogue;
use crate::schema::{Kind, TableId};
use crate::store::{Grants, Row, Store};
use crate::world::World;

/// The `accessmode` of a user who only reads.
const READ_ONLY: i64 = 2;

/// Every user, by name.
pub(super) fn list(world: &World) -> Value {
    let mut users: Vec<_> = world.store.rows(TableId::SystemUser).collect();
    users.sort_by_cached_key(|user| user.text("fullname").unwrap_or_default().to_lowercase());
    users.into_iter().map(|user| summary(&world.store, user)).collect()
}

/// One user with its effective privileges.
pub(super) fn one(world: &World, id: Uuid) -> Option<Value> {
    let user = world.store.row(TableId::SystemUser, id)?;
    Some(joined(summary(&world.store, &user), matrix(&effective(&world.store, &user))))
}

fn summary(store: &Store, user: &Row) -> Value {
    let roles: Vec<Value> = roles_of(store, user.id)
        .into_iter()
        .map(|held| {
            json!({ "id": held.role.guid("parentrootroleid").unwrap_or(held.role.id), "name": held.role.text("name"),
                "team": held.team.and_then(|team| name_of(store, TableId::Team, team)) })
        })
        .collect();
    let kind = if user.guid("applicationid").is_some() { "application" } else { "person" };
    json!({
        "id": user.id, "name": user.text("fullname"), "user_name": user.text("domainname"), "kind": kind,
        "application_id": user.guid("applicationid"),
        "business_unit": user.guid("businessunitid").and_then(|unit| name_of(store, TableId::BusinessUnit, unit)),
        "access_mode": label(user, "accessmode"), "enabled": !user.flag("isdisabled"),
        "licensed": user.flag("islicensed"), "roles": roles,
    })
}

/// The deepest depth of each privilege, as far as the access mode lets it count.
fn effective(store: &Store, user: &Row) -> Grants {
    let effective = Effective::of(store, user);
    let reads_only = user.int("accessmode") == Some(READ_ONLY);
    let counts =
        |position: &u16| !reads_only || matches!(catalogue().privilege(*position).access, "Read" | "None");
    catalogue()
        .positions()
        .filter(counts)
        .filter_map(|position| Some((position, effective.depth(position)?)))
        .collect()
}

/// The label of a choice column.
pub(super) fn label(row: &Row, column: &str) -> Option<&'static str> {
    let value = row.int(column)?;
    let def = row.table.def();
    match def.columns[def.position(column)?].kind {
        Kind::Choice(options) => options.iter().find(|(known, _)| *known == value).map(|(_, label)| *label),
        _ => None,
    }
}
