//! The license process: what changes in Entra do to users.

use std::sync::Arc;

use uuid::Uuid;

use super::entra_users::{add_person, admitted, person_row};
use crate::directory::{Existence, Person};
use crate::schema::TableId;
use crate::store::{PairKind, Row, Val};
use crate::world::World;

/// The `disabledreason` of a user whom the process has disabled; only such a user is enabled again by it.
const UNLICENSED: &str = "The user has no license.";
const NOT_IN_ENTRA: &str = "The user is not in Microsoft Entra ID.";
const NOT_ADMITTED: &str = "The user is not in the security group of the environment.";

/// Whether a user of an access mode needs a license to be enabled: those who read and write interactively do.
pub(crate) fn needs_license(mode: Option<i64>) -> bool {
    matches!(mode, Some(0 | 2))
}

/// Why a person may not be enabled, if so.
fn obstacle(world: &World, person: &Person, row: &Row) -> Option<&'static str> {
    let licensed = person.licensed || person.tenant_admin || !needs_license(row.int("accessmode"));
    match person.state {
        Existence::Exists if !admitted(world, person) => Some(NOT_ADMITTED),
        Existence::Exists if licensed => None,
        Existence::Exists => Some(UNLICENSED),
        Existence::SoftDeleted | Existence::HardDeleted => Some(NOT_IN_ENTRA),
    }
}

/// Brings the user of a person in line with the directory.
pub(crate) fn apply(world: &mut World, object_id: Uuid) {
    run(world, object_id, false);
}

/// What happens when a person signs in: the user is added just in time, enabled when entitled, and joins the
/// teams of its groups.
pub(crate) fn sign_in(world: &mut World, object_id: Uuid) -> Option<Arc<Row>> {
    if person_row(&world.store, object_id).is_none() {
        add_person(world, object_id)?;
    }
    run(world, object_id, true);
    let user = person_row(&world.store, object_id)?;
    super::group_teams::gather(world, user.id);
    Some(user)
}

fn run(world: &mut World, object_id: Uuid, signing_in: bool) {
    let Some(person) = world.directory.person(object_id).cloned() else { return };
    let Some(row) = person_row(&world.store, object_id).filter(|row| row.int("deletedstate") != Some(1))
    else {
        return;
    };
    let obstacle = obstacle(world, &person, &row);
    let by_process = matches!(row.text("disabledreason"), Some(UNLICENSED | NOT_IN_ENTRA | NOT_ADMITTED));
    let mut changed = row.as_ref().clone();
    let (state, deleted) = match person.state {
        Existence::Exists => (0, Val::Null),
        Existence::SoftDeleted if row.int("azurestate") == Some(1) => (1, row.get("azuredeletedon").clone()),
        Existence::SoftDeleted => (1, crate::read::now()),
        Existence::HardDeleted => (2, row.get("azuredeletedon").clone()),
    };
    changed.set("azurestate", Val::Int(state));
    changed.set("azuredeletedon", deleted);
    changed.set("islicensed", Val::Bool(person.licensed));
    match obstacle {
        Some(reason) if !row.flag("isdisabled") => {
            changed.set("isdisabled", Val::Bool(true));
            changed.set("disabledreason", Val::text(reason));
        }
        None if row.flag("isdisabled") && (by_process || signing_in) => {
            changed.set("isdisabled", Val::Bool(false));
            changed.set("disabledreason", Val::Null);
        }
        _ => {}
    }
    if changed != *row {
        changed.set("modifiedon", crate::read::now());
        world.store.put(changed);
    }
    if world.switches.license_assigns_roles {
        let entitled = person.licensed && person.state == Existence::Exists;
        automatic_roles(world, &row, entitled);
    }
}

/// A licensed user holds the roles marked `isautoassigned` of its business unit, another one does not.
fn automatic_roles(world: &mut World, user: &Row, entitled: bool) {
    let marked = |role: &Arc<Row>| role.int("isautoassigned") == Some(1);
    let store = &mut world.store;
    if entitled {
        let unit = user.guid("businessunitid").unwrap_or_default();
        let roles = store.rows_by(TableId::Role, "businessunitid", unit);
        for role in roles.into_iter().filter(marked) {
            store.link(PairKind::UserRole, user.id, role.id);
        }
    } else {
        for role in store.rights(PairKind::UserRole, user.id) {
            if store.row(TableId::Role, role).is_some_and(|role| marked(&role)) {
                store.unlink(PairKind::UserRole, user.id, role);
            }
        }
    }
}
