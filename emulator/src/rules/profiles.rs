//! Column security profiles, their permissions, and secured columns shared row by row.

use uuid::Uuid;

use crate::access::Right;
use crate::call::Call;
use crate::column_security::{permissions, secured_column};
use crate::errors::{ApiError, Code};
use crate::metadata::by_id;
use crate::payload::Changes;
use crate::schema::TableId;
use crate::seed::ADMIN_PROFILE;
use crate::store::{Row, Val};

fn solution_component(row: &mut Row) {
    row.set("componentstate", Val::Int(0));
    row.set("ismanaged", Val::Bool(false));
    row.set("overwritetime", Val::text("1900-01-01T00:00:00Z"));
}

fn required(changes: &Changes, create: bool, columns: &[&str]) -> Result<(), ApiError> {
    for column in columns {
        let value = changes.get(column);
        let empty = value.is_some_and(|value| value.as_text().is_some_and(|text| text.trim().is_empty()));
        if empty || value.is_some_and(Val::is_null) || create && value.is_none() {
            return Err(Code::RequiredFieldMissing.error(&[column]));
        }
    }
    Ok(())
}

/// Creates a profile.
pub(super) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::FieldSecurityProfile, Right::Create)?;
    required(changes, true, &["name"])?;
    super::roles::solution(call)?;
    solution_component(&mut row);
    row.set("fieldsecurityprofileidunique", Val::Guid(Uuid::new_v4()));
    changes.apply(&mut row);
    call.store_mut().put(row);
    Ok(())
}

/// Changes a profile other than that of System Administrators.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    may_edit(row.id)?;
    required(changes, false, &["name"])?;
    let changed = super::applied(call, row, changes);
    call.store_mut().put(changed);
    Ok(())
}

/// Deletes a profile with its permissions; its members simply no longer have it.
pub(super) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    may_edit(row.id)?;
    for permission in call.store().rows_by(TableId::FieldPermission, "fieldsecurityprofileid", row.id) {
        call.store_mut().remove(TableId::FieldPermission, permission.id);
    }
    call.store_mut().remove(TableId::FieldSecurityProfile, row.id);
    Ok(())
}

fn may_edit(profile: Uuid) -> Result<(), ApiError> {
    if profile == ADMIN_PROFILE { Err(Code::AdminProfile.error(&[])) } else { Ok(()) }
}

/// Creates a permission for a secured column, one per profile and column.
pub(super) fn create_permission(
    call: &mut Call<'_>,
    mut row: Row,
    changes: &Changes,
) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::FieldPermission, Right::Create)?;
    required(changes, true, &["fieldsecurityprofileid", "entityname", "attributelogicalname"])?;
    required(changes, false, &["canread", "cancreate", "canupdate"])?;
    let profile = changes.guid("fieldsecurityprofileid").unwrap_or_default();
    may_edit(profile)?;
    super::roles::solution(call)?;
    let table = changes.text("entityname").unwrap_or_default();
    let column = changes.text("attributelogicalname").unwrap_or_default();
    secured_column(call.store(), table, column)?;
    let known = permissions(call.store(), table, column);
    if known.iter().any(|known| known.guid("fieldsecurityprofileid") == Some(profile)) {
        return Err(Code::DuplicateRecord.error(&[]));
    }
    solution_component(&mut row);
    row.set("fieldpermissionidunique", Val::Guid(Uuid::new_v4()));
    for column in ["canread", "cancreate", "canupdate", "canreadunmasked"] {
        row.set(column, Val::Int(0));
    }
    changes.apply(&mut row);
    call.store_mut().put(row);
    Ok(())
}

/// Changes what a permission allows.
pub(super) fn update_permission(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    may_edit(row.guid("fieldsecurityprofileid").unwrap_or_default())?;
    required(changes, false, &["canread", "cancreate", "canupdate"])?;
    let changed = super::applied(call, row, changes);
    call.store_mut().put(changed);
    Ok(())
}

/// Deletes a permission.
pub(super) fn delete_permission(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    may_edit(row.guid("fieldsecurityprofileid").unwrap_or_default())?;
    call.store_mut().remove(TableId::FieldPermission, row.id);
    Ok(())
}

/// Shares a secured column of one row.
pub(super) fn create_share(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::ColumnShare, Right::Create)?;
    required(changes, true, &["attributeid", "objectid", "principalid"])?;
    row.set("readaccess", Val::Bool(false));
    row.set("updateaccess", Val::Bool(false));
    changes.apply(&mut row);
    let column = row.guid("attributeid").unwrap_or_default();
    let text = format!("The attribute with the id {column} does not exist.");
    let (table, position) = by_id(column).ok_or_else(|| Code::InvalidArgument.error(&[&text]))?;
    secured_column(call.store(), table.def().logical, table.def().columns[position].name)?;
    let object = row.guid("objectid").unwrap_or_default();
    if call.store().row(table, object).is_none() {
        return Err(Code::InvalidArgument.error(&[&"The attribute is not one of the table of the record."]));
    }
    if !row.flag("readaccess") && !row.flag("updateaccess") {
        return Err(Code::ColumnShareEmpty.error(&[]));
    }
    let known = call.store().rows_by(TableId::ColumnShare, "objectid", object);
    let same = |known: &Row| {
        known.guid("attributeid") == Some(column) && known.guid("principalid") == row.guid("principalid")
    };
    if known.iter().any(|known| same(known)) {
        return Err(Code::ColumnShareExists.error(&[]));
    }
    call.store_mut().put(row);
    Ok(())
}

/// Changes the rights of a shared column.
pub(super) fn update_share(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    let changed = super::applied(call, row, changes);
    if !changed.flag("readaccess") && !changed.flag("updateaccess") {
        return Err(Code::ColumnShareWithdrawn.error(&[]));
    }
    call.store_mut().put(changed);
    Ok(())
}

/// Ends the sharing of a column.
pub(super) fn delete_share(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    call.store_mut().remove(TableId::ColumnShare, row.id);
    Ok(())
}
