//! Reading: collections, single rows, navigation and counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code, unknown_property};
use crate::odata::{Aggregate, JsonOut, Literal, Query, Rows, Segment, decode, follow, parse_query};
use crate::render::{self, filtered, shape};
use crate::router::{Address, missing};
use crate::rows::candidates;
use crate::schema::{Kind, TableId};
use crate::store::{Row, Val};
use crate::wire::Answer;

/// The largest page.
const PAGE: usize = 5000;

/// The list of entity sets.
pub(crate) fn service_document(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut out = JsonOut::default();
    out.open('{');
    out.member("@odata.context", &format!("{}/$metadata", call.base));
    out.name("value");
    out.open('[');
    for table in TableId::all() {
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
        Address::Alternate(column, literal) => by_key(call, table, column, literal)?,
    };
    found.ok_or_else(|| missing(table, address))
}

fn by_key(
    call: &mut Call<'_>,
    table: TableId,
    column: &str,
    key: &Literal,
) -> Result<Option<Arc<Row>>, ApiError> {
    match (table, key) {
        (TableId::SystemUser, Literal::Guid(id)) => {
            let rows = call.store().rows_by(table, column, *id);
            let found = rows.iter().find(|row| row.int("deletedstate") != Some(1)).or(rows.first()).cloned();
            if found.is_none() && call.world.switches.just_in_time_users {
                return crate::rules::users::just_in_time(call.world, *id);
            }
            Ok(found)
        }
        (TableId::Metadata, Literal::Text(name)) => {
            Ok(crate::metadata::rows().iter().find(|row| row.text("LogicalName") == Some(name)).cloned())
        }
        _ => Err(Code::Query.error(&[&"The key in the request URI is not valid."])),
    }
}

