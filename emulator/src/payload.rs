//! The body of a write: members to columns, with the checks of names and types.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::call::Call;
use crate::errors::{ApiError, Code, bad_payload};
use crate::read;
use crate::router::row_reference;
use crate::schema::{Column, Kind, TableDef, TableId, Use};
use crate::store::Val;

/// The columns a write sets.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    table: TableId,
    values: Vec<(usize, Val)>,
}

impl Changes {
    /// The value a column is set to.
    pub(crate) fn get(&self, column: &str) -> Option<&Val> {
        let position = self.table.def().position(column)?;
        self.values.iter().find(|(known, _)| *known == position).map(|(_, value)| value)
    }

    /// A GUID or lookup column.
    pub(crate) fn guid(&self, column: &str) -> Option<Uuid> {
        self.get(column).and_then(Val::as_guid)
    }

    /// A text column.
    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        self.get(column).and_then(Val::as_text)
    }

    /// Every column that is set.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static Column, &Val)> {
        let columns = self.table.def().columns;
        self.values.iter().map(|(position, value)| (&columns[*position], value))
    }

    /// Writes the values into a row, those of read-only columns aside.
    pub(crate) fn apply(&self, row: &mut crate::store::Row) {
        for (position, value) in &self.values {
            if self.table.def().columns[*position].usage != Use::Read {
                row.values[*position] = value.clone();
            }
        }
    }
}

/// Columns whose refusal has a code of its own, given by the rules of the table.
const RULED: [&str; 4] =
    ["islicensed", "issyncwithdirectory", "azureactivedirectoryobjectid", "businessunitid"];

/// Reads a body.
pub(crate) fn read(
    call: &mut Call<'_>,
    table: TableId,
    body: &Map<String, Value>,
    create: bool,
) -> Result<Changes, ApiError> {
    let def = table.def();
    let mut values = Vec::new();
    for (name, value) in body {
        if let Some(navigation) = name.strip_suffix("@odata.bind") {
            values.push(bind(call, def, navigation, value)?);
            continue;
        }
        if name.contains('@') {
            continue;
        }
        let position = def.position(name).filter(|position| {
            let column = &def.columns[*position];
            column.navigation.is_empty() && !matches!(column.kind, Kind::Any(_))
        });
        let Some(position) = position else {
            return Err(undeclared(def, name, value));
        };
        values.push((position, convert(def, position, value)?));
    }
    let changes = Changes { table, values };
    refuse_read_only(&changes, create)?;
    Ok(changes)
}

/// A change of one column.
pub(crate) fn one(table: TableId, position: usize, value: &Value) -> Result<Changes, ApiError> {
    let changes = Changes { table, values: vec![(position, convert(table.def(), position, value)?)] };
    refuse_read_only(&changes, false)?;
    Ok(changes)
}

/// A change of one lookup.
pub(crate) fn lookup(table: TableId, position: usize, target: Option<Uuid>) -> Changes {
    Changes { table, values: vec![(position, target.map_or(Val::Null, Val::Guid))] }
}

/// Writing a column that cannot be written is never ignored, save for the organization, whose read-only
/// columns the service is known to ignore.
fn refuse_read_only(changes: &Changes, create: bool) -> Result<(), ApiError> {
    let def = changes.table.def();
    if changes.table == TableId::Organization {
        return Ok(());
    }
    for (column, _) in changes.iter() {
        let closed = column.usage == Use::Read || column.usage == Use::Create && !create;
        if closed && column.name != def.key() && !RULED.contains(&column.name) {
            return Err(ApiError::unsupported(format!(
                "writing the read-only column {}.{}",
                def.logical, column.name
            )));
        }
    }
    Ok(())
}

fn undeclared(def: &TableDef, name: &str, value: &Value) -> ApiError {
    if !def.targets(name).is_empty() || def.collection(name).is_some() {
        let what = if value.is_null() { "clearing a lookup by its bare name" } else { "deep insert" };
        return ApiError::unsupported(format!("{what} ({name})"));
    }
    if def.columns.iter().any(|column| column.query_name == name) {
        let why = "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.";
        return bad_payload(def.set, why);
    }
    let why = format!(
        "Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{0}'. ---> Microsoft.OData.ODataException : The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{0}'. Make sure to only use property names that are defined by the type.",
        def.logical
    );
    bad_payload(def.set, &why)
}

fn bind(
    call: &mut Call<'_>,
    def: &TableDef,
    navigation: &str,
    value: &Value,
) -> Result<(usize, Val), ApiError> {
    let targets = def.targets(navigation);
    let Some((position, _)) = targets.first().copied() else {
        if let Some(position) = def.columns.iter().position(|column| column.navigation == navigation) {
            let what = format!("a value for the lookup {}.{navigation}", def.logical);
            return if value.is_null() {
                Ok((position, Val::Null))
            } else {
                Err(ApiError::unsupported(what))
            };
        }
        let why = format!(
            "An undeclared property '{navigation}' which only has property annotations in the payload but no property value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as properties without values."
        );
        return Err(bad_payload(def.set, &why));
    };
    match value {
        Value::Null => Ok((position, Val::Null)),
        Value::String(url) => {
            let (table, address) = row_reference(call, url, false)?;
            if !targets.iter().any(|(_, target)| *target == table) {
                let why = format!("The property '{navigation}' cannot refer to '{}'.", table.def().set);
                return Err(bad_payload(def.set, &why));
            }
            Ok((position, Val::Guid(read::resolve_or_add(call, table, &address)?.id)))
        }
        _ => Err(bad_payload(def.set, &format!("The value of '{navigation}@odata.bind' must be a string."))),
    }
}

fn convert(def: &TableDef, position: usize, value: &Value) -> Result<Val, ApiError> {
    let column = &def.columns[position];
    let wrong = || {
        let why = format!("Cannot convert the value of '{}' to the expected type.", column.name);
        bad_payload(def.set, &why)
    };
    Ok(match (column.kind, value) {
        (_, Value::Null) => Val::Null,
        (Kind::Text(max), Value::String(text)) => {
            if text.chars().count() > max {
                return Err(Code::StringTooLong.error(&[&column.name, &def.logical, &max]));
            }
            Val::text(text)
        }
        (Kind::Guid, Value::String(text)) => Val::Guid(Uuid::parse_str(text).map_err(|_| wrong())?),
        (Kind::Bool, Value::Bool(on)) => Val::Bool(*on),
        (Kind::Int, Value::Number(number)) => Val::Int(number.as_i64().ok_or_else(wrong)?),
        (Kind::Number, Value::Number(number)) => Val::Number(number.as_f64().ok_or_else(wrong)?),
        (Kind::Choice(options), Value::Number(number)) => {
            let number = number.as_i64().ok_or_else(wrong)?;
            if !options.iter().any(|(value, _)| *value == number) {
                let all: Vec<String> = options.iter().map(|(value, _)| value.to_string()).collect();
                return Err(Code::PicklistRange.error(&[
                    &number,
                    &column.name,
                    &def.logical,
                    &all.join(","),
                ]));
            }
            Val::Int(number)
        }
        (Kind::Managed, Value::Object(members)) => match members.get("Value") {
            Some(Value::Bool(on)) => Val::Bool(*on),
            _ => return Err(wrong()),
        },
        (Kind::Date, Value::String(text)) => Val::text(text),
        _ => return Err(wrong()),
    })
}
