//! Business units: a tree with a default team and role copies each.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::guard::administrator_outside;
use super::ownership::owned_by;
use super::roles::{copy_into, remove_copy, subtree};
use super::users::default_team;
use crate::access::{Right, within};
use crate::call::Call;
use crate::errors::{ApiError, Code, missing_row};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{PairKind, Row, Store, Val, fold};

/// Creates a business unit with its default team and a copy of every role of its parent.
pub(super) fn create(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need(call.store(), TableId::BusinessUnit, Right::Create)?;
    let Some(name) = changes.text("name").filter(|name| !name.trim().is_empty()) else {
        return Err(Code::UnitNameMissing.error(&[]));
    };
    let parent = changes.guid("parentbusinessunitid").ok_or_else(|| Code::UnitParentMissing.error(&[]))?;
    call.caller.need_create(call.store(), TableId::BusinessUnit, Some(parent))?;
    free_name(call.store(), name, parent, row.id)?;
    row.set("isdisabled", Val::Bool(false));
    row.set("inheritancemask", Val::Int(1023));
    row.set("workflowsuspended", Val::Bool(false));
    changes.apply(&mut row);
    let id = row.id;
    let team = team_row(call, &row);
    call.store_mut().put(row);
    call.store_mut().put(team);
    for role in call.store().rows_by(TableId::Role, "businessunitid", parent) {
        copy_into(call.store_mut(), role.guid("parentrootroleid").unwrap_or(role.id), id);
    }
    Ok(())
}

fn team_row(call: &Call<'_>, unit: &Row) -> Row {
    let id = Uuid::new_v4();
    let mut team = Row::new(TableId::Team, id)
        .with("ownerid", Val::Guid(id))
        .with("name", unit.get("name").clone())
        .with("businessunitid", Val::Guid(unit.id))
        .with("administratorid", Val::Guid(call.caller.user))
        .with("teamtype", Val::Int(0))
        .with("membershiptype", Val::Int(0))
        .with("isdefault", Val::Bool(true))
        .with("systemmanaged", Val::Bool(false));
    for column in ["organizationid", "createdon", "modifiedon", "createdby", "modifiedby"] {
        team.set(column, unit.get(column).clone());
    }
    team
}

fn free_name(store: &Store, name: &str, parent: Uuid, own: Uuid) -> Result<(), ApiError> {
    let siblings = store.rows_by(TableId::BusinessUnit, "parentbusinessunitid", parent);
    let same = |row: &Row| row.id != own && row.text("name").is_some_and(|known| fold(known) == fold(name));
    if siblings.iter().any(|row| same(row)) {
        return Err(Code::DuplicateName.error(&[&name]));
    }
    Ok(())
}

/// Changes a business unit.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    let old_parent = row.guid("parentbusinessunitid");
    if changes.get("name").is_some() && changes.text("name").is_none_or(|name| name.trim().is_empty()) {
        return Err(Code::UnitNameMissing.error(&[]));
    }
    let moved = match changes.get("parentbusinessunitid") {
        Some(value) if value.as_guid() != old_parent => {
            let parent = value.as_guid().ok_or_else(|| Code::UnitParentMissing.error(&[]))?;
            may_move(call, row, parent)?;
            Some(parent)
        }
        _ => None,
    };
    if let (Some(name), Some(parent)) = (changes.text("name"), moved.or(old_parent)) {
        free_name(call.store(), name, parent, row.id)?;
    }
    if let Some(Val::Bool(disable)) = changes.get("isdisabled")
        && *disable != row.flag("isdisabled")
    {
        call.caller.need_task(call.store(), "prvDisableBusinessUnit", None)?;
        if *disable && old_parent.is_none() {
            return Err(Code::RootUnitDisable.error(&[]));
        }
        if *disable && !administrator_outside(call.store(), row.id) {
            return Err(Code::UnitLastAdmin.error(&[]));
        }
    }
    let changed = super::applied(call, row, changes);
    call.store_mut().put(changed);
    if let Some(name) = changes.text("name")
        && let Some(team) = default_team(call.store(), row.id)
    {
        let team = team.as_ref().clone().with("name", Val::text(name));
        call.store_mut().put(team);
    }
    if moved.is_some() {
        rebuild_copies(call.store_mut(), row.id);
    }
    Ok(())
}

fn may_move(call: &Call<'_>, row: &Row, parent: Uuid) -> Result<(), ApiError> {
    call.caller.need_task(call.store(), "prvReparentBusinessUnit", None)?;
    if row.get("parentbusinessunitid").is_null() || within(call.store(), parent, row.id) {
        return Err(Code::UnitLoop.error(&[&parent]));
    }
    if call.store().row(TableId::BusinessUnit, parent).is_none() {
        return Err(missing_row("businessunit", parent));
    }
    Ok(())
}

/// After a move every unit of the subtree holds copies of the roles of its ancestors, and no others.
fn rebuild_copies(store: &mut Store, unit: Uuid) {
    for unit in subtree(store, unit) {
        let parent = store.row(TableId::BusinessUnit, unit).and_then(|row| row.guid("parentbusinessunitid"));
        let Some(parent) = parent else { continue };
        let wanted: BTreeSet<Uuid> = store
            .rows_by(TableId::Role, "businessunitid", parent)
            .iter()
            .filter_map(|role| role.guid("parentrootroleid"))
            .collect();
        let mut present = BTreeSet::new();
        for role in store.rows_by(TableId::Role, "businessunitid", unit) {
            let root = role.guid("parentrootroleid").unwrap_or(role.id);
            if root == role.id {
                continue;
            }
            if !wanted.contains(&root) {
                remove_copy(store, role.id);
                continue;
            }
            present.insert(root);
            let above = store
                .rows_by(TableId::Role, "parentrootroleid", root)
                .into_iter()
                .find(|known| known.guid("businessunitid") == Some(parent));
            if let Some(above) = above {
                let copy = role.as_ref().clone().with("parentroleid", Val::Guid(above.id));
                store.put(copy);
            }
        }
        for root in wanted.difference(&present) {
            copy_into(store, *root, unit);
        }
    }
}

/// Deletes a disabled, empty business unit with its default team and its roles.
pub(super) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Delete)?;
    if !row.flag("isdisabled") {
        return Err(Code::UnitNotDisabled.error(&[]));
    }
    let store = call.store_mut();
    if !store.rows_by(TableId::BusinessUnit, "parentbusinessunitid", row.id).is_empty() {
        return Err(Code::UnitHasChildren.error(&[]));
    }
    if !store.rows_by(TableId::SystemUser, "businessunitid", row.id).is_empty() {
        return Err(Code::CannotDeleteDueToAssociation.error(&[&"the business unit has users"]));
    }
    let teams = store.rows_by(TableId::Team, "businessunitid", row.id);
    if teams.iter().any(|team| !team.flag("isdefault")) {
        return Err(Code::CannotDeleteDueToAssociation.error(&[&"the business unit has teams"]));
    }
    if teams.iter().any(|team| !owned_by(store, team.id).is_empty()) {
        return Err(Code::UnitTeamOwnsRecords.error(&[]));
    }
    for team in teams {
        for role in store.rights(PairKind::TeamRole, team.id) {
            store.unlink(PairKind::TeamRole, team.id, role);
        }
        store.remove(TableId::Team, team.id);
    }
    for role in store.rows_by(TableId::Role, "businessunitid", row.id) {
        remove_copy(store, role.id);
        if role.guid("parentrootroleid") == Some(role.id) {
            store.set_grants(role.id, None);
        }
    }
    store.remove(TableId::BusinessUnit, row.id);
    Ok(())
}
