//! Reading and writing the privileges of a role.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::arguments::{Arguments, entity_reference, only};
use crate::access::{Right, grants_of};
use crate::call::Call;
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code, bad_payload, missing_row};
use crate::odata::{JsonOut, Query};
use crate::rules::guard::elevation;
use crate::rules::roles::may_edit;
use crate::schema::TableId;
use crate::seed::STICKY;
use crate::store::{Depth, Grants, Row};
use crate::wire::Answer;

fn role(call: &Call<'_>, id: Uuid) -> Result<Arc<Row>, ApiError> {
    call.store().row(TableId::Role, id).ok_or_else(|| missing_row("role", id))
}

/// One entry of a `RolePrivileges` list.
pub(super) fn entry(out: &mut JsonOut, call: &Call<'_>, position: u16, depth: Depth, unit: Uuid) {
    let privilege = catalogue().privilege(position);
    out.open('{');
    out.member("Depth", depth.name());
    out.guid("PrivilegeId", privilege.id);
    out.guid("BusinessUnitId", unit);
    out.member("PrivilegeName", privilege.name);
    if !call.world.switches.old_role_privilege_shape {
        out.guid("RecordFilterId", Uuid::nil());
        out.member("RecordFilterUniqueName", "");
    }
    out.close('}');
}

/// An answer with a `RolePrivileges` list.
pub(super) fn listed(call: &Call<'_>, function: &str, entries: &[(u16, Depth, Uuid)]) -> Answer {
    let mut out = JsonOut::default();
    out.open('{');
    out.member("@odata.context", &call.context(&format!("Microsoft.Dynamics.CRM.{function}Response")));
    out.name("RolePrivileges");
    out.open('[');
    for (position, depth, unit) in entries {
        entry(&mut out, call, *position, *depth, *unit);
    }
    out.close(']');
    out.close('}');
    Answer::odata(200, out.finish())
}

/// `RetrieveRolePrivilegesRole`
pub(super) fn retrieve(call: &Call<'_>, arguments: &Arguments) -> Result<Answer, ApiError> {
    let id = arguments.guid("RoleId")?;
    call.caller.need(call.store(), TableId::Role, Right::Read)?;
    let role = role(call, id)?;
    call.caller.need_on(call.store(), &role, Right::Read)?;
    let unit = role.guid("businessunitid").unwrap_or_default();
    let grants = grants_of(call.store(), &role);
    let entries: Vec<_> = grants.iter().map(|(position, depth)| (*position, *depth, unit)).collect();
    Ok(listed(call, "RetrieveRolePrivilegesRole", &entries))
}

/// `RetrievePrivilegeSet`: the whole catalogue, whatever the options say.
pub(super) fn privilege_set(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut out = JsonOut::default();
    out.open('{');
    out.member("@odata.context", &call.context("privileges"));
    out.name("value");
    out.open('[');
    for row in call.store().rows(TableId::Privilege) {
        crate::render::row(&mut out, call, row, &Query::default(), None)?;
    }
    out.close(']');
    out.close('}');
    Ok(Answer::odata(200, out.finish()))
}

/// The `Privileges` parameter of an action.
fn parameter(call: &Call<'_>, action: &str) -> Result<Grants, ApiError> {
    let body = call.json_body(action)?;
    only(action, &body, &["Privileges"])?;
    let Some(Value::Array(items)) = body.get("Privileges") else {
        return Err(bad_payload(action, "The parameter 'Privileges' is missing."));
    };
    let mut grants = Grants::new();
    for item in items {
        let Value::Object(members) = item else {
            return Err(bad_payload(action, "A RolePrivilege was expected."));
        };
        let (position, depth) = one(action, members)?;
        if grants.insert(position, depth).is_some() {
            return Err(Code::DuplicatedPrivilege.error(&[&catalogue().privilege(position).id]));
        }
    }
    Ok(grants)
}

const MEMBERS: [&str; 6] =
    ["PrivilegeId", "Depth", "BusinessUnitId", "PrivilegeName", "RecordFilterId", "RecordFilterUniqueName"];

