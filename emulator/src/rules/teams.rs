//! Teams, as far as the security of users needs them.

use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{PairKind, Row, Val};

/// Creates an owner, access or group team.
pub(super) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::Team, Right::Create)?;
    if changes.text("name").is_none_or(|name| name.trim().is_empty()) {
        return Err(Code::TeamNameMissing.error(&[]));
    }
    let unit = changes
        .guid("businessunitid")
        .ok_or_else(|| Code::RequiredFieldMissing.error(&[&"businessunitid"]))?;
    call.caller.need_create(call.store(), TableId::Team, Some(unit))?;
    row.set("ownerid", Val::Guid(row.id));
    row.set("teamtype", Val::Int(0));
    row.set("membershiptype", Val::Int(0));
    row.set("isdefault", Val::Bool(false));
    row.set("systemmanaged", Val::Bool(false));
    row.set("administratorid", Val::Guid(call.caller.user));
    changes.apply(&mut row);
    if let Some(group) = changes.guid("azureactivedirectoryobjectid") {
        let twin = call.store().rows_by(TableId::Team, "azureactivedirectoryobjectid", group);
        if twin.iter().any(|team| team.int("membershiptype") == row.int("membershiptype")) {
            return Err(Code::DuplicateRecord.error(&[]));
        }
    }
    call.store_mut().put(row);
    Ok(())
}

/// Changes a team; a move takes its roles.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    if changes.get("azureactivedirectoryobjectid").is_some() {
        return Err(ApiError::unsupported("changing the group of a team"));
    }
    let moved =
        changes.get("businessunitid").is_some_and(|unit| unit.as_guid() != row.guid("businessunitid"));
    if row.flag("isdefault") {
        if moved {
            return Err(Code::DefaultTeamParent.error(&[]));
        }
        if changes.text("name").is_some_and(|name| row.text("name") != Some(name)) {
            return Err(Code::DefaultTeamRename.error(&[]));
        }
    }
    if changes.get("name").is_some_and(Val::is_null) {
        return Err(Code::TeamNameMissing.error(&[]));
    }
    if moved {
        call.caller.need_task(call.store(), "prvReparentTeam", row.guid("businessunitid"))?;
        for role in call.store().rights(PairKind::TeamRole, row.id) {
            call.store_mut().unlink(PairKind::TeamRole, row.id, role);
        }
    }
    let changed = super::applied(call, row, changes);
    call.store_mut().put(changed);
    Ok(())
}

/// Deletes a team that is not the default team of its business unit.
pub(super) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    if row.flag("isdefault") {
        return Err(Code::DefaultTeamDelete.error(&[]));
    }
    let store = call.store_mut();
    for role in store.rights(PairKind::TeamRole, row.id) {
        store.unlink(PairKind::TeamRole, row.id, role);
    }
    for user in store.rights(PairKind::TeamMember, row.id) {
        store.unlink(PairKind::TeamMember, row.id, user);
    }
    store.remove(TableId::Team, row.id);
    Ok(())
}
