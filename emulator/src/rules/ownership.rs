//! Rows that users and teams own.

use std::sync::Arc;

use uuid::Uuid;

use crate::call::Call;
use crate::errors::ApiError;
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// The tables whose rows have an owner; users and teams own themselves and do not count.
fn owned_tables() -> impl Iterator<Item = TableId> {
    TableId::all().filter(|table| table.is_owned())
}

/// Every row a user or team owns.
pub(crate) fn owned_by(store: &Store, principal: Uuid) -> Vec<Arc<Row>> {
    owned_tables().flat_map(|table| store.rows_by(table, "ownerid", principal)).collect()
}

/// Gives every row of one principal to another, which may be a user or a team.
pub(crate) fn reassign(call: &mut Call<'_>, from: Uuid, to: &Row) -> Result<(), ApiError> {
    if from == to.id {
        return Ok(());
    }
    for row in owned_by(call.store(), from) {
        // A row that went along with the row above it has its new owner.
        let Some(row) = call.store().row(row.table, row.id).filter(|row| row.guid("ownerid") == Some(from))
        else {
            continue;
        };
        let mut changed = row.as_ref().clone();
        super::owners::assign(call, &mut changed, to.id)?;
        changed.set("modifiedon", crate::read::now());
        changed.set("modifiedby", Val::Guid(call.caller.user));
        call.store_mut().put(changed);
    }
    Ok(())
}

/// Rows follow their owner into another business unit, unless an environment with ownership across business
/// units has turned that off (`AlwaysMoveRecordToOwnerBusinessUnit`).
pub(crate) fn follow_owner(call: &mut Call<'_>, owner: Uuid, unit: Uuid) {
    let modern = call.world.setting_on("EnableOwnershipAcrossBusinessUnits");
    let set = call.world.setting("AlwaysMoveRecordToOwnerBusinessUnit");
    if modern && set.is_some_and(|value| value == "0" || value.eq_ignore_ascii_case("false")) {
        return;
    }
    for row in owned_by(call.store(), owner) {
        if row.guid("owningbusinessunit").is_some() {
            call.store_mut().put(row.as_ref().clone().with("owningbusinessunit", Val::Guid(unit)));
        }
    }
}
