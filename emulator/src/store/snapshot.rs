//! The store as a JSON document: one file to keep, to review and to restore.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::row::SavedRow;
use super::{Depth, Grants, PairKind, Store};
use crate::catalogue::catalogue;
use crate::schema::TableId;

/// A snapshot that cannot be restored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RestoreError {
    /// The document is not a snapshot.
    #[error("the snapshot cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The document was written by another format.
    #[error("the snapshot has format {0}; this emulator reads format 1")]
    Format(u32),
}

#[derive(Serialize, Deserialize)]
struct Saved {
    format: u32,
    version: u64,
    tables: BTreeMap<String, Vec<SavedRow>>,
    role_privileges: BTreeMap<Uuid, BTreeMap<String, Depth>>,
    user_roles: Vec<(Uuid, Uuid, Uuid)>,
    team_members: Vec<(Uuid, Uuid, Uuid)>,
    team_roles: Vec<(Uuid, Uuid, Uuid)>,
    #[serde(default)]
    user_profiles: Vec<(Uuid, Uuid, Uuid)>,
    #[serde(default)]
    team_profiles: Vec<(Uuid, Uuid, Uuid)>,
}

/// Tables that never change are not saved: privileges come from the catalogue.
const FIXED: [TableId; 2] = [TableId::Privilege, TableId::Metadata];

/// The store as a JSON value.
///
/// # Errors
///
/// None in practice: every value of the store has a JSON form.
pub(crate) fn save(store: &Store) -> Result<serde_json::Value, serde_json::Error> {
    let tables = TableId::all()
        .filter(|table| !table.is_intersect() && !FIXED.contains(table))
        .map(|table| {
            let rows = store.rows(table).map(|row| SavedRow::from(row.as_ref())).collect();
            (table.def().logical.to_owned(), rows)
        })
        .collect();
    let role_privileges = store
        .all_grants()
        .map(|(role, grants)| {
            let named = grants
                .iter()
                .map(|(position, depth)| (catalogue().privilege(*position).name.to_owned(), *depth))
                .collect();
            (role, named)
        })
        .collect();
    serde_json::to_value(Saved {
        format: 1,
        version: store.version,
        tables,
        role_privileges,
        user_roles: store.pairs(PairKind::UserRole).collect(),
        team_members: store.pairs(PairKind::TeamMember).collect(),
        team_roles: store.pairs(PairKind::TeamRole).collect(),
        user_profiles: store.pairs(PairKind::UserProfile).collect(),
        team_profiles: store.pairs(PairKind::TeamProfile).collect(),
    })
}

/// The store of a snapshot.
///
/// # Errors
///
/// When the document is no snapshot of this format.
pub(crate) fn restore(document: serde_json::Value) -> Result<Store, RestoreError> {
    let saved: Saved = serde_json::from_value(document)?;
    if saved.format != 1 {
        return Err(RestoreError::Format(saved.format));
    }
    let mut store = Store::default();
    crate::seed::add_fixed(&mut store);
    store.version = saved.version;
    for (logical, rows) in saved.tables {
        if let Some(table) = TableId::by_logical(&logical) {
            for row in rows {
                store.put_as_is(row.into_row(table));
            }
        }
    }
    for (role, named) in saved.role_privileges {
        let grants: Grants = named
            .into_iter()
            .filter_map(|(name, depth)| Some((catalogue().position_of(&name)?, depth)))
            .collect();
        store.set_grants(role, Some(grants));
    }
    let kinds =
        [saved.user_roles, saved.team_members, saved.team_roles, saved.user_profiles, saved.team_profiles];
    for (kind, pairs) in PairKind::ALL.into_iter().zip(kinds) {
        for (left, right, id) in pairs {
            store.put_pair(kind, left, right, Some(id));
        }
    }
    store.commit();
    Ok(store)
}
