//! Rules several tables share: the last administrator and the elevation guard.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::{grants_of, within};
use crate::call::Call;
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code};
use crate::schema::TableId;
use crate::seed::ADMIN_TEMPLATE;
use crate::store::{Depth, Grants, PairKind, Row, Store};

/// Whether a role row is a copy of System Administrator.
pub(crate) fn is_admin_role(role: &Row) -> bool {
    role.guid("roletemplateid") == Some(ADMIN_TEMPLATE)
}

/// Whether a user is SYSTEM or INTEGRATION.
pub(crate) fn is_built_in(user: &Row) -> bool {
    user.guid("applicationid").is_none()
        && user.guid("azureactivedirectoryobjectid").is_none()
        && matches!(user.text("fullname"), Some("SYSTEM" | "INTEGRATION"))
}

/// The enabled users, SYSTEM and INTEGRATION aside, who hold System Administrator.
pub(crate) fn administrators(store: &Store) -> Vec<Arc<Row>> {
    let mut found: Vec<Arc<Row>> = store
        .rows_by(TableId::Role, "roletemplateid", ADMIN_TEMPLATE)
        .iter()
        .flat_map(|role| store.lefts(PairKind::UserRole, role.id))
        .filter_map(|user| store.row(TableId::SystemUser, user))
        .filter(|user| !user.flag("isdisabled") && !is_built_in(user))
        .collect();
    found.dedup_by_key(|user| user.id);
    found
}

/// Whether nobody but this user is an enabled System Administrator.
pub(crate) fn is_last_administrator(store: &Store, user: Uuid) -> bool {
    let all = administrators(store);
    all.iter().any(|known| known.id == user) && all.iter().all(|known| known.id == user)
}

/// Whether an administrator remains outside of a business unit's subtree.
pub(crate) fn administrator_outside(store: &Store, unit: Uuid) -> bool {
    administrators(store)
        .iter()
        .any(|user| user.guid("businessunitid").is_some_and(|own| !within(store, own, unit)))
}

/// Whoever grants or edits a role must hold what it contains, as deep as it contains it.
pub(crate) fn elevation(call: &Call<'_>, grants: &Grants) -> Result<(), ApiError> {
    let missing: Vec<&str> = grants
        .iter()
        .filter(|(position, depth)| call.caller.depth(**position).is_none_or(|held: Depth| held < **depth))
        .map(|(position, _)| catalogue().privilege(*position).name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Code::ElevationGuard.error(&[&call.caller.user, &missing.join(", ")]))
}

/// [`elevation`] for a role row.
pub(crate) fn elevation_by_role(call: &Call<'_>, role: &Row) -> Result<(), ApiError> {
    elevation(call, &grants_of(call.store(), role))
}
