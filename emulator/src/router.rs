//! From a path to an operation.

use uuid::Uuid;

use crate::call::{Call, guid_literal};
use crate::errors::{ApiError, Code, missing_row};
use crate::odata::{Key, Literal, Segment, decode, literal, parse_path, parse_query};
use crate::schema::TableId;
use crate::wire::Answer;
use crate::{actions, links, read, write};

/// The name space of bound actions and functions.
pub(crate) const CRM: &str = "Microsoft.Dynamics.CRM.";

/// What a key addresses.
#[derive(Debug, Clone)]
pub(crate) enum Address {
    /// The primary key.
    Id(Uuid),
    /// An alternate key: its columns in their order, with their values.
    Alternate(Vec<(&'static str, Literal)>),
}

/// Runs the operation of a path below the service root.
pub(crate) fn route(call: &mut Call<'_>, rest: &str) -> Result<Answer, ApiError> {
    let segments = parse_path(&decode(rest, false))?;
    let method = call.request.method.clone();
    let Some((first, tail)) = segments.split_first() else {
        return read::service_document(call);
    };
    if first.name == "$metadata" {
        if method != "GET" {
            return Err(method_not_allowed(&method));
        }
        return Ok(crate::metadata::document());
    }
    let Some(table) = TableId::by_set(&first.name) else {
        return actions::unbound(call, first, tail);
    };
    if table.is_hidden() {
        return Err(ApiError::unsupported(format!("the entity set {}", first.name)));
    }
    call.world.watch.table(table.def().set, method != "GET");
    let Some(key) = &first.key else {
        return collection(call, table, &method, tail);
    };
    let address = address(table, key)?;
    match tail {
        [] => row(call, table, &address, &method),
        [segment, rest @ ..] if segment.name.starts_with(CRM) => {
            if !rest.is_empty() {
                return Err(ApiError::unsupported("a path below a bound function"));
            }
            let id = read::resolve(call, table, &address)?.id;
            actions::bound(call, table, id, segment)
        }
        _ => below(call, table, &address, &method, tail),
    }
}

fn collection(
    call: &mut Call<'_>,
    table: TableId,
    method: &str,
    tail: &[Segment],
) -> Result<Answer, ApiError> {
    match (method, tail) {
        ("GET", []) => {
            let query = parse_query(call.raw_query(), Some(table))?;
            read::list(call, table, &query)
        }
        ("GET", [segment]) if segment.name == "$count" => {
            let query = parse_query(call.raw_query(), Some(table))?;
            read::count(call, table, &query)
        }
        (_, [segment]) if segment.name.starts_with(CRM) => actions::on_collection(call, table, segment),
        ("POST", []) => write::create(call, table),
        (_, []) => Err(method_not_allowed(method)),
        (_, [segment, ..]) => Err(Code::SegmentNotFound.error(&[&segment.name])),
    }
}

/// The answer to a method that a resource does not have.
pub(crate) fn method_not_allowed(method: &str) -> ApiError {
    let message = format!("The requested resource does not support http method '{method}'.");
    ApiError { code: String::new(), status: 405, message }
}

fn row(call: &mut Call<'_>, table: TableId, address: &Address, method: &str) -> Result<Answer, ApiError> {
    match method {
        "GET" => {
            let query = parse_query(call.raw_query(), Some(table))?;
            read::single(call, table, address, &query)
        }
        "PATCH" => write::patch(call, table, address),
        "DELETE" => write::delete(call, table, address),
        _ => Err(method_not_allowed(method)),
    }
}

/// A navigation property, a property or `$ref` below a row.
fn below(
    call: &mut Call<'_>,
    table: TableId,
    address: &Address,
    method: &str,
    tail: &[Segment],
) -> Result<Answer, ApiError> {
    if table == TableId::Metadata {
        return crate::metadata::below(call, address, tail);
    }
    if tail.last().is_some_and(|segment| segment.name == "$ref") {
        return match (method, tail) {
            ("GET", [navigation, _]) => {
                let owner = read::resolve(call, table, address)?;
                read::references(call, &owner, &navigation.name)
            }
            (_, [navigation, _]) => links::change(call, table, address, navigation),
            _ => Err(Code::SegmentNotFound.error(&[&"$ref"])),
        };
    }
    match (method, tail) {
        ("GET", _) => read::navigate(call, table, address, tail),
        ("PUT" | "DELETE", [property]) => write::property(call, table, address, &property.name),
        ("POST", [navigation]) if table.def().collection(&navigation.name).is_some() => {
            Err(ApiError::unsupported("creating a row through a collection of another row"))
        }
        ("POST" | "PATCH" | "PUT" | "DELETE", [segment, ..]) => {
            Err(Code::SegmentNotFound.error(&[&segment.name]))
        }
        _ => Err(method_not_allowed(method)),
    }
}

/// The address a key stands for.
pub(crate) fn address(table: TableId, key: &Key) -> Result<Address, ApiError> {
    let def = table.def();
    let invalid = || {
        let text = format!(
            "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{}'. Ensure that the names and number of key properties match the properties of the declared keys.",
            def.logical
        );
        Code::Query.error(&[&text])
    };
    match key {
        Key::Bare(text) => guid_literal(text).map(Address::Id).ok_or_else(|| {
            if text.starts_with('@') { ApiError::unsupported("a parameter alias as key") } else { invalid() }
        }),
        Key::Named(pairs) => {
            let has = |column: &str| pairs.iter().any(|(name, _)| name == column);
            let mut known = def.keys.iter().filter(|key| key.len() == pairs.len());
            let key = known.find(|key| key.iter().all(|column| has(column))).ok_or_else(invalid)?;
            let value = |column: &&'static str| {
                let (_, text) = pairs.iter().find(|(name, _)| name == column)?;
                Some((*column, literal(text)?))
            };
            let values: Option<Vec<_>> = key.iter().map(value).collect();
            Ok(Address::Alternate(values.ok_or_else(invalid)?))
        }
    }
}

/// A row by the URL in `@odata.id` or `@odata.bind`: the table and the key.
pub(crate) fn row_reference(
    call: &Call<'_>,
    url: &str,
    absolute: bool,
) -> Result<(TableId, Address), ApiError> {
    let bad = |why: String| crate::errors::bad_payload("", &why);
    let decoded = decode(url.trim(), false);
    let host = decoded.strip_prefix(&call.origin);
    if host.is_none() && (absolute || decoded.starts_with("http")) {
        let why = format!("The URI '{url}' is not an absolute URI of this service.");
        return Err(bad(why));
    }
    let path = host.unwrap_or(&decoded).trim_start_matches('/');
    let path = match path.strip_prefix("api/data/") {
        Some(rest) => rest.split_once('/').map_or("", |(_, rest)| rest),
        None => path,
    };
    let segments = parse_path(path)?;
    let [Segment { name, key: Some(key) }] = segments.as_slice() else {
        return Err(bad(format!("The URI '{url}' does not address one row.")));
    };
    let table = TableId::by_set(name).ok_or_else(|| Code::SegmentNotFound.error(&[name]))?;
    Ok((table, address(table, key)?))
}

/// `missing_row` of an address.
pub(crate) fn missing(table: TableId, address: &Address) -> ApiError {
    match address {
        Address::Id(id) => missing_row(table.def().logical, *id),
        Address::Alternate(..) => Code::KeyNotFound.error(&[&table.def().logical]),
    }
}
