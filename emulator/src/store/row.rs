//! One row of a table.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Val;
use crate::schema::TableId;

/// One row: its key, its version (the etag number) and its values in the order of the columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The table.
    pub(crate) table: TableId,
    /// The primary key.
    pub(crate) id: Uuid,
    /// The number in the etag.
    pub(crate) version: u64,
    /// One value per column of the table.
    pub(crate) values: Box<[Val]>,
}

/// The null every absent column reads as.
static NULL: Val = Val::Null;

impl Row {
    /// A row whose columns are all null except for the key.
    pub(crate) fn new(table: TableId, id: Uuid) -> Self {
        let def = table.def();
        let mut values = vec![Val::Null; def.columns.len()].into_boxed_slice();
        values[0] = Val::Guid(id);
        Self { table, id, version: 0, values }
    }

    /// The value of a column by logical name; null when the table has no such column.
    pub(crate) fn get(&self, column: &str) -> &Val {
        self.table.def().position(column).map_or(&NULL, |index| &self.values[index])
    }

    /// Sets a column by logical name; a name the table does not have is ignored.
    pub(crate) fn set(&mut self, column: &str, value: Val) {
        if let Some(index) = self.table.def().position(column) {
            self.values[index] = value;
        }
    }

    /// `set` for building rows in one expression.
    pub(crate) fn with(mut self, column: &str, value: Val) -> Self {
        self.set(column, value);
        self
    }

    /// A GUID or lookup column.
    pub(crate) fn guid(&self, column: &str) -> Option<Uuid> {
        self.get(column).as_guid()
    }

    /// A text column.
    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        self.get(column).as_text()
    }

    /// A Boolean column; null reads as false.
    pub(crate) fn flag(&self, column: &str) -> bool {
        *self.get(column) == Val::Bool(true)
    }

    /// A whole-number or choice column.
    pub(crate) fn int(&self, column: &str) -> Option<i64> {
        match self.get(column) {
            Val::Int(value) => Some(*value),
            _ => None,
        }
    }
}

/// A row as a snapshot keeps it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedRow {
    pub(super) id: Uuid,
    pub(super) version: u64,
    pub(super) values: std::collections::BTreeMap<String, Val>,
}

impl From<&Row> for SavedRow {
    fn from(row: &Row) -> Self {
        let columns = row.table.def().columns;
        let values = columns
            .iter()
            .zip(&row.values)
            .filter(|(_, value)| !value.is_null())
            .map(|(column, value)| (column.name.to_owned(), value.clone()))
            .collect();
        Self { id: row.id, version: row.version, values }
    }
}

impl SavedRow {
    /// The row again; columns the table no longer has are dropped.
    pub(super) fn into_row(self, table: TableId) -> Row {
        let mut row = Row::new(table, self.id);
        row.version = self.version;
        for (name, value) in self.values {
            row.set(&name, value);
        }
        row
    }
}
