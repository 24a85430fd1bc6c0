//! Roles: creation with copies and default privileges, changes, deletion.

use uuid::Uuid;

use super::guard::{elevation_by_role, is_admin_role};
use crate::access::Right;
use crate::call::Call;
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::seed::{BASIC_TEMPLATE, CUSTOMIZER_TEMPLATE, DEFAULTS, SUPPORT_TEMPLATE};
use crate::store::{Depth, Grants, PairKind, Row, Store, Val, fold};

/// Whether a role row is the root copy.
pub(crate) fn is_root_copy(role: &Row) -> bool {
    role.get("parentroleid").is_null()
}

/// Creates a role in a business unit, its copies in the descendants and its nine privileges.
pub(super) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::Role, Right::Create)?;
    if changes.text("name").is_none_or(|name| name.trim().is_empty()) {
        return Err(Code::RoleMissingName.error(&[]));
    }
    let unit = changes.guid("businessunitid").ok_or_else(|| Code::RoleMissingBusinessUnit.error(&[]))?;
    call.caller.need_create(call.store(), TableId::Role, Some(unit))?;
    solution(call)?;
    row.set("isinherited", Val::Int(1));
    row.set("iscustomizable", Val::Bool(true));
    row.set("canbedeleted", Val::Bool(true));
    row.set("ismanaged", Val::Bool(false));
    row.set("componentstate", Val::Int(0));
    row.set("overwritetime", Val::text("1900-01-01T00:00:00Z"));
    row.set("roleidunique", Val::Guid(Uuid::new_v4()));
    changes.apply(&mut row);
    row.set("parentrootroleid", Val::Guid(row.id));
    let name = row.text("name").unwrap_or_default().to_owned();
    let units = subtree(call.store(), unit);
    free_name(call.store(), &name, &units, row.id)?;
    let id = row.id;
    call.store_mut().put(row);
    for child in units.iter().skip(1) {
        copy_into(call.store_mut(), id, *child);
    }
    let defaults: Grants =
        DEFAULTS.iter().filter_map(|name| Some((catalogue().position_of(name)?, Depth::Global))).collect();
    call.store_mut().set_grants(id, Some(defaults));
    Ok(())
}

/// `MSCRM.SolutionUniqueName` must name a solution that is there and not managed.
pub(super) fn solution(call: &Call<'_>) -> Result<(), ApiError> {
    let Some(name) = call.request.header("mscrm.solutionuniquename") else { return Ok(()) };
    let known = call
        .store()
        .rows(TableId::Solution)
        .any(|row| row.text("uniquename").is_some_and(|n| n.eq_ignore_ascii_case(name)));
    if known {
        return Ok(());
    }
    Err(Code::InvalidArgument.error(&[&format!("The solution with the unique name '{name}' was not found.")]))
}

/// A business unit and its descendants, parents first.
pub(crate) fn subtree(store: &Store, unit: Uuid) -> Vec<Uuid> {
    let mut found = vec![unit];
    let mut at = 0;
    while at < found.len() {
        let children = store.rows_by(TableId::BusinessUnit, "parentbusinessunitid", found[at]);
        found.extend(children.iter().map(|child| child.id));
        at += 1;
    }
    found
}

fn free_name(store: &Store, name: &str, units: &[Uuid], root: Uuid) -> Result<(), ApiError> {
    for unit in units {
        let taken = store.rows_by(TableId::Role, "businessunitid", *unit).into_iter().find(|role| {
            role.guid("parentrootroleid") != Some(root)
                && role.text("name").is_some_and(|known| fold(known) == fold(name))
        });
        if let Some(role) = taken {
            return Err(Code::RoleAlreadyExists.error(&[&name, unit, &role.id]));
        }
    }
    Ok(())
}

/// Copies the role of the parent business unit into a business unit.
pub(crate) fn copy_into(store: &mut Store, root: Uuid, unit: Uuid) {
    let parent = store.row(TableId::BusinessUnit, unit).and_then(|row| row.guid("parentbusinessunitid"));
    let above = store
        .rows_by(TableId::Role, "parentrootroleid", root)
        .into_iter()
        .find(|role| role.guid("businessunitid") == parent);
    let Some(above) = above else { return };
    let id = Uuid::new_v4();
    let mut copy = above.as_ref().clone();
    copy.id = id;
    copy.set("roleid", Val::Guid(id));
    copy.set("businessunitid", Val::Guid(unit));
    copy.set("parentroleid", Val::Guid(above.id));
    copy.set("parentrootroleid", Val::Guid(root));
    copy.set("createdon", crate::read::now());
    copy.set("modifiedon", crate::read::now());
    store.put(copy);
}

