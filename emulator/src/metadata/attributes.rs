//! `EntityDefinitions(..)/Attributes`: the columns of the tables the emulator keeps, and securing them.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use crate::call::Call;
use crate::catalogue::DERIVED;
use crate::collection::write_list;
use crate::column_security::{secure, secured, unsecure};
use crate::errors::{ApiError, Code, bad_payload, unknown_property};
use crate::odata::{Key, Segment, literal, parse_query};
use crate::read;
use crate::render::filtered;
use crate::router::method_not_allowed;
use crate::schema::{Column, Kind, TableDef, TableId, Use};
use crate::store::{Row, Store, Val};
use crate::wire::Answer;

/// The id of a column.
pub(crate) fn metadata_id(table: &TableDef, column: &Column) -> Uuid {
    Uuid::new_v5(&DERIVED, format!("column {}.{}", table.logical, column.name).as_bytes())
}

/// The table and column of an id.
pub(crate) fn by_id(id: Uuid) -> Option<(TableId, usize)> {
    TableId::all().find_map(|table| {
        let def = table.def();
        let position = def.columns.iter().position(|column| metadata_id(def, column) == id)?;
        Some((table, position))
    })
}

/// Whether column security can be turned on: for plain columns of business tables that clients may write. The
/// primary name, the owner and the state cannot be secured.
pub(crate) fn securable(table: TableId, column: &Column) -> bool {
    let def = table.def();
    let fixed = ["ownerid", "statecode", "statuscode", "importsequencenumber"];
    table.is_owned()
        && table != TableId::UserQuery
        && column.usage != Use::Read
        && column.name != def.key()
        && column.name != def.name_column
        && !fixed.contains(&column.name)
}

fn type_of(def: &TableDef, column: &Column) -> (&'static str, &'static str) {
    match column.kind {
        _ if column.name == def.key() => ("Uniqueidentifier", "UniqueIdentifier"),
        _ if column.name == "ownerid" => ("Owner", "Lookup"),
        _ if column.name == "statecode" => ("State", "State"),
        _ if column.name == "statuscode" => ("Status", "Status"),
        _ if column.name == "versionnumber" => ("BigInt", "BigInt"),
        Kind::Guid => ("Uniqueidentifier", "UniqueIdentifier"),
        Kind::Text(length) if length > 4000 => ("Memo", "Memo"),
        Kind::Text(_) if column.name == "description" => ("Memo", "Memo"),
        Kind::Text(_) | Kind::Raw => ("String", "String"),
        Kind::Int => ("Integer", "Integer"),
        Kind::Number if column.name.starts_with("new_") => ("Decimal", "Decimal"),
        Kind::Number => ("Money", "Money"),
        Kind::Bool => ("Boolean", "Boolean"),
        Kind::Choice(_) => ("Picklist", "Picklist"),
        Kind::Lookup(_) => ("Lookup", "Lookup"),
        Kind::Any(_) if column.name == "customerid" || column.name == "parentcustomerid" => {
            ("Customer", "Lookup")
        }
        Kind::Any(_) => ("Lookup", "Lookup"),
        Kind::Date => ("DateTime", "DateTime"),
        Kind::Managed => ("ManagedProperty", "ManagedProperty"),
    }
}

/// The OData type of a row of `Attributes`.
pub(crate) fn odata_type(row: &Row) -> String {
    let table = row.text("EntityLogicalName").and_then(TableId::by_logical);
    let column = table.zip(row.text("LogicalName")).and_then(|(table, name)| {
        let def = table.def();
        def.position(name).map(|position| type_of(def, &def.columns[position]).1)
    });
    format!("#Microsoft.Dynamics.CRM.{}AttributeMetadata", column.unwrap_or_default())
}

fn row(store: &Store, table: TableId, position: usize) -> Row {
    let def = table.def();
    let column = &def.columns[position];
    let kind = type_of(def, column).0;
    let can = securable(table, column) && kind != "Money";
    let flag = Val::Bool;
    let type_name = serde_json::json!({ "Value": format!("{kind}Type") });
    Row::new(TableId::Attribute, metadata_id(def, column))
        .with("LogicalName", Val::text(column.name))
        .with("SchemaName", Val::text(column.name))
        .with("EntityLogicalName", Val::text(def.logical))
        .with("AttributeType", Val::text(kind))
        .with("AttributeTypeName", Val::Raw(type_name.to_string().into()))
        .with("ColumnNumber", Val::Int(i64::try_from(position + 1).unwrap_or(i64::MAX)))
        .with("IsCustomAttribute", flag(column.name.starts_with("new_")))
        .with("IsPrimaryId", flag(position == 0))
        .with("IsPrimaryName", flag(column.name == def.name_column))
        .with("IsValidForCreate", flag(column.usage != Use::Read))
        .with("IsValidForRead", flag(true))
        .with("IsValidForUpdate", flag(column.usage == Use::Write))
        .with("IsSecured", flag(secured(store, table).contains(&position)))
        .with("CanBeSecuredForCreate", flag(can))
        .with("CanBeSecuredForRead", flag(can))
        .with("CanBeSecuredForUpdate", flag(can && column.usage == Use::Write))
}

