//! Rows as OData JSON.

use std::sync::Arc;

use crate::access::Right;
use crate::call::Call;
use crate::column_security::visible;
use crate::errors::ApiError;
use crate::odata::{Expand, JsonOut, Query, Rows, matches};
use crate::schema::{Column, Kind, TableId};
use crate::store::{Row, Val};

const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
const LOGICAL: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// Writes a row as an object; `context` makes it the answer itself.
pub(crate) fn row(
    out: &mut JsonOut,
    call: &Call<'_>,
    row: &Row,
    query: &Query,
    context: Option<&str>,
) -> Result<(), ApiError> {
    out.open('{');
    if let Some(context) = context {
        out.member("@odata.context", context);
    }
    if row.table == TableId::Attribute {
        out.member("@odata.type", &crate::metadata::odata_type(row));
    }
    if !row.table.is_metadata() {
        out.member("@odata.etag", &format!("W/\"{}\"", row.version));
    }
    columns(out, call, row, query);
    for expand in &query.expand {
        expanded(out, call, row, expand)?;
    }
    out.close('}');
    Ok(())
}

fn columns(out: &mut JsonOut, call: &Call<'_>, row: &Row, query: &Query) {
    let def = row.table.def();
    let mut write = |position: usize| {
        let column = &def.columns[position];
        let value = &row.values[position];
        out.name(column.query_name);
        match (column.kind, value) {
            (Kind::Managed, Val::Bool(on)) => {
                let property =
                    if column.name == "canbedeleted" { "canbedeleted" } else { "iscustomizableanddeletable" };
                let changeable = !row.flag("ismanaged");
                out.raw(&format!(
                    "{{\"Value\":{on},\"CanBeChanged\":{changeable},\"ManagedPropertyLogicalName\":\"{property}\"}}"
                ));
            }
            _ => out.value(value),
        }
        if !call.prefs.annotations.is_empty() && !value.is_null() {
            annotate(out, call, column, value);
        }
    };
    match &query.select {
        Some(select) => select.iter().copied().for_each(&mut write),
        None => (0..def.columns.len()).for_each(&mut write),
    }
}

fn annotate(out: &mut JsonOut, call: &Call<'_>, column: &Column, value: &Val) {
    let name = |annotation: &str| format!("{}@{annotation}", column.query_name);
    if call.prefs.wants(FORMATTED)
        && let Some(text) = formatted(call, column, value)
    {
        out.member(&name(FORMATTED), &text);
    }
    if let Some((navigation, target)) = target(call, column, value) {
        if call.prefs.wants(LOGICAL) {
            out.member(&name(LOGICAL), target.def().logical);
        }
        if call.prefs.wants(NAVIGATION) {
            out.member(&name(NAVIGATION), navigation);
        }
    }
}

/// The navigation property and the table of what a lookup holds.
fn target(call: &Call<'_>, column: &Column, value: &Val) -> Option<(&'static str, TableId)> {
    match column.kind {
        Kind::Lookup(target) => Some((column.navigation, target)),
        Kind::Any(targets) => {
            let id = value.as_guid()?;
            targets.iter().find(|(_, target)| call.store().row(*target, id).is_some()).copied()
        }
        _ => None,
    }
}

fn formatted(call: &Call<'_>, column: &Column, value: &Val) -> Option<String> {
    match (column.kind, value) {
        (Kind::Choice(options), Val::Int(number)) => {
            options.iter().find(|(value, _)| value == number).map(|(_, label)| (*label).to_owned())
        }
        (Kind::Bool, Val::Bool(on)) => Some(if *on { "Yes" } else { "No" }.to_owned()),
        (Kind::Lookup(_) | Kind::Any(_), Val::Guid(id)) => {
            let (_, target) = target(call, column, value)?;
            let row = call.store().row(target, *id)?;
            row.text(target.def().name_column).map(str::to_owned)
        }
        (Kind::Int, Val::Int(number)) => Some(grouped(*number)),
        (Kind::Date, Val::Text(text)) => Some(text.replace('T', " ").trim_end_matches('Z').to_owned()),
        _ => None,
    }
}

/// `524,288`
fn grouped(number: i64) -> String {
    let digits = number.abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

fn expanded(out: &mut JsonOut, call: &Call<'_>, owner: &Row, expand: &Expand) -> Result<(), ApiError> {
    let Some(collection) = expand.collection else {
        return lookup(out, call, owner, expand);
    };
    call.caller.need(call.store(), collection.target, Right::Read)?;
    let rows = filtered(call, call.store().members(owner, collection), &expand.query);
    out.name(&expand.name);
    out.open('[');
    for member in rows.iter().take(expand.query.top.unwrap_or(5000)) {
        row(out, call, member, &expand.query, None)?;
    }
    out.close(']');
    let options = expand.text.replace(';', "&");
    let mark = if options.is_empty() { "" } else { "?" };
    let url = format!("{}/{}{mark}{options}", call.row_url(owner.table, owner.id), expand.name);
    out.member(&format!("{}@odata.nextLink", expand.name), &url);
    Ok(())
}

fn lookup(out: &mut JsonOut, call: &Call<'_>, owner: &Row, expand: &Expand) -> Result<(), ApiError> {
    let def = owner.table.def();
    let target = def.lookup(&expand.name).and_then(|(column, target)| {
        let id = owner.values[column].as_guid()?;
        call.store().find(target, id)
    });
    let target = target.map(|row| visible(call, row));
    call.caller.need(call.store(), expand.target, Right::Read)?;
    out.name(&expand.name);
    match target {
        Some(found) if expand.only_ref => {
            out.open('{');
            out.member("@odata.id", &call.row_url(found.table, found.id));
            out.close('}');
        }
        Some(found) if expand.query.filter.as_ref().is_none_or(|filter| matches(filter, &found, call)) => {
            row(out, call, &found, &expand.query, None)?;
        }
        _ => out.value(&Val::Null),
    }
    Ok(())
}

/// Rows the caller may read that pass the filter, sorted.
pub(crate) fn filtered(call: &Call<'_>, mut rows: Vec<Arc<Row>>, query: &Query) -> Vec<Arc<Row>> {
    let store = call.store();
    if let Some(first) = rows.first()
        && !call.caller.reads_all(first.table)
    {
        rows.retain(|row| call.caller.may(store, row, Right::Read));
    }
    let mut rows: Vec<Arc<Row>> = rows.into_iter().map(|row| visible(call, row)).collect();
    if let Some(filter) = &query.filter {
        rows.retain(|row| matches(filter, row, call));
    }
    if !query.order.is_empty() {
        rows.sort_by(|a, b| {
            query
                .order
                .iter()
                .map(|order| {
                    let value = |row: &Row| crate::odata::follow(&order.path, row, call);
                    let found = value(a).order(&value(b));
                    if order.descending { found.reverse() } else { found }
                })
                .find(|found| found.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    rows
}

/// The column list of a context URL: `(a,b,nav(c))`, empty when nothing was selected.
pub(crate) fn shape(query: &Query) -> String {
    let mut parts: Vec<String> = query.select_text.iter().cloned().collect();
    parts.extend(query.expand.iter().map(|expand| {
        let inner = shape(&expand.query);
        format!("{}{}", expand.name, if inner.is_empty() { "()" } else { &inner })
    }));
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
}
