//! Reading: collections, single rows, navigation and counts.

use std::sync::Arc;

use crate::access::Right;
use crate::call::Call;
use crate::collection::{PAGE, write_list};
use crate::column_security::visible;
use crate::errors::{ApiError, Code, unknown_property};
use crate::odata::{JsonOut, Literal, Query, Rows, Segment, parse_query};
use crate::render::{self, filtered, shape};
use crate::router::{Address, missing};
use crate::rows::candidates;
use crate::schema::{Kind, TableId};
use crate::store::{Row, Val};
use crate::wire::Answer;

/// The list of entity sets.
pub(crate) fn service_document(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut out = JsonOut::default();
    out.open('{');
    out.member("@odata.context", &format!("{}/$metadata", call.base));
    out.name("value");
    out.open('[');
    for table in TableId::all().filter(|table| !table.is_hidden()) {
        out.open('{');
        for name in ["name", "url"] {
            out.member(name, table.def().set);
        }
        out.member("kind", "EntitySet");
        out.close('}');
    }
    out.close(']');
    out.close('}');
    Ok(Answer::odata(200, out.finish()))
}

/// Finds the row of an address; addressing a person by the Entra key may add the user.
pub(crate) fn resolve(call: &mut Call<'_>, table: TableId, address: &Address) -> Result<Arc<Row>, ApiError> {
    let found = match address {
        Address::Id(id) => call.store().find(table, *id),
        Address::Alternate(key) => by_key(call, table, key)?,
    };
    found.ok_or_else(|| missing(table, address))
}

