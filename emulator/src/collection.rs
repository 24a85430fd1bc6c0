//! Collections as answers: pages, counts and aggregates.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::odata::{Aggregate, JsonOut, Query, decode, follow};
use crate::render::{self, shape};
use crate::schema::TableId;
use crate::store::{Row, Val};
use crate::wire::Answer;

/// The largest page.
pub(crate) const PAGE: usize = 5000;

/// A collection as an answer: one page of it, or its aggregate.
pub(crate) fn write_list(
    call: &Call<'_>,
    table: TableId,
    path: &str,
    rows: &[Arc<Row>],
    query: &Query,
) -> Result<Answer, ApiError> {
    if let Some(apply) = &query.apply {
        return Ok(aggregate(call, table, rows, apply));
    }
    let metadata = table.is_metadata();
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
        let values: Vec<Val> = apply.by.iter().map(|path| follow(path, row, call)).collect();
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