fn one(action: &str, members: &Map<String, Value>) -> Result<(u16, Depth), ApiError> {
    if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str()) && !name.contains('@')) {
        let why =
            format!("The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.RolePrivilege'.");
        return Err(bad_payload(action, &why));
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let depth = match text("Depth") {
        Some("RecordFilter") => return Err(ApiError::unsupported("privilege depth RecordFilter")),
        Some(name) => Depth::by_name(name),
        None => None,
    };
    let depth = depth.ok_or_else(|| {
        bad_payload(
            action,
            "The value of 'Depth' is not a member of 'Microsoft.Dynamics.CRM.PrivilegeDepth'.",
        )
    })?;
    let id = text("PrivilegeId").and_then(|id| Uuid::parse_str(id).ok());
    let id = id.ok_or_else(|| bad_payload(action, "The value of 'PrivilegeId' is not an Edm.Guid."))?;
    let position = catalogue().position(id).ok_or_else(|| Code::InvalidPrivilegeId.error(&[&id]))?;
    let privilege = catalogue().privilege(position);
    if !privilege.allows(depth) {
        return Err(Code::InvalidPrivilegeDepth.error(&[&depth.name(), &privilege.name]));
    }
    Ok((position, depth))
}

fn sticky() -> impl Iterator<Item = u16> {
    STICKY.iter().filter_map(|name| catalogue().position_of(name))
}

/// The role and its privileges, when the caller may edit them.
fn editable(call: &Call<'_>, id: Uuid) -> Result<Grants, ApiError> {
    call.caller.need(call.store(), TableId::Role, Right::Write)?;
    let role = role(call, id)?;
    may_edit(call, &role)?;
    Ok(grants_of(call.store(), &role).as_ref().clone())
}

fn frozen(call: &Call<'_>, before: &Grants, after: &Grants) -> Result<(), ApiError> {
    let position = catalogue().position_of("prvActOnBehalfOfAnotherUser");
    let changes = position.is_some_and(|position| before.get(&position) != after.get(&position));
    if call.world.switches.act_on_behalf_is_frozen && changes {
        return Err(Code::ActOnBehalfFrozen.error(&[]));
    }
    Ok(())
}

fn save(call: &mut Call<'_>, id: Uuid, before: &Grants, after: Grants) -> Result<Answer, ApiError> {
    frozen(call, before, &after)?;
    let mut touched: Grants = before.clone();
    touched.extend(after.iter().map(|(position, depth)| (*position, *depth)));
    elevation(call, &touched)?;
    call.store_mut().set_grants(id, Some(after));
    if let Some(row) = call.store().row(TableId::Role, id) {
        let mut row = row.as_ref().clone();
        row.set("modifiedon", crate::read::now());
        row.set("modifiedby", crate::store::Val::Guid(call.caller.user));
        call.store_mut().put(row);
    }
    Ok(Answer::empty(204))
}

/// `AddPrivilegesRole`: merges, sets new depths and puts the four sticky privileges back.
pub(super) fn add(call: &mut Call<'_>, id: Uuid) -> Result<Answer, ApiError> {
    let added = parameter(call, "AddPrivilegesRole")?;
    let before = editable(call, id)?;
    let mut after = before.clone();
    after.extend(added);
    for position in sticky() {
        after.entry(position).or_insert(Depth::Global);
    }
    save(call, id, &before, after)
}

/// `ReplacePrivilegesRole`: the list, and those of the four sticky privileges the role had.
pub(super) fn replace(call: &mut Call<'_>, id: Uuid) -> Result<Answer, ApiError> {
    let mut after = parameter(call, "ReplacePrivilegesRole")?;
    let before = editable(call, id)?;
    for position in sticky().collect::<BTreeSet<_>>() {
        if let Some(depth) = before.get(&position) {
            after.entry(position).or_insert(*depth);
        }
    }
    save(call, id, &before, after)
}

/// `RemovePrivilegeRole`
pub(super) fn remove(call: &mut Call<'_>, id: Uuid) -> Result<Answer, ApiError> {
    const NAME: &str = "RemovePrivilegeRole";
    let body = call.json_body(NAME)?;
    only(NAME, &body, &["Privilege"])?;
    let privilege = entity_reference(NAME, &body, "Privilege", &["privilegeid"])?;
    let before = editable(call, id)?;
    let position =
        catalogue().position(privilege).ok_or_else(|| Code::InvalidPrivilegeId.error(&[&privilege]))?;
    let mut after = before.clone();
    after.remove(&position);
    save(call, id, &before, after)
}
