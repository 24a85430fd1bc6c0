//! Teams: owner and access teams, and those of Entra groups.

use uuid::Uuid;

use super::group_teams::team_of;
use super::ownership::{follow_owner, owned_by};
use super::users::root_unit;
use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code, missing_row};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{PairKind, Row, Val, fold};

/// Sets what every new team starts with.
pub(super) fn blank(call: &Call<'_>, row: Row) -> Row {
    let id = row.id;
    row.with("ownerid", Val::Guid(id))
        .with("teamtype", Val::Int(0))
        .with("membershiptype", Val::Int(0))
        .with("isdefault", Val::Bool(false))
        .with("systemmanaged", Val::Bool(false))
        .with("issastokenset", Val::Bool(false))
        .with("administratorid", Val::Guid(call.caller.user))
}

/// Creates a team.
pub(super) fn create(call: &mut Call<'_>, row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::Team, Right::Create)?;
    let mut row = blank(call, row);
    changes.apply(&mut row);
    match changes.guid("azureactivedirectoryobjectid") {
        Some(group) => of_group(call, &mut row, changes, group)?,
        None if matches!(row.int("teamtype"), Some(2 | 3)) => {
            let why = "A team of an Entra group needs azureactivedirectoryobjectid.";
            return Err(Code::InvalidArgument.error(&[&why]));
        }
        None => {}
    }
    if row.text("name").is_none_or(|name| name.trim().is_empty()) {
        return Err(Code::TeamNameMissing.error(&[]));
    }
    for column in ["businessunitid", "administratorid"] {
        if row.get(column).is_null() {
            return Err(Code::RequiredFieldMissing.error(&[&column]));
        }
    }
    let unit = row.guid("businessunitid").unwrap_or_default();
    call.caller.need_create(call.store(), TableId::Team, Some(unit))?;
    free_name(call, &row, unit)?;
    call.store_mut().put(row);
    Ok(())
}

/// Takes from the group of the directory what the request leaves out.
fn of_group(call: &Call<'_>, row: &mut Row, changes: &Changes, group: Uuid) -> Result<(), ApiError> {
    let Some(known) = call.world.directory.group(group) else {
        let why = format!("The group {group} was not found in the directory of the organization.");
        return Err(Code::InvalidArgument.error(&[&why]));
    };
    let kind = known.kind.team_type();
    if changes.get("teamtype").is_none() {
        row.set("teamtype", Val::Int(kind));
    } else if row.int("teamtype") != Some(kind) {
        return Err(ApiError::unsupported("a team whose type is not that of its Entra group"));
    }
    if row.get("name").is_null() {
        row.set("name", Val::text(&known.display_name));
    }
    if changes.get("businessunitid").is_none() {
        row.set("businessunitid", Val::Guid(root_unit(call.store())));
    }
    let membership = row.int("membershiptype").unwrap_or_default();
    if team_of(call.store(), group, membership).is_some() {
        return Err(Code::DuplicateKey.error(&[&group, &"azureactivedirectoryobjectid,membershiptype"]));
    }
    Ok(())
}

/// Whether no other team of the business unit has the name.
fn free_name(call: &Call<'_>, row: &Row, unit: Uuid) -> Result<(), ApiError> {
    let name = row.text("name").map(fold);
    let teams = call.store().rows_by(TableId::Team, "businessunitid", unit);
    let taken = teams.iter().any(|team| team.id != row.id && team.text("name").map(fold) == name);
    if taken && call.world.switches.team_names_are_unique {
        return Err(Code::DuplicateRecord.error(&[]));
    }
    Ok(())
}