/// A row the caller may read.
pub(crate) fn readable(call: &mut Call<'_>, table: TableId, address: &Address) -> Result<Arc<Row>, ApiError> {
    call.caller.need(call.store(), table, Right::Read)?;
    let row = resolve(call, table, address)?;
    call.caller.need_on(call.store(), &row, Right::Read)?;
    Ok(row)
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

fn single_row(call: &Call<'_>, row: &Row, query: &Query) -> Result<Answer, ApiError> {
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
    Ok(if row.table == TableId::Metadata { answer } else { answer.with("ETag", etag) })
}

/// The answer to a write with `return=representation`.
pub(crate) fn representation(call: &Call<'_>, status: u16, row: &Row) -> Result<Answer, ApiError> {
    let query = parse_query(call.raw_query(), Some(row.table))?;
    let mut answer = single_row(call, row, &query)?;
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

fn write_list(
    call: &Call<'_>,
    table: TableId,
    path: &str,
    rows: &[Arc<Row>],
    query: &Query,
) -> Result<Answer, ApiError> {
    if let Some(apply) = &query.apply {
        return Ok(aggregate(call, table, rows, apply));
    }
    let metadata = table == TableId::Metadata;
    let token = query.skip_token.as_deref().map(Cookie::parse).transpose()?;
    let start = token.as_ref().map_or(0, |cookie| cookie.start(rows));
    let size = match (call.prefs.page_size, query.top) {
        _ if metadata => rows.len(),
        (Some(size), _) => size,
        (None, Some(top)) => top.min(PAGE),
        (None, None) => PAGE,
    };
    let end = rows.len().min(start + size);
    let more = end < rows.len() && (call.prefs.page_size.is_some() || query.top.is_none());

    let mut out = JsonOut::default();
    out.open('{');
    out.member("@odata.context", &call.context(&format!("{path}{}", shape(query))));
    if query.count && !metadata {
        out.number("@odata.count", rows.len().min(PAGE));
    }
    if call.prefs.wants("Microsoft.Dynamics.CRM.totalrecordcount") {
        let total = if query.count { i64::try_from(rows.len().min(PAGE)).unwrap_or(-1) } else { -1 };
        out.number("@Microsoft.Dynamics.CRM.totalrecordcount", total);
    }
    if call.prefs.wants("Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded") {
        out.number("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded", query.count && rows.len() > PAGE);
    }
    if call.prefs.wants("Microsoft.Dynamics.CRM.globalmetadataversion") {
        out.member("@Microsoft.Dynamics.CRM.globalmetadataversion", "1000000");
    }
    out.name("value");
    out.open('[');
    for row in &rows[start.min(end)..end] {
        render::row(&mut out, call, row, query, None)?;
    }
    out.close(']');
    if more && let Some(last) = rows.get(end.wrapping_sub(1)) {
        let page = token.map_or(1, |cookie| cookie.page) + 1;
        out.member("@odata.nextLink", &next_link(call, page, last, end));
    }
    out.close('}');
    Ok(Answer::odata(200, out.finish()))
}

/// The place of a page: its number and the last row before it.
struct Cookie {
    page: usize,
    last: Option<uuid::Uuid>,
    offset: usize,
}

impl Cookie {
    fn parse(text: &str) -> Result<Self, ApiError> {
        let wrong = || Code::Query.error(&[&"Malformed XML in the Paging Cookie"]);
        let field = |name: &str| {
            let start = text.find(&format!("{name}=\""))? + name.len() + 2;
            text[start..].split('"').next()
        };
        let page = field("pagenumber").and_then(|page| page.parse().ok()).ok_or_else(wrong)?;
        let cookie = decode(field("pagingcookie").ok_or_else(wrong)?, false);
        let (last, offset) = cookie.split_once(':').ok_or_else(wrong)?;
        Ok(Self {
            page,
            last: uuid::Uuid::parse_str(last).ok(),
            offset: offset.parse().map_err(|_| wrong())?,
        })
    }

    fn start(&self, rows: &[Arc<Row>]) -> usize {
        let place = self.last.and_then(|last| rows.iter().position(|row| row.id == last));
        place.map_or(self.offset, |place| place + 1)
    }
}

fn next_link(call: &Call<'_>, page: usize, last: &Row, offset: usize) -> String {
    let cookie = format!(
        "<cookie pagenumber=\"{page}\" pagingcookie=\"{}%3a{offset}\" istracking=\"False\" />",
        last.id
    );
    let mut encoded = String::new();
    for byte in cookie.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    let others: Vec<&str> = call
        .raw_query()
        .split('&')
        .filter(|part| !part.is_empty() && !decode(part, true).starts_with("$skiptoken="))
        .collect();
    let path = call.request.path.trim_start_matches('/');
    let joined = others.iter().map(|part| format!("{part}&")).collect::<String>();
    format!("{}/{path}?{joined}$skiptoken={encoded}", call.origin)
}

fn aggregate(call: &Call<'_>, table: TableId, rows: &[Arc<Row>], apply: &Aggregate) -> Answer {
    let mut groups: BTreeMap<String, (Vec<Val>, usize)> = BTreeMap::new();
    if apply.by.is_empty() {
        groups.insert("[]".to_owned(), (Vec::new(), 0));
    }
    for row in rows {
        let values: Vec<Val> = apply.by.iter().map(|path| follow(path, row, call.store())).collect();
        groups.entry(format!("{values:?}")).or_insert((values, 0)).1 += 1;
    }
    let mut out = JsonOut::default();
    out.open('{');
    let names: Vec<&str> =
        apply.by.iter().map(|path| path.table.def().columns[path.column].query_name).collect();
    let mut listed: Vec<&str> = names.clone();
    listed.extend(apply.count.as_deref());
    out.member("@odata.context", &call.context(&format!("{}({})", table.def().set, listed.join(","))));
    out.name("value");
    out.open('[');
    for (values, count) in groups.values() {
        out.open('{');
        for (name, value) in names.iter().zip(values) {
            out.name(name);
            out.value(value);
        }
        if let Some(name) = &apply.count {
            out.number(name, count);
        }
        out.close('}');
    }
    out.close(']');
    out.close('}');
    Answer::odata(200, out.finish())
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
            row = next;
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
                    single_row(call, &member, &query)
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
