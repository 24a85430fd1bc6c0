//! Creating and deleting users.

use std::sync::Arc;

use uuid::Uuid;

use super::entra_users;
use super::guard::{is_built_in, is_last_administrator};
use crate::access::Right;
use crate::call::Call;
use crate::directory::Existence;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::seed::{add_settings, fill_application, fill_person, user_defaults};
use crate::store::{PairKind, Row, Store, Val};

/// At most so many non-interactive users.
const NON_INTERACTIVE: usize = 7;

/// The root business unit.
pub(crate) fn root_unit(store: &Store) -> Uuid {
    store
        .rows(TableId::BusinessUnit)
        .find(|unit| unit.get("parentbusinessunitid").is_null())
        .map_or_else(Uuid::nil, |unit| unit.id)
}

/// The default team of a business unit.
pub(crate) fn default_team(store: &Store, unit: Uuid) -> Option<Arc<Row>> {
    store.rows_by(TableId::Team, "businessunitid", unit).into_iter().find(|team| team.flag("isdefault"))
}

/// Creates a user: an application user when `applicationid` is set, else a person.
pub(crate) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    let unit = changes.guid("businessunitid").unwrap_or_else(|| root_unit(call.store()));
    call.caller.need_create(call.store(), TableId::SystemUser, Some(unit))?;
    for (column, code) in
        [("islicensed", Code::LicensedNotCreatable), ("issyncwithdirectory", Code::SyncNotEditable)]
    {
        if changes.get(column).is_some() {
            return Err(code.error(&[]));
        }
    }
    user_defaults(&mut row);
    changes.apply(&mut row);
    row.set("businessunitid", Val::Guid(unit));
    match changes.guid("applicationid") {
        Some(application) => application_user(call, &mut row, application, changes)?,
        None => person(call, &mut row, changes)?,
    }
    if row.int("accessmode").is_none() {
        return Err(Code::RequiredFieldMissing.error(&[&"accessmode"]));
    }
    let (id, unit) = (row.id, unit);
    let object_id = row.guid("azureactivedirectoryobjectid");
    let row = call.store_mut().put(row);
    add_settings(call.store_mut(), &row);
    join_default_team(call.store_mut(), id, unit);
    if let Some(object_id) = object_id {
        super::licenses::apply(call.world, object_id);
    }
    Ok(())
}

/// Moves a user into the default team of a business unit.
pub(crate) fn join_default_team(store: &mut Store, user: Uuid, unit: Uuid) {
    for team in store.lefts(PairKind::TeamMember, user) {
        if store.row(TableId::Team, team).is_some_and(|team| team.flag("isdefault")) {
            store.unlink(PairKind::TeamMember, team, user);
        }
    }
    if let Some(team) = default_team(store, unit) {
        store.link(PairKind::TeamMember, team.id, user);
    }
}

fn application_user(
    call: &mut Call<'_>,
    row: &mut Row,
    application: Uuid,
    changes: &Changes,
) -> Result<(), ApiError> {
    if let Some(mode) = changes.get("accessmode")
        && *mode != Val::Int(4)
    {
        return Err(ApiError::unsupported("an application user whose accessmode is not 4"));
    }
    if let Some(known) = call.store().rows_by(TableId::SystemUser, "applicationid", application).first() {
        return Err(Code::UserAlreadyExists.error(&[&known.id]));
    }
    let Some(principal) = call.world.directory.application(application).cloned() else {
        return Err(Code::ApplicationNotFound.error(&[&application]));
    };
    if let Some(id) = changes.guid("azureactivedirectoryobjectid")
        && id != principal.object_id
    {
        return Err(ApiError::unsupported("an azureactivedirectoryobjectid that is not the application's"));
    }
    fill_application(row, &principal);
    Ok(())
}

