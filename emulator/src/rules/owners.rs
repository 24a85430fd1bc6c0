//! The owner of a row: who may become it, and what follows from it.

use uuid::Uuid;

use crate::access::{Effective, Right};
use crate::call::Call;
use crate::catalogue::{RIGHTS, catalogue};
use crate::errors::{ApiError, Code, missing_row};
use crate::ownership::{children, privilege};
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// Sets the owner of a row with the columns that follow from it.
pub(super) fn set(store: &Store, row: &mut Row, owner: Uuid) {
    let user = store.row(TableId::SystemUser, owner);
    let team = store.row(TableId::Team, owner);
    let unit = user.as_ref().or(team.as_ref()).and_then(|owner| owner.guid("businessunitid"));
    let id = |present: bool| if present { Val::Guid(owner) } else { Val::Null };
    row.set("ownerid", Val::Guid(owner));
    row.set("owninguser", id(user.is_some()));
    row.set("owningteam", id(team.is_some()));
    row.set("owningbusinessunit", unit.map_or(Val::Null, Val::Guid));
}

/// Whether a principal may own rows of a table: it must be able to read them.
pub(super) fn may_own(call: &Call<'_>, table: TableId, owner: Uuid) -> Result<(), ApiError> {
    let store = call.store();
    let (kind, set, unit) = if let Some(team) = store.row(TableId::Team, owner) {
        if team.int("teamtype") == Some(1) {
            return Err(Code::AssignToAccessTeam.error(&[]));
        }
        ("team", Effective::of(store, &team), team.guid("businessunitid"))
    } else {
        let user = store.row(TableId::SystemUser, owner).ok_or_else(|| missing_row("systemuser", owner))?;
        if user.flag("isdisabled") {
            return Err(Code::UserNotEnabled.error(&[&owner]));
        }
        ("user", Effective::of(store, &user), user.guid("businessunitid"))
    };
    let disabled = unit.and_then(|unit| store.row(TableId::BusinessUnit, unit));
    if disabled.is_some_and(|unit| unit.flag("isdisabled")) {
        return Err(Code::UnitDisabledForAssign.error(&[&unit.unwrap_or_default()]));
    }
    match privilege(table, Right::Read) {
        Some(position) if set.depth(position).is_none() => {
            let name = catalogue().privilege(position).name;
            Err(Code::OwnerWithoutRead.error(&[&kind, &owner, &name, &table.def().logical]))
        }
        _ => Ok(()),
    }
}

/// Gives a row, and the rows below it that had the same owner or any other, to a new owner.
pub(super) fn assign(call: &mut Call<'_>, row: &mut Row, owner: Uuid) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Assign)?;
    may_own(call, row.table, owner)?;
    let previous = row.guid("ownerid");
    let keeps = call
        .store()
        .rows(TableId::Organization)
        .next()
        .is_some_and(|organization| organization.flag("sharetopreviousowneronassign"));
    set(call.store(), row, owner);
    drop_share(call.store_mut(), row.id, owner);
    if let Some(previous) = previous.filter(|previous| keeps && *previous != owner) {
        let all =
            RIGHTS.iter().filter(|(name, _)| *name != "Create").fold(0, |mask, (_, right)| mask | right);
        let kind = if call.store().row(TableId::Team, previous).is_some() {
            TableId::Team
        } else {
            TableId::SystemUser
        };
        put_share(call.store_mut(), row, kind, previous, all);
    }
    for child in children(call.store(), row) {
        let mut child = child.as_ref().clone();
        if child.guid("ownerid") != Some(owner) {
            assign(call, &mut child, owner)?;
            child.set("modifiedon", crate::read::now());
            child.set("modifiedby", Val::Guid(call.caller.user));
            call.store_mut().put(child);
        }
    }
    Ok(())
}

/// Writes the share of a row with a principal.
pub(crate) fn put_share(store: &mut Store, row: &Row, kind: TableId, principal: Uuid, mask: i64) {
    let known = share(store, row.id, principal);
    let share = Row::new(TableId::Share, known.map_or_else(Uuid::new_v4, |known| known.id))
        .with("objectid", Val::Guid(row.id))
        .with("objecttypecode", Val::text(row.table.def().logical))
        .with("principalid", Val::Guid(principal))
        .with("principaltypecode", Val::text(kind.def().logical))
        .with("accessrightsmask", Val::Int(mask))
        .with("changedon", crate::read::now());
    store.put(share);
}

/// The share of a row with a principal.
pub(crate) fn share(store: &Store, object: Uuid, principal: Uuid) -> Option<std::sync::Arc<Row>> {
    let mut shares = store.rows_by(TableId::Share, "objectid", object).into_iter();
    shares.find(|share| share.guid("principalid") == Some(principal))
}

/// Removes the share of a row with a principal, if there is one.
pub(crate) fn drop_share(store: &mut Store, object: Uuid, principal: Uuid) {
    if let Some(share) = share(store, object, principal) {
        store.remove(TableId::Share, share.id);
    }
}
