//! The texts that a URL says, in their order: what a client that escaped them must find again.

use super::filter::{RawExpr, RawOperand, list, parse};
use super::lexer::{Literal, literal};
use super::options::pairs;
use super::{Key, decode, parse_path};

/// The texts in the parentheses of the path, in the filter, and in the aliases of a path with its query.
///
/// # Errors
/// When a part of it is not OData.
pub(crate) fn texts(url: &str) -> Result<Vec<String>, String> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut found = Vec::new();
    let segments = parse_path(&decode(path, false)).map_err(|error| error.message)?;
    for key in segments.into_iter().filter_map(|segment| segment.key) {
        match key {
            Key::Bare(value) => text_of(&value, &mut found),
            Key::Named(pairs) => pairs.iter().for_each(|(_, value)| text_of(value, &mut found)),
        }
    }
    for (name, value) in pairs(query) {
        if name == "$filter" {
            let filter = parse(&value, &std::collections::HashMap::new()).map_err(|error| error.message)?;
            in_filter(&filter, &mut found);
        } else if name.starts_with('@') {
            match list(&value) {
                Some(values) => found.extend(values),
                None => text_of(&value, &mut found),
            }
        }
    }
    Ok(found)
}

fn text_of(value: &str, found: &mut Vec<String>) {
    if let Some(Literal::Text(text)) = literal(value) {
        found.push(text);
    }
}

fn in_filter(filter: &RawExpr, found: &mut Vec<String>) {
    let mut sides = |left: &RawOperand, right: &RawOperand| {
        for side in [left, right] {
            if let RawOperand::Literal(Literal::Text(text)) = side {
                found.push(text.clone());
            }
        }
    };
    match filter {
        RawExpr::Compare(_, left, right) | RawExpr::Match(_, left, right) => sides(left, right),
        RawExpr::And(left, right) | RawExpr::Or(left, right) => {
            in_filter(left, found);
            in_filter(right, found);
        }
        RawExpr::Not(inner) => in_filter(inner, found),
        RawExpr::In { property, values, .. } => {
            found.push(property.clone());
            found.extend(values.iter().cloned());
        }
        RawExpr::Lambda { body, .. } => {
            if let Some(body) = body {
                in_filter(body, found);
            }
        }
        RawExpr::Flag(_) => {}
    }
}
