//! The path of a request below the service root.

use super::split_top;
use crate::errors::{ApiError, Code};

/// A key in parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// `set(value)`
    Bare(String),
    /// `set(a=1,b=2)` or the arguments of a function.
    Named(Vec<(String, String)>),
}

/// One segment of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Its name.
    pub(crate) name: String,
    /// What stands in the parentheses, if there are any.
    pub(crate) key: Option<Key>,
}

/// Splits a decoded path.
pub(crate) fn parse_path(path: &str) -> Result<Vec<Segment>, ApiError> {
    split_top(path.trim_matches('/'), '/').into_iter().filter(|part| !part.is_empty()).map(segment).collect()
}

fn segment(text: &str) -> Result<Segment, ApiError> {
    let Some(open) = text.find('(') else {
        return Ok(Segment { name: text.to_owned(), key: None });
    };
    let Some(inner) = text[open + 1..].strip_suffix(')') else {
        return Err(Code::SegmentNotFound.error(&[&text]));
    };
    let named = split_top(inner, ',').into_iter().map(split_equals).collect::<Option<Vec<_>>>();
    let key = match named {
        Some(pairs) => Key::Named(pairs),
        None if inner.trim().is_empty() => Key::Named(Vec::new()),
        None => Key::Bare(inner.trim().to_owned()),
    };
    Ok(Segment { name: text[..open].to_owned(), key: Some(key) })
}

fn split_equals(part: &str) -> Option<(String, String)> {
    let pieces = split_top(part, '=');
    let (name, value) = part.split_once('=')?;
    (pieces.len() >= 2).then(|| (name.trim().to_owned(), value.trim().to_owned()))
}
