//! Columns to write.

use serde_json::{Map, Value};

use crate::dataverse::id::Id;

/// Columns to write, by name. A column that is not mentioned stays as it is; `null` clears it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(pub(super) Map<String, Value>);

impl Changes {
    /// No change.
    pub fn new() -> Changes {
        Changes::default()
    }

    /// Sets a column; `None` and [`Value::Null`] clear it.
    #[must_use]
    pub fn set(mut self, column: &str, value: impl Into<Value>) -> Changes {
        self.0.insert(column.to_owned(), value.into());
        self
    }

    /// As [`Changes::set`], if there is a value.
    #[must_use]
    pub fn set_some<T: Into<Value>>(self, column: &str, value: Option<T>) -> Changes {
        match value {
            Some(value) => self.set(column, value),
            None => self,
        }
    }

    /// Points a lookup at the row `id` of `set`, or clears it. `navigation` is the name of the navigation property.
    #[must_use]
    pub fn lookup(self, navigation: &str, set: &str, id: Option<Id>) -> Changes {
        self.set(&format!("{navigation}@odata.bind"), id.map(|id| format!("/{set}({id})")))
    }

    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The columns as a request body.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Value {
        Value::String(id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_clears_and_absence_leaves() {
        let id = Id::from_u128(7);
        let changes = Changes::new()
            .set("title", None::<String>)
            .set_some("nickname", None::<String>)
            .lookup("parentsystemuserid", "systemusers", None)
            .lookup("businessunitid", "businessunits", Some(id));
        assert_eq!(
            changes.into_value(),
            json!({
                "title": null,
                "parentsystemuserid@odata.bind": null,
                "businessunitid@odata.bind": format!("/businessunits({id})"),
            })
        );
    }
}
