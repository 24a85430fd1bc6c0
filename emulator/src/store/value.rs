//! The value of one column.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The value of one column of one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Val {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number or the value of a choice.
    Int(i64),
    /// A decimal number.
    Number(f64),
    /// A GUID or the target of a lookup.
    Guid(Uuid),
    /// Text or an instant.
    #[serde(with = "shared_text")]
    Text(Arc<str>),
    /// JSON text, written as it is.
    #[serde(with = "shared_text")]
    Raw(Arc<str>),
}

impl Val {
    /// Text.
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }

    /// The GUID, if it is one.
    pub(crate) fn as_guid(&self) -> Option<Uuid> {
        match self {
            Self::Guid(id) => Some(*id),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is no value.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Order as the service sorts: nulls first, text without regard to case, GUIDs by their text.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Guid(a), Self::Guid(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => fold(a).cmp(&fold(b)),
            _ => self.number().partial_cmp(&other.number()).unwrap_or(Ordering::Equal),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "only compared with decimal numbers")]
    fn number(&self) -> f64 {
        match self {
            Self::Int(value) => *value as f64,
            Self::Number(value) => *value,
            _ => 0.0,
        }
    }
}

/// Text for comparison without regard to case.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// Shared text as a plain string.
mod shared_text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}
