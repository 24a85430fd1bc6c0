//! Moving a team, changing its type and gathering the members of its Entra group.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::arguments::{entity_reference, only};
use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code, bad_payload, missing_row};
use crate::rules::group_teams::{gather_team, is_group_team};
use crate::rules::ownership::owned_by;
use crate::rules::teams;
use crate::schema::TableId;
use crate::store::Row;
use crate::wire::Answer;

fn row(call: &Call<'_>, team: Uuid) -> Result<Arc<Row>, ApiError> {
    call.store().row(TableId::Team, team).ok_or_else(|| missing_row("team", team))
}

/// `SetParentTeam`
pub(super) fn set_parent(call: &mut Call<'_>, team: Uuid) -> Result<Answer, ApiError> {
    const NAME: &str = "SetParentTeam";
    let body = call.json_body(NAME)?;
    only(NAME, &body, &["BusinessUnit", "DoNotMoveAllRecords"])?;
    let unit = entity_reference(NAME, &body, "BusinessUnit", &["businessunitid"])?;
    match body.get("DoNotMoveAllRecords") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::Bool(true)) if owned_by(call.store(), team).is_empty() => {}
        Some(Value::Bool(true)) => {
            return Err(ApiError::unsupported("DoNotMoveAllRecords for a team that owns rows"));
        }
        Some(_) => return Err(bad_payload(NAME, "The value of 'DoNotMoveAllRecords' is no Edm.Boolean.")),
    }
    let row = row(call, team)?;
    teams::set_parent(call, &row, unit)?;
    Ok(Answer::empty(204))
}

/// `ConvertOwnerTeamToAccessTeam`
pub(super) fn convert(call: &mut Call<'_>, team: Uuid) -> Result<Answer, ApiError> {
    let row = row(call, team)?;
    teams::convert(call, &row)?;
    Ok(Answer::empty(204))
}

/// `SyncGroupMembersToTeam`
pub(super) fn sync(call: &mut Call<'_>, team: Uuid) -> Result<Answer, ApiError> {
    let row = row(call, team)?;
    call.caller.need_on(call.store(), &row, Right::Write)?;
    if !is_group_team(&row) {
        let why = "Only the team of an Entra group can be synchronized.";
        return Err(Code::InvalidArgument.error(&[&why]));
    }
    gather_team(call.world, &row);
    Ok(Answer::empty(204))
}
