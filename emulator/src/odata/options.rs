//! The query options of a request.

use std::collections::HashMap;

use super::{Expr, Path, bind_filter, bind_path, decode, split_top};
use crate::errors::{ApiError, Code, unknown_property};
use crate::schema::{Collection, TableId};

/// One column to sort by.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The column.
    pub(crate) path: Path,
    /// Largest first.
    pub(crate) descending: bool,
}

/// `$apply`: columns to group by and the name of the count.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate {
    /// Columns to group by.
    pub(crate) by: Vec<Path>,
    /// The name of the count, if counted.
    pub(crate) count: Option<String>,
}

/// One navigation property to expand.
#[derive(Debug, Clone)]
pub(crate) struct Expand {
    /// Its name.
    pub(crate) name: String,
    /// The table of the rows.
    pub(crate) target: TableId,
    /// The collection, or nothing for a lookup.
    pub(crate) collection: Option<&'static Collection>,
    /// `/$ref` on a lookup.
    pub(crate) only_ref: bool,
    /// The nested options.
    pub(crate) query: Query,
    /// The nested options as they were written, for the next link.
    pub(crate) text: String,
}

/// The bound query options on one table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// The columns to return; nothing means all.
    pub(crate) select: Option<Vec<usize>>,
    /// The select as it was written, for the context.
    pub(crate) select_text: Option<String>,
    /// The filter.
    pub(crate) filter: Option<Expr>,
    /// The sort order.
    pub(crate) order: Vec<Order>,
    /// At most so many rows.
    pub(crate) top: Option<usize>,
    /// `$count=true`.
    pub(crate) count: bool,
    /// Expanded navigation properties.
    pub(crate) expand: Vec<Expand>,
    /// `$apply`.
    pub(crate) apply: Option<Aggregate>,
    /// `$skiptoken`.
    pub(crate) skip_token: Option<String>,
    /// `$id` of a disassociation.
    pub(crate) id: Option<String>,
    /// `@p1=..`.
    pub(crate) aliases: HashMap<String, String>,
}

