//! The organization row and solutions.

use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{Row, Val, fold};

/// Changes the organization; read-only columns are ignored, as the service does.
pub(super) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_on(call.store(), row, Right::Write)?;
    let changed = super::applied(call, row, changes);
    call.store_mut().put(changed);
    let modern = call.world.setting_on("EnableOwnershipAcrossBusinessUnits");
    call.world.switches.ownership_across_business_units = modern;
    Ok(())
}

/// Creates an unmanaged solution.
pub(super) fn create_solution(call: &mut Call<'_>, mut row: Row, changes: &Changes) -> Result<(), ApiError> {
    call.caller.need_create(call.store(), TableId::Solution, None)?;
    let Some(name) = changes.text("uniquename") else {
        return Err(Code::RequiredFieldMissing.error(&[&"uniquename"]));
    };
    let taken = call
        .store()
        .rows(TableId::Solution)
        .any(|known| known.text("uniquename").is_some_and(|n| fold(n) == fold(name)));
    if taken {
        return Err(Code::DuplicateName.error(&[&name]));
    }
    row.set("ismanaged", Val::Bool(false));
    row.set("isvisible", Val::Bool(true));
    changes.apply(&mut row);
    call.store_mut().put(row);
    Ok(())
}
