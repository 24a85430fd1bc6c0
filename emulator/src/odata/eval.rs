//! Evaluating filters on rows.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::{Expr, Operand, Path};
use crate::schema::{Collection, TableId};
use crate::store::{Row, Val, fold};

/// Where an evaluation finds rows.
pub(crate) trait Rows {
    /// A row by key.
    fn find(&self, table: TableId, id: uuid::Uuid) -> Option<Arc<Row>>;
    /// The rows of a collection.
    fn members(&self, row: &Row, collection: &Collection) -> Vec<Arc<Row>>;
}

/// Whether a row passes a filter.
pub(crate) fn matches(expr: &Expr, row: &Row, rows: &impl Rows) -> bool {
    match expr {
        Expr::And(a, b) => matches(a, row, rows) && matches(b, row, rows),
        Expr::Or(a, b) => matches(a, row, rows) || matches(b, row, rows),
        Expr::Not(inner) => !matches(inner, row, rows),
        Expr::Compare(operator, a, b) => compare(operator, &operand(a, row, rows), &operand(b, row, rows)),
        Expr::Match(function, a, b) => match (&*operand(a, row, rows), &*operand(b, row, rows)) {
            (Val::Text(text), Val::Text(pattern)) => {
                let pattern = match function.as_str() {
                    "contains" => format!("%{pattern}%"),
                    "startswith" => format!("{pattern}%"),
                    _ => format!("%{pattern}"),
                };
                like(&fold(text), &fold(&pattern))
            }
            _ => false,
        },
        Expr::In(path, values, negated) => {
            let found = reach(path, row, rows);
            values.iter().any(|value| compare("eq", &found, value)) != *negated
        }
        Expr::Lambda { hops, collection, all, body } => {
            let Some(owner) = walk(hops, row, rows) else { return *all };
            let mut members = rows.members(&owner, collection).into_iter();
            let test = |member: Arc<Row>| body.as_ref().is_none_or(|body| matches(body, &member, rows));
            if *all { members.all(test) } else { members.any(test) }
        }
    }
}

fn operand<'v>(operand: &'v Operand, row: &'v Row, rows: &impl Rows) -> Cow<'v, Val> {
    match operand {
        Operand::Value(value) => Cow::Borrowed(value),
        Operand::Path(path) => reach(path, row, rows),
    }
}

fn walk(hops: &[(usize, TableId)], row: &Row, rows: &impl Rows) -> Option<Arc<Row>> {
    let mut current = Arc::new(row.clone());
    for (column, table) in hops {
        let id = current.values[*column].as_guid()?;
        current = rows.find(*table, id)?;
    }
    Some(current)
}

/// The value a path leads to; null when a lookup on the way is empty.
pub(crate) fn follow(path: &Path, row: &Row, rows: &impl Rows) -> Val {
    reach(path, row, rows).into_owned()
}

/// [`follow`] without a copy where the value is the row's own: a scan looks at every row.
fn reach<'v>(path: &Path, row: &'v Row, rows: &impl Rows) -> Cow<'v, Val> {
    if path.hops.is_empty() {
        return Cow::Borrowed(&row.values[path.column]);
    }
    Cow::Owned(walk(&path.hops, row, rows).map_or(Val::Null, |row| row.values[path.column].clone()))
}

fn compare(operator: &str, a: &Val, b: &Val) -> bool {
    let equal = || match (a, b) {
        // Most text is ASCII, and a scan of many rows must not write each of them anew.
        (Val::Text(a), Val::Text(b)) if a.is_ascii() && b.is_ascii() => a.eq_ignore_ascii_case(b),
        (Val::Text(a), Val::Text(b)) => fold(a) == fold(b),
        _ => a.order(b) == Ordering::Equal,
    };
    match operator {
        "eq" => equal(),
        "ne" => !equal(),
        _ if a.is_null() || b.is_null() => false,
        "gt" => a.order(b) == Ordering::Greater,
        "ge" => a.order(b) != Ordering::Less,
        "lt" => a.order(b) == Ordering::Less,
        _ => a.order(b) != Ordering::Greater,
    }
}

/// `LIKE` of SQL with `%`, `_` and `[..]`.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    like_at(&text, &pattern)
}

fn like_at(text: &[char], pattern: &[char]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    match first {
        '%' => (0..=text.len()).any(|skip| like_at(&text[skip..], rest)),
        '_' => text.split_first().is_some_and(|(_, text)| like_at(text, rest)),
        '[' => match (rest.iter().position(|c| *c == ']'), text.split_first()) {
            (Some(end), Some((c, text))) => rest[..end].contains(c) && like_at(text, &rest[end + 1..]),
            (None, Some(('[', text))) => like_at(text, rest),
            _ => false,
        },
        c => text.split_first().is_some_and(|(found, text)| found == c && like_at(text, rest)),
    }
}
