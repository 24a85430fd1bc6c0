//! Creating, changing and deleting rows.

use uuid::Uuid;

use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code, bad_payload, missing_row, unknown_property};
use crate::payload::{self, Changes};
use crate::read;
use crate::router::{Address, method_not_allowed, missing};
use crate::rules;
use crate::schema::TableId;
use crate::store::{Row, Val};
use crate::wire::Answer;

/// `POST set`
pub(crate) fn create(call: &mut Call<'_>, table: TableId) -> Result<Answer, ApiError> {
    let body = call.json_body(table.def().set)?;
    let changes = payload::read(call, table, &body, true)?;
    let id = changes.guid(table.def().key()).unwrap_or_else(Uuid::new_v4);
    if id.is_nil() {
        return Err(Code::InvalidArgument.error(&[&"The id of a record cannot be an empty GUID."]));
    }
    insert(call, table, id, &changes)
}

fn insert(call: &mut Call<'_>, table: TableId, id: Uuid, changes: &Changes) -> Result<Answer, ApiError> {
    if call.store().row(table, id).is_some() {
        return Err(Code::DuplicateRecord.error(&[]));
    }
    let mut row = Row::new(table, id);
    let now = read::now();
    row.set("organizationid", Val::Guid(call.world.organization()));
    row.set("createdon", now.clone());
    row.set("modifiedon", now);
    row.set("createdby", Val::Guid(call.caller.user));
    row.set("modifiedby", Val::Guid(call.caller.user));
    if call.caller.real != call.caller.user {
        row.set("createdonbehalfby", Val::Guid(call.caller.real));
    }
    rules::create(call, row, changes)?;
    if call.prefs.representation {
        let row = call.store().row(table, id).ok_or_else(|| missing_row(table.def().logical, id))?;
        return read::representation(call, 201, &row);
    }
    Ok(call.no_content(table, id))
}

/// The precondition of a write.
enum Condition {
    None,
    Exists,
    Absent,
    Version(String),
}

fn condition(call: &Call<'_>) -> Result<Condition, ApiError> {
    let matched = call.request.header("if-match");
    let none = call.request.header("if-none-match").filter(|value| *value != "null");
    match (matched, none) {
        (None, None) => Ok(Condition::None),
        (Some("*"), None) => Ok(Condition::Exists),
        (None, Some("*")) => Ok(Condition::Absent),
        (Some(etag), None) if etag.starts_with("W/\"") => Ok(Condition::Version(etag.to_owned())),
        (matched, none) => {
            let text =
                format!("If-Match: {} with If-None-Match: {}", matched.unwrap_or("-"), none.unwrap_or("-"));
            Err(ApiError::unsupported(text))
        }
    }
}

fn check_version(row: &Row, etag: &str) -> Result<(), ApiError> {
    if etag == format!("W/\"{}\"", row.version) { Ok(()) } else { Err(Code::VersionMismatch.error(&[])) }
}

/// `PATCH set(key)`: update, or create when nothing forbids it.
pub(crate) fn patch(call: &mut Call<'_>, table: TableId, address: &Address) -> Result<Answer, ApiError> {
    if table == TableId::Metadata {
        return Err(method_not_allowed("PATCH"));
    }
    let body = call.json_body(table.def().set)?;
    let condition = condition(call)?;
    let found = match address {
        Address::Id(id) => call.store().row(table, *id),
        Address::Alternate(..) => read::resolve(call, table, address).ok(),
    };
    let changes = payload::read(call, table, &body, found.is_none())?;
    match (found, condition) {
        (Some(_), Condition::Absent) => Err(Code::DuplicateRecord.error(&[])),
        (Some(row), condition) => {
            if let Condition::Version(etag) = condition {
                check_version(&row, &etag)?;
            }
            update(call, &row, &changes)
        }
        (None, Condition::Exists | Condition::Version(_)) => Err(missing(table, address)),
        (None, _) => match address {
            Address::Id(id) => insert(call, table, *id, &changes),
            Address::Alternate(..) => Err(ApiError::unsupported("creating a row by an alternate key")),
        },
    }
}

fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<Answer, ApiError> {
    let (table, id) = (row.table, row.id);
    if let Some(key) = changes.guid(table.def().key())
        && key != id
    {
        return Err(bad_payload(table.def().set, "The primary key in the body is not that of the URL."));
    }
    rules::update(call, row, changes)?;
    if call.prefs.representation {
        let row = call.store().row(table, id).ok_or_else(|| missing_row(table.def().logical, id))?;
        return read::representation(call, 200, &row);
    }
    Ok(call.no_content(table, id))
}

/// `DELETE set(key)`
pub(crate) fn delete(call: &mut Call<'_>, table: TableId, address: &Address) -> Result<Answer, ApiError> {
    call.caller.need(call.store(), table, Right::Delete)?;
    let row = match address {
        Address::Id(id) => call.store().row(table, *id).ok_or_else(|| missing(table, address))?,
        Address::Alternate(..) => read::resolve(call, table, address)?,
    };
    match condition(call)? {
        Condition::None | Condition::Exists => {}
        Condition::Version(etag) => check_version(&row, &etag)?,
        Condition::Absent => return Err(ApiError::unsupported("If-None-Match: * on DELETE")),
    }
    rules::delete(call, &row)?;
    Ok(Answer::empty(204))
}

/// `PUT set(key)/property {"value":..}` and `DELETE set(key)/property`
pub(crate) fn property(
    call: &mut Call<'_>,
    table: TableId,
    address: &Address,
    name: &str,
) -> Result<Answer, ApiError> {
    let def = table.def();
    let row = read::resolve(call, table, address)?;
    let position = def.position(name).ok_or_else(|| unknown_property(name, def.logical))?;
    let value = if call.request.method == "DELETE" {
        serde_json::Value::Null
    } else {
        let body = call.json_body(def.set)?;
        body.get("value").cloned().ok_or_else(|| bad_payload(def.set, "The member 'value' is missing."))?
    };
    let changes = payload::one(table, position, &value)?;
    update(call, &row, &changes)
}
