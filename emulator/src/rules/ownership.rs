//! Rows that users and teams own.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::Right;
use crate::call::Call;
use crate::errors::ApiError;
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// The tables whose rows have an owner; users and teams own themselves and do not count.
fn owned_tables() -> impl Iterator<Item = TableId> {
    TableId::all().filter(|table| {
        !matches!(table, TableId::SystemUser | TableId::Team) && table.def().position("ownerid").is_some()
    })
}

/// Every row a user or team owns.
pub(crate) fn owned_by(store: &Store, principal: Uuid) -> Vec<Arc<Row>> {
    owned_tables()
        .flat_map(|table| store.rows(table))
        .filter(|row| row.guid("ownerid") == Some(principal))
        .cloned()
        .collect()
}

/// Gives every row of one principal to another, which may be a user or a team.
pub(crate) fn reassign(call: &mut Call<'_>, from: Uuid, to: &Row) -> Result<(), ApiError> {
    if from == to.id {
        return Ok(());
    }
    let unit = to.guid("businessunitid").map_or(Val::Null, Val::Guid);
    let (user, team) = match to.table {
        TableId::Team => (Val::Null, Val::Guid(to.id)),
        _ => (Val::Guid(to.id), Val::Null),
    };
    for row in owned_by(call.store(), from) {
        call.caller.need_on(call.store(), &row, Right::Assign)?;
        let changed = row
            .as_ref()
            .clone()
            .with("ownerid", Val::Guid(to.id))
            .with("owninguser", user.clone())
            .with("owningteam", team.clone())
            .with("owningbusinessunit", unit.clone())
            .with("modifiedon", crate::read::now())
            .with("modifiedby", Val::Guid(call.caller.user));
        call.store_mut().put(changed);
    }
    Ok(())
}

/// Rows follow their owner into another business unit (`AlwaysMoveRecordToOwnerBusinessUnit`).
pub(crate) fn follow_owner(store: &mut Store, owner: Uuid, unit: Uuid) {
    for row in owned_by(store, owner) {
        if row.guid("owningbusinessunit").is_some() {
            store.put(row.as_ref().clone().with("owningbusinessunit", Val::Guid(unit)));
        }
    }
}