/// Whether the privileges and properties of a role may be edited.
pub(crate) fn may_edit(call: &Call<'_>, role: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), role, Right::Write)?;
    if is_admin_role(role) {
        return Err(Code::AdminRoleNotEditable.error(&[]));
    }
    if role.guid("roletemplateid") == Some(SUPPORT_TEMPLATE) {
        return Err(Code::SupportRoleNotEditable.error(&[]));
    }
    if !is_root_copy(role) {
        return Err(Code::RestrictInheritedRole.error(&[]));
    }
    if role.flag("ismanaged") && !role.flag("iscustomizable") {
        return Err(Code::ManagedNotEditable.error(&[&role.id]));
    }
    Ok(())
}

/// Changes a root copy and, with it, every copy.
pub(super) fn update(call: &mut Call<'_>, role: &Row, changes: &Changes) -> Result<(), ApiError> {
    may_edit(call, role)?;
    elevation_by_role(call, role)?;
    if let Some(unit) = changes.get("businessunitid")
        && unit.as_guid() != role.guid("businessunitid")
    {
        return Err(Code::InvalidArgument.error(&[&"The business unit of a role cannot be changed."]));
    }
    if changes.get("name").is_some() {
        let name = changes.text("name").unwrap_or_default();
        if name.trim().is_empty() {
            return Err(Code::RequiredFieldMissing.error(&[&"name"]));
        }
        let units = role.guid("businessunitid").map_or_else(Vec::new, |unit| subtree(call.store(), unit));
        free_name(call.store(), name, &units, role.id)?;
    }
    for copy in call.store().rows_by(TableId::Role, "parentrootroleid", role.id) {
        let unit = copy.get("businessunitid").clone();
        let mut changed = super::applied(call, &copy, changes);
        changed.set("roleid", Val::Guid(copy.id));
        changed.set("businessunitid", unit);
        call.store_mut().put(changed);
    }
    Ok(())
}

/// Deletes a root copy with all its copies and assignments.
pub(super) fn delete(call: &mut Call<'_>, role: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), role, Right::Delete)?;
    let template = role.guid("roletemplateid");
    if is_admin_role(role) {
        return Err(Code::AdminRoleNotDeletable.error(&[]));
    }
    match template {
        Some(CUSTOMIZER_TEMPLATE) => return Err(Code::CustomizerNotDeletable.error(&[])),
        Some(BASIC_TEMPLATE) => return Err(Code::BasicUserNotDeletable.error(&[])),
        Some(SUPPORT_TEMPLATE) => return Err(Code::SupportRoleNotDeletable.error(&[])),
        _ => {}
    }
    if !is_root_copy(role) {
        return Err(Code::CannotDeleteInheritedRole.error(&[]));
    }
    if role.flag("ismanaged") || !role.flag("canbedeleted") {
        return Err(Code::ManagedNotDeletable.error(&[&role.id]));
    }
    let copies = call.store().rows_by(TableId::Role, "parentrootroleid", role.id);
    if call.world.switches.assigned_role_blocks_delete {
        let held = copies.iter().any(|copy| {
            !call.store().lefts(PairKind::UserRole, copy.id).is_empty()
                || !call.store().lefts(PairKind::TeamRole, copy.id).is_empty()
        });
        if held {
            return Err(Code::CannotDeleteDueToAssociation.error(&[&"the role is assigned"]));
        }
    }
    for copy in copies {
        remove_copy(call.store_mut(), copy.id);
    }
    call.store_mut().set_grants(role.id, None);
    Ok(())
}

/// Removes one role row with its assignments.
pub(crate) fn remove_copy(store: &mut Store, role: Uuid) {
    for user in store.lefts(PairKind::UserRole, role) {
        store.unlink(PairKind::UserRole, user, role);
    }
    for team in store.lefts(PairKind::TeamRole, role) {
        store.unlink(PairKind::TeamRole, team, role);
    }
    store.remove(TableId::Role, role);
}