/// Splits a raw query string into decoded names and values.
pub(crate) fn pairs(raw: &str) -> Vec<(String, String)> {
    raw.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// Reads the options of a raw query string on a table; without a table only aliases are read.
pub(crate) fn parse_query(raw: &str, table: Option<TableId>) -> Result<Query, ApiError> {
    let pairs = pairs(raw);
    let aliases: HashMap<String, String> =
        pairs.iter().filter(|(name, _)| name.starts_with('@')).cloned().collect();
    let mut query = Query { aliases: aliases.clone(), ..Query::default() };
    for (name, value) in &pairs {
        if name.starts_with('@') || name == "tag" {
            continue;
        }
        option(&mut query, name, value, table, &aliases, false)?;
    }
    Ok(query)
}

fn option(
    query: &mut Query,
    name: &str,
    value: &str,
    table: Option<TableId>,
    aliases: &HashMap<String, String>,
    nested: bool,
) -> Result<(), ApiError> {
    let bad = |text: &str| Err(Code::Query.error(&[&text]));
    match (name, table) {
        ("$id", _) if !nested => query.id = Some(value.to_owned()),
        ("$skip", _) => return bad("Skip Clause is not supported in CRM"),
        ("$search" | "$format" | "$compute" | "$levels", _) => {
            return bad(&format!("The query option '{name}' is not supported."));
        }
        ("$select", Some(table)) => {
            query.select = Some(select(value, table)?);
            query.select_text = Some(value.replace(' ', ""));
        }
        ("$filter", Some(table)) => query.filter = Some(bind_filter(value, table, aliases)?),
        ("$orderby", Some(table)) => query.order = order(value, table)?,
        ("$top", Some(_)) => match value.parse::<usize>() {
            Ok(top) if top > 0 => query.top = Some(top),
            _ => {
                return bad(&format!(
                    "Invalid value '{value}' for $top query option found. The $top query option requires a non-negative integer value."
                ));
            }
        },
        ("$expand", Some(table)) => query.expand = expand(value, table, aliases)?,
        ("$count", Some(_)) if !nested => match value {
            "true" => query.count = true,
            "false" => query.count = false,
            _ => return bad(&format!("Invalid value '{value}' for $count query option found.")),
        },
        ("$apply", Some(table)) if !nested => apply(query, value, table, aliases)?,
        ("$skiptoken", Some(_)) if !nested => query.skip_token = Some(value.to_owned()),
        ("$count" | "$skiptoken" | "$apply" | "$id", _) if nested => {
            return bad(&format!("The query option '{name}' is not supported inside $expand."));
        }
        _ => return Err(ApiError::unsupported(format!("query option {name}"))),
    }
    Ok(())
}

fn select(value: &str, table: TableId) -> Result<Vec<usize>, ApiError> {
    let def = table.def();
    let mut columns = vec![0];
    for name in value.split(',').map(str::trim) {
        if name == "*" {
            columns.extend(0..def.columns.len());
            continue;
        }
        columns.push(def.query_position(name).ok_or_else(|| unknown_property(name, def.logical))?);
    }
    let mut seen = vec![false; def.columns.len()];
    columns.retain(|column| !std::mem::replace(&mut seen[*column], true));
    Ok(columns)
}

fn order(value: &str, table: TableId) -> Result<Vec<Order>, ApiError> {
    value
        .split(',')
        .map(|part| {
            let mut words = part.split_whitespace();
            let path = bind_path(words.next().unwrap_or_default(), table)?;
            let descending = match (words.next(), words.next()) {
                (None | Some("asc"), None) => false,
                (Some("desc"), None) => true,
                _ => return Err(Code::Query.error(&[&format!("Syntax error in $orderby '{part}'.")])),
            };
            Ok(Order { path, descending })
        })
        .collect()
}

const ONLY: &str = "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.";

fn expand(value: &str, table: TableId, aliases: &HashMap<String, String>) -> Result<Vec<Expand>, ApiError> {
    let parts = split_top(value, ',');
    if parts.len() > 15 {
        return Err(Code::Query.error(&[&"The number of $expand in a query exceeds the maximum of 15."]));
    }
    parts.into_iter().map(|part| expand_one(part.trim(), table, aliases)).collect()
}

fn expand_one(part: &str, table: TableId, aliases: &HashMap<String, String>) -> Result<Expand, ApiError> {
    let def = table.def();
    let (head, text) = match part.find('(') {
        Some(open) if part.ends_with(')') => (&part[..open], &part[open + 1..part.len() - 1]),
        _ => (part, ""),
    };
    let (name, only_ref) = match head.strip_suffix("/$ref") {
        Some(name) => (name, true),
        None => (head, false),
    };
    let (target, collection) = match (def.lookup(name), def.collection(name)) {
        (Some((_, target)), _) => (target, None),
        (_, Some(collection)) => (collection.target, Some(collection)),
        _ if table == TableId::Metadata => {
            return Err(ApiError::unsupported(format!("$expand={name} on EntityDefinitions")));
        }
        _ if !def.targets(name).is_empty() => {
            return Err(ApiError::unsupported(format!("$expand={name}, which leads to several tables")));
        }
        _ => return Err(unknown_property(name, def.logical)),
    };
    if only_ref && collection.is_some() {
        let text = "Expand with $ref is only supported on lookup type navigation property.";
        return Err(Code::Query.error(&[&text]));
    }
    let mut query = Query::default();
    for part in split_top(text, ';').into_iter().filter(|part| !part.trim().is_empty()) {
        let (option_name, value) = part.trim().split_once('=').unwrap_or((part, ""));
        option(&mut query, option_name, value, Some(target), aliases, true)?;
    }
    let sorted = |query: &Query| query.top.is_some() || !query.order.is_empty();
    let nested_wrong = |inner: &Expand| inner.collection.is_some() && sorted(&inner.query);
    if collection.is_none() && sorted(&query) || query.expand.iter().any(nested_wrong) {
        return Err(Code::Query.error(&[&ONLY]));
    }
    Ok(Expand { name: name.to_owned(), target, collection, only_ref, query, text: text.to_owned() })
}

fn apply(
    query: &mut Query,
    value: &str,
    table: TableId,
    aliases: &HashMap<String, String>,
) -> Result<(), ApiError> {
    let unknown = || ApiError::unsupported(format!("$apply={value}"));
    let mut parts = split_top(value.trim(), '/');
    let last = parts.pop().ok_or_else(unknown)?;
    for part in parts {
        let filter = part.strip_prefix("filter(").and_then(|p| p.strip_suffix(')')).ok_or_else(unknown)?;
        query.filter = Some(bind_filter(filter, table, aliases)?);
    }
    let count = |text: &str| {
        text.trim()
            .strip_prefix("aggregate($count as ")
            .and_then(|name| name.strip_suffix(')'))
            .map(|name| name.trim().to_owned())
    };
    if let Some(name) = count(last) {
        query.apply = Some(Aggregate { by: Vec::new(), count: Some(name) });
        return Ok(());
    }
    let inner = last.strip_prefix("groupby(").and_then(|l| l.strip_suffix(')')).ok_or_else(unknown)?;
    let pieces = split_top(inner, ',');
    let columns = pieces[0].trim().strip_prefix('(').and_then(|c| c.strip_suffix(')')).ok_or_else(unknown)?;
    let by = columns.split(',').map(|column| bind_path(column, table)).collect::<Result<_, _>>()?;
    let count = match pieces.get(1) {
        Some(text) => Some(count(text).ok_or_else(unknown)?),
        None => None,
    };
    query.apply = Some(Aggregate { by, count });
    Ok(())
}
