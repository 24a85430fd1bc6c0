//! Views. A personal view is a row with an owner; a view of the system belongs to the organization.

use uuid::Uuid;

use crate::access::Right;
use crate::call::Call;
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{Row, Val};

/// What every view must have, and that its table exists.
fn complete(changes: &Changes) -> Result<(), ApiError> {
    for column in ["name", "returnedtypecode", "fetchxml"] {
        if changes.text(column).is_none_or(|text| text.trim().is_empty()) {
            return Err(Code::RequiredFieldMissing.error(&[&column]));
        }
    }
    let table = changes.text("returnedtypecode").unwrap_or_default();
    if catalogue().tables.iter().any(|known| known.fields[0] == table) {
        return Ok(());
    }
    Err(Code::UnknownTable.error(&[&table]))
}

fn not_cleared(changes: &Changes) -> Result<(), ApiError> {
    for column in ["name", "fetchxml"] {
        if changes.get(column).is_some_and(Val::is_null) {
            return Err(Code::RequiredFieldMissing.error(&[&column]));
        }
    }
    Ok(())
}

/// Creates a personal view.
pub(super) fn create_personal(call: &mut Call<'_>, row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::UserQuery, Right::Create)?;
    complete(changes)?;
    super::records::create(call, row.with("querytype", Val::Int(0)), changes)
}

/// Changes a personal view.
pub(super) fn update_personal(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    not_cleared(changes)?;
    super::records::update(call, row, changes)
}

/// Creates a view of the system.
pub(super) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::SavedQuery, Right::Create)?;
    complete(changes)?;
    for column in ["isdefault", "isquickfindquery", "isprivate", "ismanaged"] {
        row.set(column, Val::Bool(false));
    }
    for column in ["isuserdefined", "iscustomizable", "canbedeleted"] {
        row.set(column, Val::Bool(true));
    }
    for (column, value) in [("querytype", 0), ("componentstate", 0), ("statecode", 0), ("statuscode", 1)] {
        row.set(column, Val::Int(value));
    }
    row.set("savedqueryidunique", Val::Guid(Uuid::new_v4()));
    changes.apply(&mut row);
    call.store_mut().put(row);
    Ok(())
}

/// Changes a view of the system.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    not_cleared(changes)?;
    if row.flag("ismanaged") && !row.flag("iscustomizable") {
        return Err(Code::ManagedNotEditable.error(&[&row.id]));
    }
    let mut changed = super::applied(call, row, changes);
    super::records::status(&mut changed, changes)?;
    call.store_mut().put(changed);
    Ok(())
}

/// Deletes a view of the system that did not come with a managed solution.
pub(super) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    if row.flag("ismanaged") {
        return Err(Code::ManagedNotDeletable.error(&[&row.id]));
    }
    for view in call.store().rows_by(TableId::UserQuery, "parentqueryid", row.id) {
        let view = view.as_ref().clone().with("parentqueryid", Val::Null);
        call.store_mut().put(view);
    }
    call.store_mut().remove(TableId::SavedQuery, row.id);
    Ok(())
}