fn table_of(entity: &Row) -> Result<TableId, ApiError> {
    let logical = entity.text("LogicalName").unwrap_or_default();
    TableId::by_logical(logical)
        .ok_or_else(|| ApiError::unsupported(format!("the columns of the table {logical}")))
}

/// `GET` and `PUT` below `EntityDefinitions(..)/Attributes`.
pub(super) fn route(call: &mut Call<'_>, entity: &Row, segment: &Segment) -> Result<Answer, ApiError> {
    let table = table_of(entity)?;
    let method = call.request.method.clone();
    let Some(key) = &segment.key else {
        if method != "GET" {
            return match method.as_str() {
                "POST" => Err(ApiError::unsupported("creating a column")),
                other => Err(method_not_allowed(other)),
            };
        }
        let query = parse_query(call.raw_query(), Some(TableId::Attribute))?;
        let all = (0..table.def().columns.len()).map(|at| Arc::new(row(call.store(), table, at))).collect();
        let rows = filtered(call, all, &query);
        let path = format!("EntityDefinitions('{}')/Attributes", table.def().logical);
        return write_list(call, TableId::Attribute, &path, &rows, &query);
    };
    let position = position(table, key)?;
    let found = row(call.store(), table, position);
    match method.as_str() {
        "GET" => {
            let query = parse_query(call.raw_query(), Some(TableId::Attribute))?;
            read::single_row(call, &found, &query)
        }
        "PUT" => put(call, table, position, &found),
        "DELETE" => Err(ApiError::unsupported("deleting a column")),
        other => Err(method_not_allowed(other)),
    }
}

fn position(table: TableId, key: &Key) -> Result<usize, ApiError> {
    let def = table.def();
    let found = match key {
        Key::Bare(text) => {
            let id = crate::call::guid_literal(text);
            id.and_then(|id| def.columns.iter().position(|column| metadata_id(def, column) == id))
        }
        Key::Named(pairs) => match pairs.as_slice() {
            [(name, value)] if name == "LogicalName" => match literal(value) {
                Some(crate::odata::Literal::Text(name)) => def.position(&name),
                _ => None,
            },
            _ => return Err(unknown_property("key", "AttributeMetadata")),
        },
    };
    found.ok_or_else(|| {
        let text = format!("Could not find an attribute with the specified key in entity {}.", def.logical);
        let mut error = Code::UnknownColumn.error(&[&def.logical, &text]).with_status(404);
        error.message = text;
        error
    })
}

/// Members of the definitions of single column types, which a client may send back as it knows them.
const OF_TYPES: [&str; 24] = [
    "AutoNumberFormat",
    "DatabaseLength",
    "DateTimeBehavior",
    "DefaultFormValue",
    "DefaultValue",
    "Description",
    "DisplayName",
    "Format",
    "FormatName",
    "FormulaDefinition",
    "HasChanged",
    "ImeMode",
    "IsLocalizable",
    "IsLogical",
    "IsManaged",
    "MaxLength",
    "MaxValue",
    "MinValue",
    "OptionSet",
    "Precision",
    "PrecisionSource",
    "RequiredLevel",
    "SourceTypeMask",
    "Targets",
];

/// A definition as a whole; only the switch of column security may differ from what is there.
fn put(call: &mut Call<'_>, table: TableId, position: usize, known: &Row) -> Result<Answer, ApiError> {
    let def = TableId::Attribute.def();
    let body = call.json_body("AttributeMetadata")?;
    call.caller.need_task(call.store(), "prvWriteAttribute", None)?;
    if !body.contains_key("@odata.type") {
        return Err(bad_payload("AttributeMetadata", "The member '@odata.type' is missing."));
    }
    for (name, value) in &body {
        if name.contains('@') || name == "IsSecured" || OF_TYPES.contains(&name.as_str()) {
            continue;
        }
        let same = match def.position(name).map(|at| &known.values[at]) {
            Some(Val::Bool(on)) => *value == Value::Bool(*on),
            Some(Val::Int(number)) => value.as_i64() == Some(*number),
            Some(Val::Text(text)) => value.as_str() == Some(text),
            Some(Val::Guid(id)) => value.as_str().and_then(|text| Uuid::parse_str(text).ok()) == Some(*id),
            Some(Val::Raw(_)) => true,
            _ => return Err(ApiError::unsupported(format!("the member {name} of a column definition"))),
        };
        if !same {
            return Err(ApiError::unsupported(format!("changing {name} of a column")));
        }
    }
    let on = match body.get("IsSecured") {
        Some(Value::Bool(on)) => *on,
        None => known.flag("IsSecured"),
        Some(_) => return Err(bad_payload("AttributeMetadata", "IsSecured must be true or false.")),
    };
    let column = &table.def().columns[position];
    if on && !known.flag("CanBeSecuredForRead") {
        return Err(Code::CannotSecure.error(&[&column.name]));
    }
    match (known.flag("IsSecured"), on) {
        (false, true) => secure(call.store_mut(), table, position),
        (true, false) => unsecure(call.store_mut(), table, position),
        _ => {}
    }
    Ok(Answer::empty(204))
}
