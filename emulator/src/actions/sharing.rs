//! `GrantAccess`, `ModifyAccess` and `RevokeAccess`.

use serde_json::{Map, Value};

use super::arguments::only;
use super::principal::{principal, target};
use crate::access::{Effective, Right};
use crate::call::Call;
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code, bad_payload};
use crate::ownership::privilege;
use crate::rules::owners::{drop_share, put_share, share};
use crate::schema::TableId;
use crate::store::Row;
use crate::wire::Answer;

/// The rights in the order answers list them.
pub(super) const ORDER: [Right; 8] = [
    Right::Read,
    Right::Write,
    Right::Append,
    Right::AppendTo,
    Right::Create,
    Right::Delete,
    Right::Share,
    Right::Assign,
];

/// The names of a mask, `None` when it is empty.
pub(super) fn names(mask: i64) -> String {
    let names: Vec<String> =
        ORDER.iter().filter(|right| mask & right.mask() != 0).map(|right| right.access_name()).collect();
    if names.is_empty() { "None".to_owned() } else { names.join(", ") }
}

/// The rights of an `AccessMask`; creating cannot be shared.
fn rights(action: &str, access: &Map<String, Value>) -> Result<Vec<Right>, ApiError> {
    let text = access.get("AccessMask").and_then(Value::as_str);
    let text = text.ok_or_else(|| bad_payload(action, "The member 'AccessMask' is missing."))?;
    let mut found = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| *name != "None") {
        let right = ORDER.into_iter().find(|right| right.access_name() == name).ok_or_else(|| {
            let why = format!("Cannot convert the literal '{name}' to the expected type 'Microsoft.Dynamics.CRM.AccessRights'.");
            bad_payload(action, &why)
        })?;
        if right == Right::Create {
            return Err(Code::InvalidAccessRights.error(&[&text]));
        }
        found.push(right);
    }
    if found.is_empty() {
        return Err(Code::InvalidRights.error(&[&text]));
    }
    Ok(found)
}

fn may_share(call: &Call<'_>, row: &Row, with: &Row) -> Result<(), ApiError> {
    if privilege(row.table, Right::Share).is_none() {
        return Err(Code::NotSharable.error(&[&row.table.def().logical]));
    }
    call.caller.need_on(call.store(), row, Right::Share)?;
    if with.table == TableId::Team && with.int("teamtype") == Some(1) && with.flag("systemmanaged") {
        return Err(Code::SystemAccessTeamShare.error(&[]));
    }
    Ok(())
}

/// A share gives nothing to a user without the privileges of the table; refusing it is a switch.
fn can_use(call: &Call<'_>, row: &Row, with: &Row, rights: &[Right]) -> Result<(), ApiError> {
    if with.table != TableId::SystemUser {
        return Ok(());
    }
    let held = Effective::of(call.store(), with);
    for position in rights.iter().filter_map(|right| privilege(row.table, *right)) {
        if held.depth(position).is_none() {
            let name = catalogue().privilege(position).name;
            return Err(Code::PrincipalPrivilegeDenied.error(&[&with.id, &name]));
        }
    }
    Ok(())
}

/// `GrantAccess` adds rights, `ModifyAccess` sets them.
pub(super) fn give(call: &mut Call<'_>, action: &str) -> Result<Answer, ApiError> {
    let body = call.json_body(action)?;
    only(action, &body, &["Target", "PrincipalAccess"])?;
    let Some(Value::Object(access)) = body.get("PrincipalAccess") else {
        return Err(bad_payload(action, "The parameter 'PrincipalAccess' is missing."));
    };
    only(action, access, &["AccessMask", "Principal"])?;
    let rights = rights(action, access)?;
    let row = target(call, action, &body)?;
    let with = principal(call, action, access, "Principal")?;
    may_share(call, &row, &with)?;
    if row.guid("ownerid") == Some(with.id) {
        return Err(Code::ShareWithOwner.error(&[&row.id]));
    }
    for right in &rights {
        call.caller.need_on(call.store(), &row, *right)?;
    }
    if call.world.switches.share_needs_privilege {
        can_use(call, &row, &with, &rights)?;
    }
    let mut mask = rights.iter().fold(0, |mask, right| mask | right.mask());
    if action == "GrantAccess" && call.world.switches.grant_access_adds {
        let known = share(call.store(), row.id, with.id);
        mask |= known.and_then(|known| known.int("accessrightsmask")).unwrap_or_default();
    }
    put_share(call.store_mut(), &row, with.table, with.id, mask);
    Ok(Answer::empty(204))
}

/// `RevokeAccess` takes every right; without a share there is nothing to take.
pub(super) fn revoke(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    const NAME: &str = "RevokeAccess";
    let body = call.json_body(NAME)?;
    only(NAME, &body, &["Target", "Revokee"])?;
    let row = target(call, NAME, &body)?;
    let with = principal(call, NAME, &body, "Revokee")?;
    may_share(call, &row, &with)?;
    if row.guid("ownerid") == Some(with.id) && with.id != call.caller.user {
        return Err(Code::RevokeOwner.error(&[]));
    }
    drop_share(call.store_mut(), row.id, with.id);
    Ok(Answer::empty(204))
}
