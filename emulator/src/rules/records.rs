//! Rows of business tables: created, changed, assigned and deleted under the owner's rules.

use super::owners;
use crate::access::Right;
use crate::call::Call;
use crate::column_security::{Use, may_set};
use crate::errors::{ApiError, Code};
use crate::ownership::children;
use crate::payload::Changes;
use crate::schema::{Kind, TableId, default_status, state_of};
use crate::seed::full_name;
use crate::store::{Row, Val};

/// Creates a row, owned by the caller unless the body names an owner.
pub(super) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), row.table, Right::Create)?;
    may_set(call, &row, changes, Use::Create)?;
    let owner = named_owner(changes)?.unwrap_or(call.caller.user);
    row.set("statecode", Val::Int(0));
    changes.apply(&mut row);
    status(&mut row, changes)?;
    names(&mut row);
    owners::set(call.store(), &mut row, owner);
    if owner != call.caller.user {
        owners::may_own(call, row.table, owner)?;
    }
    if !call.caller.may(call.store(), &row, Right::Create) {
        // Creating for somebody out of reach is creating for oneself and assigning.
        let mut own = row.clone();
        owners::set(call.store(), &mut own, call.caller.user);
        call.caller.need_on(call.store(), &own, Right::Create)?;
        call.caller.need_on(call.store(), &own, Right::Assign)?;
    }
    may_refer(call, &row, changes)?;
    call.store_mut().put(row);
    Ok(())
}

/// Changes a row; a change of the owner alone needs no right to write.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    let owner = named_owner(changes)?.filter(|owner| row.guid("ownerid") != Some(*owner));
    if owner.is_none() || changes.iter().any(|(column, _)| column.name != "ownerid") {
        call.caller.need_on(call.store(), row, Right::Write)?;
    }
    may_set(call, row, changes, Use::Update)?;
    may_refer(call, row, changes)?;
    let mut changed = super::applied(call, row, changes);
    changed.set("ownerid", row.get("ownerid").clone());
    status(&mut changed, changes)?;
    names(&mut changed);
    if let Some(owner) = owner {
        owners::assign(call, &mut changed, owner)?;
    }
    call.store_mut().put(changed);
    Ok(())
}

/// Deletes a row with the rows below it; other lookups to it become empty.
pub(super) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    // Gone before the rows below, so that a loop of parents ends.
    call.store_mut().remove(row.table, row.id);
    for child in children(call.store(), row) {
        delete(call, &child)?;
    }
    for table in TableId::all().filter(|table| table.is_owned()) {
        for column in table.def().columns {
            let points = match column.kind {
                Kind::Lookup(target) => target == row.table,
                Kind::Any(targets) => targets.iter().any(|(_, target)| *target == row.table),
                _ => false,
            };
            if !points {
                continue;
            }
            for other in call.store().rows_by(table, column.name, row.id) {
                let cleared = other.as_ref().clone().with(column.name, Val::Null);
                call.store_mut().put(cleared);
            }
        }
    }
    Ok(())
}

/// A lookup needs the right to append on the row and to be appended to on what it refers to.
fn may_refer(call: &Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    let store = call.store();
    for (column, value) in changes.iter().filter(|(column, _)| column.name != "ownerid") {
        let found = match (column.kind, value.as_guid()) {
            (Kind::Lookup(target), Some(id)) => store.row(target, id),
            (Kind::Any(targets), Some(id)) => targets.iter().find_map(|(_, target)| store.row(*target, id)),
            _ => None,
        };
        if let Some(found) = found {
            call.caller.need_on(store, row, Right::Append)?;
            call.caller.need_on(store, &found, Right::AppendTo)?;
        }
    }
    Ok(())
}

fn named_owner(changes: &Changes) -> Result<Option<uuid::Uuid>, ApiError> {
    match changes.get("ownerid") {
        None => Ok(None),
        Some(value) => {
            value.as_guid().map(Some).ok_or_else(|| Code::RequiredFieldMissing.error(&[&"ownerid"]))
        }
    }
}

/// A state brings its first status reason along, a reason its state; both together must agree.
pub(super) fn status(row: &mut Row, changes: &Changes) -> Result<(), ApiError> {
    let number = |column: &str| match changes.get(column) {
        Some(Val::Int(number)) => Some(*number),
        _ => None,
    };
    let table = row.table;
    match (number("statecode"), number("statuscode")) {
        (None, None) if row.get("statuscode").is_null() => {
            row.set("statuscode", default_status(table, 0).map_or(Val::Null, Val::Int));
        }
        (None, None) => {}
        (Some(state), None) => {
            row.set("statuscode", default_status(table, state).map_or(Val::Null, Val::Int));
        }
        (None, Some(reason)) => row.set("statecode", state_of(table, reason).map_or(Val::Null, Val::Int)),
        (Some(state), Some(reason)) => {
            if state_of(table, reason) != Some(state) {
                return Err(Code::StatusOutsideState.error(&[
                    &reason,
                    &state,
                    &table.def().logical,
                    &row.id,
                ]));
            }
        }
    }
    Ok(())
}

fn names(row: &mut Row) {
    if matches!(row.table, TableId::Contact | TableId::Lead) {
        full_name(row);
    }
}
