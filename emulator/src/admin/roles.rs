//! Roles with their privileges and holders.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::matrix::{joined, matrix};
use super::name_of;
use crate::schema::TableId;
use crate::store::{PairKind, Row, Store};
use crate::world::World;

/// Every role once, by its root copy: own ones first, then those that are shipped, each by name.
pub(super) fn list(world: &World) -> Value {
    let store = &world.store;
    let mut roots: Vec<&Arc<Row>> =
        store.rows(TableId::Role).filter(|role| role.get("parentroleid").is_null()).collect();
    roots.sort_by_cached_key(|role| (!own(role), role.text("name").unwrap_or_default().to_lowercase()));
    roots.into_iter().map(|role| summary(store, role)).collect()
}

/// One role, by any of its copies, with its privileges and who holds them.
pub(super) fn one(world: &World, id: Uuid) -> Option<Value> {
    let store = &world.store;
    let copy = store.row(TableId::Role, id)?;
    let root = store.row(TableId::Role, copy.guid("parentrootroleid").unwrap_or(id))?;
    let named = |kind, table| -> Vec<Value> {
        let mut found: Vec<_> =
            holders(store, &root, kind).into_iter().map(|id| (name_of(store, table, id), id)).collect();
        found.sort_unstable();
        found.into_iter().map(|(name, id)| json!({ "id": id, "name": name })).collect()
    };
    let held_by = json!({
        "held_by": { "users": named(PairKind::UserRole, TableId::SystemUser), "teams": named(PairKind::TeamRole, TableId::Team) },
    });
    Some(joined(joined(summary(store, &root), held_by), matrix(&store.grants(root.id))))
}

/// Whether somebody made the role in this environment.
fn own(role: &Row) -> bool {
    role.get("roletemplateid").is_null() && !role.flag("ismanaged")
}

fn summary(store: &Store, root: &Row) -> Value {
    json!({
        "id": root.id, "name": root.text("name"), "own": own(root),
        "business_unit": root.guid("businessunitid").and_then(|unit| name_of(store, TableId::BusinessUnit, unit)),
        "privileges": store.grants(root.id).len(),
        "users": holders(store, root, PairKind::UserRole).len(),
        "teams": holders(store, root, PairKind::TeamRole).len(),
    })
}

/// Who holds any copy of a role, each once.
fn holders(store: &Store, root: &Row, kind: PairKind) -> Vec<Uuid> {
    let copies = store.rows_by(TableId::Role, "parentrootroleid", root.id);
    let ids = copies.iter().map(|copy| copy.id).chain([root.id]);
    let mut holders: Vec<Uuid> = ids.flat_map(|copy| store.lefts(kind, copy)).collect();
    holders.sort_unstable();
    holders.dedup();
    holders
}
