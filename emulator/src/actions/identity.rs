//! Who the caller is, and moving a user to another business unit.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::arguments::{entity_reference, only};
use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code, missing_row};
use crate::rules::guard::is_built_in;
use crate::rules::ownership::reassign;
use crate::rules::user_changes::{may_move, moved};
use crate::schema::TableId;
use crate::store::{Row, Val};
use crate::wire::Answer;

/// `WhoAmI`
pub(super) fn who_am_i(call: &Call<'_>) -> Result<Answer, ApiError> {
    let user = call.caller.user;
    let row = call.store().row(TableId::SystemUser, user).ok_or_else(|| missing_row("systemuser", user))?;
    let body = json!({
        "@odata.context": call.context("Microsoft.Dynamics.CRM.WhoAmIResponse"),
        "BusinessUnitId": row.guid("businessunitid"),
        "UserId": user,
        "OrganizationId": call.world.organization(),
    });
    Ok(Answer::odata(200, body.to_string()))
}

/// `SetBusinessSystemUser`
pub(super) fn set_business(call: &mut Call<'_>, user: Uuid) -> Result<Answer, ApiError> {
    const NAME: &str = "SetBusinessSystemUser";
    let body = call.json_body(NAME)?;
    only(NAME, &body, &["BusinessUnit", "ReassignPrincipal"])?;
    let unit = entity_reference(NAME, &body, "BusinessUnit", &["businessunitid"])?;
    let principal = reassign_principal(call, NAME, &body)?;
    let row = call.store().row(TableId::SystemUser, user).ok_or_else(|| missing_row("systemuser", user))?;
    call.caller.need_on(call.store(), &row, Right::Write)?;
    if is_built_in(&row) {
        return Err(Code::BuiltInUser.error(&[]));
    }
    if row.guid("businessunitid") == Some(unit) {
        return Ok(Answer::empty(204));
    }
    may_move(call, &row, unit)?;
    let mut changed = row.as_ref().clone();
    changed.set("businessunitid", Val::Guid(unit));
    changed.set("modifiedon", crate::read::now());
    changed.set("modifiedby", Val::Guid(call.caller.user));
    call.store_mut().put(changed);
    reassign(call, user, &principal)?;
    moved(call, user, unit);
    Ok(Answer::empty(204))
}

/// The user or team a parameter `ReassignPrincipal` names.
fn reassign_principal(
    call: &Call<'_>,
    action: &str,
    body: &serde_json::Map<String, serde_json::Value>,
) -> Result<Arc<Row>, ApiError> {
    let id = entity_reference(action, body, "ReassignPrincipal", &["systemuserid", "teamid", "ownerid"])?;
    let tables = [TableId::SystemUser, TableId::Team];
    let found = tables.into_iter().find_map(|table| call.store().row(table, id));
    found.ok_or_else(|| missing_row("systemuser", id))
}

/// `ReassignObjectsSystemUser`: everything the user owns goes to another user or a team.
pub(super) fn reassign_objects(call: &mut Call<'_>, user: Uuid) -> Result<Answer, ApiError> {
    const NAME: &str = "ReassignObjectsSystemUser";
    let body = call.json_body(NAME)?;
    only(NAME, &body, &["ReassignPrincipal"])?;
    let principal = reassign_principal(call, NAME, &body)?;
    if principal.int("teamtype") == Some(1) {
        return Err(Code::AssignToAccessTeam.error(&[]));
    }
    let row = call.store().row(TableId::SystemUser, user).ok_or_else(|| missing_row("systemuser", user))?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    reassign(call, user, &principal)?;
    Ok(Answer::empty(204))
}