fn by_key(
    call: &mut Call<'_>,
    table: TableId,
    key: &[(&'static str, Literal)],
) -> Result<Option<Arc<Row>>, ApiError> {
    match (table, key) {
        (TableId::SystemUser, [(column, Literal::Guid(id))]) => {
            let rows = call.store().rows_by(table, column, *id);
            let found = rows.iter().find(|row| row.int("deletedstate") != Some(1)).or(rows.first()).cloned();
            if found.is_none() && call.world.switches.just_in_time_users {
                return crate::rules::entra_users::just_in_time(call.world, *id);
            }
            Ok(found)
        }
        (TableId::Team, [(_, Literal::Guid(group)), (_, Literal::Int(kind))]) => {
            Ok(crate::rules::group_teams::team_of(call.store(), *group, *kind))
        }
        (TableId::Metadata, [(_, Literal::Text(name))]) => {
            Ok(crate::metadata::rows().iter().find(|row| row.text("LogicalName") == Some(name)).cloned())
        }
        _ => Err(Code::Query.error(&[&"The key in the request URI is not valid."])),
    }
}

/// [`resolve`] where a group of Entra is given a role or a row: its team is created when there is none.
pub(crate) fn resolve_or_add(
    call: &mut Call<'_>,
    table: TableId,
    address: &Address,
) -> Result<Arc<Row>, ApiError> {
    if let (TableId::Team, Address::Alternate(key)) = (table, address)
        && let [(_, Literal::Guid(group)), (_, Literal::Int(kind))] = key.as_slice()
        && let Some(team) = crate::rules::group_teams::just_in_time(call, *group, *kind)?
    {
        return Ok(team);
    }
    resolve(call, table, address)
}

/// A row the caller may read.
pub(crate) fn readable(call: &mut Call<'_>, table: TableId, address: &Address) -> Result<Arc<Row>, ApiError> {
    call.caller.need(call.store(), table, Right::Read)?;
    let row = resolve(call, table, address)?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    Ok(visible(call, row))
}

/// One row.
pub(crate) fn single(
    call: &mut Call<'_>,
    table: TableId,
    address: &Address,
    query: &Query,
) -> Result<Answer, ApiError> {
    let row = readable(call, table, address)?;
    single_row(call, &row, query)
}

/// One row as the answer itself.
pub(crate) fn single_row(call: &Call<'_>, row: &Row, query: &Query) -> Result<Answer, ApiError> {
    if query.filter.is_some() || query.top.is_some() || !query.order.is_empty() || query.count {
        return Err(
            Code::Query.error(&[&"The query options $filter, $orderby, $top and $count need a collection."])
        );
    }
    let etag = format!("W/\"{}\"", row.version);
    match call.request.header("if-none-match") {
        Some(value) if value == etag => return Ok(Answer::empty(304).with("ETag", etag)),
        Some("null" | "*") | None => {}
        Some(value) if value.starts_with("W/\"") => {}
        Some(other) => return Err(ApiError::unsupported(format!("If-None-Match: {other} on GET"))),
    }
    let mut out = JsonOut::default();
    let context = call.context(&format!("{}{}/$entity", row.table.def().set, shape(query)));
    render::row(&mut out, call, row, query, Some(&context))?;
    let answer = Answer::odata(200, out.finish());
    Ok(if row.table.is_metadata() { answer } else { answer.with("ETag", etag) })
}

/// The answer to a write with `return=representation`.
pub(crate) fn representation(call: &Call<'_>, status: u16, row: &Row) -> Result<Answer, ApiError> {
    let query = parse_query(call.raw_query(), Some(row.table))?;
    let mut answer = single_row(call, &visible(call, Arc::new(row.clone())), &query)?;
    answer.status = status;
    if status == 201 && call.world.switches.entity_id_with_created {
        answer = answer.with("OData-EntityId", call.row_url(row.table, row.id));
    }
    Ok(answer)
}

/// A collection.
pub(crate) fn list(call: &mut Call<'_>, table: TableId, query: &Query) -> Result<Answer, ApiError> {
    call.caller.need(call.store(), table, Right::Read)?;
    let rows = filtered(call, candidates(call.store(), table, query.filter.as_ref()), query);
    write_list(call, table, table.def().set, &rows, query)
}

/// `/$count`: the number as text, at most 5000.
pub(crate) fn count(call: &mut Call<'_>, table: TableId, query: &Query) -> Result<Answer, ApiError> {
    call.caller.need(call.store(), table, Right::Read)?;
    let rows = filtered(call, candidates(call.store(), table, query.filter.as_ref()), query);
    let answer = Answer { status: 200, headers: Vec::new(), body: rows.len().min(PAGE).to_string() };
    Ok(answer.with("Content-Type", "text/plain"))
}

/// A path of navigation properties below a row, or one of its properties.
pub(crate) fn navigate(
    call: &mut Call<'_>,
    table: TableId,
    address: &Address,
    tail: &[Segment],
) -> Result<Answer, ApiError> {
    let mut row = readable(call, table, address)?;
    let mut tail = tail;
    while let [segment, rest @ ..] = tail {
        let def = row.table.def();
        if let Some((column, target)) = def.lookup(&segment.name) {
            call.caller.need(call.store(), target, Right::Read)?;
            let Some(next) = row.values[column].as_guid().and_then(|id| call.store().find(target, id)) else {
                return Ok(Answer::empty(204));
            };
            call.caller.need_on(call.store(), &next, Right::Read)?;
            row = visible(call, next);
            tail = rest;
            continue;
        }
        if let Some(collection) = def.collection(&segment.name) {
            call.caller.need(call.store(), collection.target, Right::Read)?;
            let members = call.store().members(&row, collection);
            return match (&segment.key, rest) {
                (None, []) => {
                    let query = parse_query(call.raw_query(), Some(collection.target))?;
                    let rows = filtered(call, members, &query);
                    write_list(call, collection.target, collection.target.def().set, &rows, &query)
                }
                (None, [count]) if count.name == "$count" => {
                    let query = parse_query(call.raw_query(), Some(collection.target))?;
                    let number = filtered(call, members, &query).len().min(PAGE).to_string();
                    let answer = Answer { status: 200, headers: Vec::new(), body: number };
                    Ok(answer.with("Content-Type", "text/plain"))
                }
                (Some(key), []) => {
                    let address = crate::router::address(collection.target, key)?;
                    let member = resolve(call, collection.target, &address)?;
                    if !members.iter().any(|known| known.id == member.id) {
                        return Err(missing(collection.target, &address));
                    }
                    let query = parse_query(call.raw_query(), Some(collection.target))?;
                    call.caller.need_on(call.store(), &member, Right::Read)?;
                    single_row(call, &visible(call, member), &query)
                }
                (_, [other, ..]) => Err(Code::SegmentNotFound.error(&[&other.name])),
            };
        }
        return property(call, &row, segment, rest);
    }
    let query = parse_query(call.raw_query(), Some(row.table))?;
    single_row(call, &row, &query)
}

fn property(call: &Call<'_>, row: &Row, segment: &Segment, rest: &[Segment]) -> Result<Answer, ApiError> {
    let def = row.table.def();
    if row.table == TableId::Metadata {
        return Err(ApiError::unsupported(format!("EntityDefinitions(..)/{}", segment.name)));
    }
    let position = def.query_position(&segment.name).ok_or_else(|| {
        if segment.key.is_some() {
            Code::SegmentNotFound.error(&[&segment.name])
        } else {
            unknown_property(&segment.name, def.logical)
        }
    })?;
    let value = &row.values[position];
    match rest {
        [] if value.is_null() => Ok(Answer::empty(204)),
        [] => {
            let mut out = JsonOut::default();
            out.open('{');
            let context = call.context(&format!("{}({})/{}", def.set, row.id, segment.name));
            out.member("@odata.context", &context);
            out.name("value");
            out.value(value);
            out.close('}');
            Ok(Answer::odata(200, out.finish()))
        }
        [value_segment]
            if value_segment.name == "$value" && !matches!(def.columns[position].kind, Kind::Managed) =>
        {
            let text = match value {
                Val::Null => return Ok(Answer::empty(204)),
                Val::Text(text) => text.to_string(),
                other => {
                    let mut out = JsonOut::default();
                    out.value(other);
                    out.finish().trim_matches('"').to_owned()
                }
            };
            let answer = Answer { status: 200, headers: Vec::new(), body: text };
            Ok(answer.with("Content-Type", "text/plain"))
        }
        [other, ..] => Err(Code::SegmentNotFound.error(&[&other.name])),
    }
}

/// `GET ../navigation/$ref`
pub(crate) fn references(call: &mut Call<'_>, owner: &Row, navigation: &str) -> Result<Answer, ApiError> {
    let def = owner.table.def();
    call.caller.need_on(call.store(), owner, Right::Read)?;
    if let Some((column, target)) = def.lookup(navigation) {
        let Some(id) = owner.values[column].as_guid() else { return Ok(Answer::empty(204)) };
        let body = serde_json::json!({ "@odata.context": call.context("$ref"), "@odata.id": call.row_url(target, id) });
        return Ok(Answer::odata(200, body.to_string()));
    }
    let collection = def.collection(navigation).ok_or_else(|| unknown_property(navigation, def.logical))?;
    call.caller.need(call.store(), collection.target, Right::Read)?;
    let rows = filtered(call, call.store().members(owner, collection), &Query::default());
    let value: Vec<_> =
        rows.iter().map(|row| serde_json::json!({ "@odata.id": call.row_url(row.table, row.id) })).collect();
    let body = serde_json::json!({ "@odata.context": call.context("Collection($ref)"), "value": value });
    Ok(Answer::odata(200, body.to_string()))
}

/// The instant a row was changed, for `modifiedon`.
pub(crate) fn now() -> Val {
    Val::text(crate::clock::now())
}
