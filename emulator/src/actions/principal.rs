//! The row and the principal that sharing is about, as bodies and parameter aliases name them.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::arguments::Arguments;
use crate::call::Call;
use crate::catalogue::catalogue;
use crate::errors::{ApiError, Code, bad_payload, missing_row};
use crate::router::{CRM, row_reference};
use crate::schema::TableId;
use crate::store::Row;

/// The table of `@odata.type`, with or without the leading `#`.
fn typed(action: &str, members: &Map<String, Value>) -> Result<TableId, ApiError> {
    let name = members.get("@odata.type").and_then(Value::as_str);
    let name = name.ok_or_else(|| bad_payload(action, "The member '@odata.type' is missing."))?;
    let logical = name.trim_start_matches('#').strip_prefix(CRM).unwrap_or_default();
    if let Some(table) = TableId::by_logical(logical) {
        return Ok(table);
    }
    if catalogue().tables.iter().any(|table| table.fields[0] == logical) {
        return Err(ApiError::unsupported(format!("{action} on {logical}")));
    }
    Err(bad_payload(action, &format!("A type named '{name}' could not be resolved by the model.")))
}

fn id_of(action: &str, members: &Map<String, Value>, keys: &[&str]) -> Result<Uuid, ApiError> {
    let id = keys.iter().find_map(|key| members.get(*key)).and_then(Value::as_str);
    id.and_then(|id| Uuid::parse_str(id).ok())
        .ok_or_else(|| bad_payload(action, "EdmEntityObject passed should have the key property value set."))
}

fn object<'b>(
    action: &str,
    body: &'b Map<String, Value>,
    name: &str,
) -> Result<&'b Map<String, Value>, ApiError> {
    match body.get(name) {
        Some(Value::Object(members)) => Ok(members),
        _ => Err(bad_payload(action, &format!("The parameter '{name}' is missing."))),
    }
}

/// The row of a `Target` in a body.
pub(super) fn target(call: &Call<'_>, action: &str, body: &Map<String, Value>) -> Result<Arc<Row>, ApiError> {
    let members = object(action, body, "Target")?;
    let table = typed(action, members)?;
    let id = id_of(action, members, &[table.def().key()])?;
    row(call, table, id)
}

/// A row with an owner, which alone can be shared.
fn row(call: &Call<'_>, table: TableId, id: Uuid) -> Result<Arc<Row>, ApiError> {
    if !table.is_owned() {
        return Err(Code::NotSharable.error(&[&table.def().logical]));
    }
    call.store().row(table, id).ok_or_else(|| missing_row(table.def().logical, id))
}

/// The row of the `Target` of a function: `{'@odata.id':'accounts(..)'}` in either kind of quotes.
pub(super) fn target_argument(call: &Call<'_>, arguments: &Arguments) -> Result<Arc<Row>, ApiError> {
    let text = arguments.need("Target")?;
    let wrong =
        || Code::Query.error(&[&format!("The value '{text}' of the parameter 'Target' is not valid.")]);
    let parsed =
        serde_json::from_str::<Value>(text).or_else(|_| serde_json::from_str(&text.replace('\'', "\"")));
    let Ok(Value::Object(members)) = parsed else { return Err(wrong()) };
    if let Some(url) = members.get("@odata.id").and_then(Value::as_str) {
        let (table, address) = row_reference(call, url, false)?;
        let crate::router::Address::Id(id) = address else {
            return Err(ApiError::unsupported("a Target by an alternate key"));
        };
        return row(call, table, id);
    }
    let table = typed("Target", &members)?;
    row(call, table, id_of("Target", &members, &[table.def().key()])?)
}

/// The user, team or organization of a member of a body.
pub(super) fn principal(
    call: &Call<'_>,
    action: &str,
    body: &Map<String, Value>,
    name: &str,
) -> Result<Arc<Row>, ApiError> {
    let members = object(action, body, name)?;
    let table = typed(action, members)?;
    if !matches!(table, TableId::SystemUser | TableId::Team | TableId::Organization) {
        return Err(Code::InvalidPrincipalType.error(&[&table.def().logical]));
    }
    let id = id_of(action, members, &[table.def().key(), "ownerid"])?;
    if id.is_nil() {
        return Err(Code::EmptyPrincipal.error(&[]));
    }
    call.store().row(table, id).ok_or_else(|| missing_row(table.def().logical, id))
}
