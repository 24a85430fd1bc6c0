//! Adding members to a team and removing them.

use serde_json::Value;
use uuid::Uuid;

use super::arguments::only;
use crate::call::Call;
use crate::errors::{ApiError, bad_payload, missing_row};
use crate::links::{associate, disassociate};
use crate::schema::TableId;
use crate::store::PairKind;
use crate::wire::Answer;

/// `AddMembersTeam` and `RemoveMembersTeam`
pub(super) fn change(call: &mut Call<'_>, team: Uuid, add: bool) -> Result<Answer, ApiError> {
    let name = if add { "AddMembersTeam" } else { "RemoveMembersTeam" };
    let body = call.json_body(name)?;
    only(name, &body, &["Members"])?;
    let Some(Value::Array(members)) = body.get("Members") else {
        return Err(bad_payload(name, "The parameter 'Members' is missing."));
    };
    let row = call.store().row(TableId::Team, team).ok_or_else(|| missing_row("team", team))?;
    for member in members {
        let typed = member.get("@odata.type").is_some();
        let id = ["systemuserid", "ownerid"].iter().find_map(|key| member.get(*key)).and_then(Value::as_str);
        let id = id.filter(|_| typed).and_then(|id| Uuid::parse_str(id).ok());
        let id = id.ok_or_else(|| {
            bad_payload(name, "EdmEntityObject passed should have the key property value set.")
        })?;
        let user = call.store().row(TableId::SystemUser, id).ok_or_else(|| missing_row("systemuser", id))?;
        if add {
            associate(call, PairKind::TeamMember, &row, &user)?;
        } else {
            disassociate(call, PairKind::TeamMember, &row, &user)?;
        }
    }
    Ok(Answer::empty(204))
}