/// Changes a team; a move takes its roles.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    if changes.get("azureactivedirectoryobjectid").is_some() {
        return Err(ApiError::unsupported("changing the group of a team"));
    }
    if changes.get("name").is_some() && changes.text("name").is_none_or(|name| name.trim().is_empty()) {
        return Err(Code::TeamNameMissing.error(&[]));
    }
    for column in ["businessunitid", "administratorid"] {
        if changes.get(column).is_some_and(Val::is_null) {
            return Err(Code::RequiredFieldMissing.error(&[&column]));
        }
    }
    let renamed = changes.text("name").is_some_and(|name| row.text("name") != Some(name));
    if renamed && row.flag("isdefault") {
        return Err(Code::DefaultTeamRename.error(&[]));
    }
    let moved = changes.guid("businessunitid").filter(|unit| Some(*unit) != row.guid("businessunitid"));
    if let Some(unit) = moved {
        may_move(call, row, unit)?;
    }
    let changed = super::applied(call, row, changes);
    if (renamed || moved.is_some())
        && let Some(unit) = changed.guid("businessunitid")
    {
        free_name(call, &changed, unit)?;
    }
    call.store_mut().put(changed);
    if let Some(unit) = moved {
        after_move(call, row.id, unit);
    }
    Ok(())
}

fn may_move(call: &Call<'_>, row: &Row, unit: Uuid) -> Result<(), ApiError> {
    if row.flag("isdefault") {
        return Err(Code::DefaultTeamParent.error(&[]));
    }
    let target = call.store().row(TableId::BusinessUnit, unit);
    let target = target.ok_or_else(|| missing_row("businessunit", unit))?;
    if target.flag("isdisabled") {
        return Err(Code::BusinessUnitDisabled.error(&[&unit]).with_status(400));
    }
    for place in [row.guid("businessunitid"), Some(unit)] {
        call.caller.need_task(call.store(), "prvReparentTeam", place)?;
    }
    Ok(())
}

/// A moved team loses its roles; its rows follow it.
fn after_move(call: &mut Call<'_>, team: Uuid, unit: Uuid) {
    for role in call.store().rights(PairKind::TeamRole, team) {
        call.store_mut().unlink(PairKind::TeamRole, team, role);
    }
    follow_owner(call, team, unit);
}

/// Moves a team into another business unit (`SetParentTeam`).
pub(crate) fn set_parent(call: &mut Call<'_>, row: &Row, unit: Uuid) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    if row.guid("businessunitid") == Some(unit) {
        return Ok(());
    }
    may_move(call, row, unit)?;
    free_name(call, row, unit)?;
    let changed = row
        .clone()
        .with("businessunitid", Val::Guid(unit))
        .with("modifiedon", crate::read::now())
        .with("modifiedby", Val::Guid(call.caller.user));
    call.store_mut().put(changed);
    after_move(call, row.id, unit);
    Ok(())
}

/// Makes an owner team an access team (`ConvertOwnerTeamToAccessTeam`).
pub(crate) fn convert(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    if row.int("teamtype") != Some(0) || row.flag("isdefault") {
        let why = "Only an owner team that is not the default team of a business unit can be converted.";
        return Err(Code::InvalidArgument.error(&[&why]));
    }
    let holds = |kind| !call.store().rights(kind, row.id).is_empty();
    if holds(PairKind::TeamRole) || holds(PairKind::TeamProfile) {
        return Err(Code::TeamTypeRoles.error(&[]));
    }
    if !owned_by(call.store(), row.id).is_empty() {
        return Err(Code::TeamTypeRecords.error(&[]));
    }
    let changed = row
        .clone()
        .with("teamtype", Val::Int(1))
        .with("modifiedon", crate::read::now())
        .with("modifiedby", Val::Guid(call.caller.user));
    call.store_mut().put(changed);
    Ok(())
}

/// Deletes a team that is not the default team of its business unit and owns nothing.
pub(super) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    if row.flag("isdefault") {
        return Err(Code::DefaultTeamDelete.error(&[]));
    }
    if !owned_by(call.store(), row.id).is_empty() {
        return Err(Code::TeamOwnsRecords.error(&[]));
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