fn person(call: &mut Call<'_>, row: &mut Row, changes: &Changes) -> Result<(), ApiError> {
    let directory = &call.world.directory;
    let found = match (changes.guid("azureactivedirectoryobjectid"), changes.text("domainname")) {
        (Some(id), _) => directory.person(id).ok_or_else(|| Code::UnknownUpn.error(&[&id])),
        (None, Some(upn)) => directory.person_named(upn).ok_or_else(|| Code::UnknownUpn.error(&[&upn])),
        (None, None) => Err(Code::RequiredFieldMissing.error(&[&"domainname"])),
    };
    let person = found?.clone();
    if person.state != Existence::Exists || !entra_users::admitted(call.world, &person) {
        return Err(Code::UnknownUpn.error(&[&person.user_principal_name]));
    }
    if let Some(known) = entra_users::person_row(call.store(), person.object_id) {
        return Err(Code::UserAlreadyExists.error(&[&known.id]));
    }
    let mode = row.int("accessmode");
    if matches!(mode, Some(3 | 5)) {
        return Err(ApiError::unsupported("creating a support user or a delegated administrator"));
    }
    if !person.licensed && !person.tenant_admin && mode != Some(1) {
        return Err(Code::UserUnlicensed.error(&[&person.user_principal_name]));
    }
    if mode == Some(4) {
        non_interactive_quota(call.store())?;
    }
    fill_person(row, &person);
    Ok(())
}

/// Refuses one more non-interactive user when there are seven.
pub(crate) fn non_interactive_quota(store: &Store) -> Result<(), ApiError> {
    let count = store
        .rows(TableId::SystemUser)
        .filter(|user| user.int("accessmode") == Some(4) && user.get("applicationid").is_null())
        .count();
    if count >= NON_INTERACTIVE { Err(Code::NonInteractiveQuota.error(&[&NON_INTERACTIVE])) } else { Ok(()) }
}

/// Deletes a user: the first time softly, the second time for good.
pub(crate) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    if is_built_in(row) {
        return Err(Code::BuiltInUser.error(&[]));
    }
    if row.int("deletedstate") == Some(1) {
        call.store_mut().remove(TableId::SystemUser, row.id);
        call.store_mut().remove(TableId::UserSettings, row.id);
        return Ok(());
    }
    if row.get("applicationid").is_null() {
        may_delete_person(call, row)?;
    }
    if !row.flag("isdisabled") {
        let text = format!("The user (Id={}) must be disabled before it is deleted.", row.id);
        return Err(Code::InvalidArgument.error(&[&text]));
    }
    if is_last_administrator(call.store(), row.id) {
        return Err(Code::RemoveLastAdmin.error(&[]));
    }
    if !super::ownership::owned_by(call.store(), row.id).is_empty() {
        return Err(Code::CannotDeleteDueToAssociation.error(&[&"the user owns records"]));
    }
    let store = call.store_mut();
    strip_roles(store, row.id);
    for team in store.lefts(PairKind::TeamMember, row.id) {
        store.unlink(PairKind::TeamMember, team, row.id);
    }
    let mut deleted = row.clone();
    deleted.set("deletedstate", Val::Int(1));
    deleted.set("isdisabled", Val::Bool(true));
    deleted.set("modifiedon", crate::read::now());
    store.put(deleted);
    Ok(())
}

/// People can be deleted only when the environment allows it and Entra has forgotten them.
fn may_delete_person(call: &Call<'_>, row: &Row) -> Result<(), ApiError> {
    if !call.world.setting_on("EnableSystemUserDelete") {
        return Err(Code::MethodNotSupported.error(&[&"Delete", &"systemuser"]));
    }
    let person = row.guid("azureactivedirectoryobjectid").and_then(|id| call.world.directory.person(id));
    if person.is_some_and(|person| person.state != Existence::HardDeleted) {
        let text =
            format!("The user (Id={}) still exists in Microsoft Entra ID and cannot be deleted.", row.id);
        return Err(Code::InvalidArgument.error(&[&text]));
    }
    Ok(())
}

/// Takes every directly assigned role from a user.
pub(crate) fn strip_roles(store: &mut Store, user: Uuid) {
    for role in store.rights(PairKind::UserRole, user) {
        store.unlink(PairKind::UserRole, user, role);
    }
}
