//! Changing users.

use uuid::Uuid;

use super::guard::{administrators, is_built_in, is_last_administrator};
use super::licenses::needs_license;
use super::users::{join_default_team, non_interactive_quota, strip_roles};
use crate::access::Right;
use crate::call::Call;
use crate::directory::Existence;
use crate::errors::{ApiError, Code, missing_row};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::seed::full_name;
use crate::store::{Row, Val};

/// Changes a user.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    if is_built_in(row) {
        return Err(Code::BuiltInUser.error(&[]));
    }
    for (column, code) in [
        ("islicensed", Code::LicensedNotEditable),
        ("issyncwithdirectory", Code::SyncNotEditable),
        ("azureactivedirectoryobjectid", Code::ObjectIdNotEditable),
    ] {
        if changes.get(column).is_some() {
            return Err(code.error(&[]));
        }
    }
    if row.int("deletedstate") == Some(1) {
        let text = format!("The user (Id={}) is deleted and cannot be updated.", row.id);
        return Err(Code::InvalidArgument.error(&[&text]));
    }
    required(changes)?;
    application(row, changes)?;
    disabling(call, row, changes)?;
    access_mode(call, row, changes)?;
    manager(call, row, changes)?;

    let unit = changes.guid("businessunitid").filter(|unit| Some(*unit) != row.guid("businessunitid"));
    if let Some(unit) = unit {
        may_move(call, row, unit)?;
    }
    let mut changed = super::applied(call, row, changes);
    if changes.get("firstname").is_some() || changes.get("lastname").is_some() {
        full_name(&mut changed);
    }
    call.store_mut().put(changed);
    if let Some(unit) = unit {
        moved(call, row.id, unit);
    }
    Ok(())
}

fn required(changes: &Changes) -> Result<(), ApiError> {
    for column in ["domainname", "internalemailaddress", "businessunitid", "accessmode", "isdisabled"] {
        if changes.get(column).is_some_and(Val::is_null) {
            return Err(Code::RequiredFieldMissing.error(&[&column]));
        }
    }
    Ok(())
}

/// Disabling or enabling an application user needs its application id in the body; the id never changes.
fn application(row: &Row, changes: &Changes) -> Result<(), ApiError> {
    let sent = changes.get("applicationid");
    match row.guid("applicationid") {
        Some(own) => {
            let differs = sent.is_some_and(|value| value.as_guid() != Some(own));
            let absent = changes.get("isdisabled").is_some() && sent.is_none();
            if differs || absent { Err(Code::ApplicationUserNotEditable.error(&[])) } else { Ok(()) }
        }
        None if sent.is_some_and(|value| !value.is_null()) => {
            Err(ApiError::unsupported("making a person an application user by applicationid"))
        }
        None => Ok(()),
    }
}

fn disabling(call: &Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    let Some(Val::Bool(disable)) = changes.get("isdisabled") else { return Ok(()) };
    if *disable == row.flag("isdisabled") {
        return Ok(());
    }
    call.caller.need_task(call.store(), "prvDisableUser", row.guid("businessunitid"))?;
    let person = row.guid("azureactivedirectoryobjectid").and_then(|id| call.world.directory.person(id));
    if *disable {
        if person.is_some_and(|person| person.tenant_admin) {
            return Err(Code::TenantAdminDisable.error(&[]));
        }
        if is_last_administrator(call.store(), row.id) {
            return Err(Code::DisableLastAdmin.error(&[]));
        }
        return Ok(());
    }
    let Some(person) = person else { return Ok(()) };
    let mode = match changes.get("accessmode") {
        Some(Val::Int(mode)) => Some(*mode),
        _ => row.int("accessmode"),
    };
    if !person.licensed && !person.tenant_admin && needs_license(mode) {
        return Err(Code::CannotEnableUnlicensed.error(&[&row.id]));
    }
    if person.state != Existence::Exists {
        return Err(ApiError::unsupported("enabling a user who is not in Entra"));
    }
    Ok(())
}

fn access_mode(call: &Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    let (Some(Val::Int(new)), Some(old)) = (changes.get("accessmode"), row.int("accessmode")) else {
        return Ok(());
    };
    if *new == old {
        return Ok(());
    }
    if row.guid("applicationid").is_some() {
        return Err(Code::ApplicationUserNotEditable.error(&[]));
    }
    if row.id == call.caller.user {
        return Err(Code::OwnAccessMode.error(&[]));
    }
    let others = administrators(call.store());
    let read_write = |user: &Row| user.int("accessmode") == Some(0);
    if old == 0
        && others.iter().any(|user| user.id == row.id)
        && !others
            .iter()
            .any(|user| user.id != row.id && (read_write(user) || !user.get("applicationid").is_null()))
    {
        return Err(Code::LastReadWriteAdmin.error(&[]));
    }
    let person = row.guid("azureactivedirectoryobjectid").and_then(|id| call.world.directory.person(id));
    match *new {
        4 => non_interactive_quota(call.store()),
        3 | 5 => Err(ApiError::unsupported("making a user a support user or a delegated administrator")),
        mode if needs_license(Some(mode))
            && person.is_some_and(|person| !person.licensed && !person.tenant_admin) =>
        {
            Err(Code::AccessModeUnlicensed.error(&[&row.id]))
        }
        _ => Ok(()),
    }
}

fn manager(call: &Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    let Some(manager) = changes.guid("parentsystemuserid") else { return Ok(()) };
    let mut current = Some(manager);
    while let Some(id) = current {
        if id == row.id {
            return Err(Code::ManagerLoop.error(&[&manager]));
        }
        current = call.store().row(TableId::SystemUser, id).and_then(|user| user.guid("parentsystemuserid"));
    }
    Ok(())
}

/// Whether a user may be moved into a business unit.
pub(crate) fn may_move(call: &Call<'_>, row: &Row, unit: Uuid) -> Result<(), ApiError> {
    let target =
        call.store().row(TableId::BusinessUnit, unit).ok_or_else(|| missing_row("businessunit", unit))?;
    if target.flag("isdisabled") {
        return Err(Code::BusinessUnitDisabled.error(&[&unit]).with_status(400));
    }
    for place in [row.guid("businessunitid"), Some(unit)] {
        call.caller.need_task(call.store(), "prvReparentUser", place)?;
    }
    if is_last_administrator(call.store(), row.id) && strips(call) {
        return Err(Code::RemoveLastAdmin.error(&[]));
    }
    Ok(())
}

fn strips(call: &Call<'_>) -> bool {
    let modern = call.world.setting_on("EnableOwnershipAcrossBusinessUnits");
    !(modern && call.world.setting_on("DoNotRemoveRolesOnChangeBusinessUnit"))
}

/// What follows a move: the default team changes and the directly assigned roles are gone.
pub(crate) fn moved(call: &mut Call<'_>, user: Uuid, unit: Uuid) {
    let strip = strips(call);
    let store = call.store_mut();
    join_default_team(store, user, unit);
    super::settings::follow(store, user, unit);
    if strip {
        strip_roles(store, user);
    }
    super::ownership::follow_owner(call, user, unit);
}
