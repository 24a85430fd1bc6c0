//! Columns: type, limits and when they may be written.

use super::TableId;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// A GUID that is not a lookup.
    Guid,
    /// Text with a maximum length in characters.
    Text(usize),
    /// A whole number.
    Int,
    /// A decimal number.
    Number,
    /// True or false.
    Bool,
    /// A choice: value and label pairs.
    Choice(&'static [(i64, &'static str)]),
    /// A lookup; the row it points at is in this table.
    Lookup(TableId),
    /// A lookup that may point at rows of several tables: navigation property and table of each.
    Any(&'static [(&'static str, TableId)]),
    /// An instant, `2024-01-01T00:00:00Z`.
    Date,
    /// A managed property, an object with `Value`.
    Managed,
    /// A complex value, written as it is kept (metadata only).
    Raw,
}

/// When a column may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// On create and update.
    Write,
    /// On create only.
    Create,
    /// Never by a client.
    Read,
}

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The logical name (for a lookup without the `_x_value` form).
    pub(crate) name: &'static str,
    /// The name a query uses: `_x_value` for a lookup, else the logical name.
    pub(crate) query_name: &'static str,
    /// The single-valued navigation property of a lookup, also of one into a table that is not kept; empty
    /// otherwise.
    pub(crate) navigation: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// When it may be written.
    pub(crate) usage: Use,
    /// Whether an index by value is kept.
    pub(crate) indexed: bool,
}

impl Column {
    const fn new(name: &'static str, kind: Kind, usage: Use) -> Self {
        Self { name, query_name: name, navigation: "", kind, usage, indexed: false }
    }
    /// The primary key.
    pub(super) const fn key(name: &'static str) -> Self {
        Self::new(name, Kind::Guid, Use::Create)
    }
    /// Text of at most `max` characters.
    pub(super) const fn text(name: &'static str, max: usize) -> Self {
        Self::new(name, Kind::Text(max), Use::Write)
    }
    /// A whole number.
    pub(super) const fn int(name: &'static str) -> Self {
        Self::new(name, Kind::Int, Use::Write)
    }
    /// A decimal number.
    pub(super) const fn number(name: &'static str) -> Self {
        Self::new(name, Kind::Number, Use::Write)
    }
    /// True or false.
    pub(super) const fn bool(name: &'static str) -> Self {
        Self::new(name, Kind::Bool, Use::Write)
    }
    /// A GUID that is not a lookup.
    pub(super) const fn guid(name: &'static str) -> Self {
        Self::new(name, Kind::Guid, Use::Write)
    }
    /// A choice with its values.
    pub(super) const fn choice(name: &'static str, values: &'static [(i64, &'static str)]) -> Self {
        Self::new(name, Kind::Choice(values), Use::Write)
    }
    /// An instant that the service sets.
    pub(super) const fn date(name: &'static str) -> Self {
        Self::new(name, Kind::Date, Use::Read)
    }
    /// A managed property.
    pub(super) const fn managed(name: &'static str) -> Self {
        Self::new(name, Kind::Managed, Use::Write)
    }
    /// A complex value kept as JSON text.
    pub(super) const fn raw(name: &'static str) -> Self {
        Self::new(name, Kind::Raw, Use::Read)
    }
    /// A lookup whose navigation property has the name of the column.
    pub(super) const fn lookup(name: &'static str, query_name: &'static str, target: TableId) -> Self {
        let mut column = Self::new(name, Kind::Lookup(target), Use::Write);
        column.query_name = query_name;
        column.navigation = name;
        column.indexed = true;
        column
    }
    /// A lookup into a table the emulator does not keep: it reads as null and can be set to null only.
    pub(super) const fn absent(
        name: &'static str,
        navigation: &'static str,
        query_name: &'static str,
    ) -> Self {
        let mut column = Self::new(name, Kind::Guid, Use::Write);
        column.query_name = query_name;
        column.navigation = navigation;
        column
    }
    /// A lookup that may point at rows of several tables.
    pub(super) const fn any(
        name: &'static str,
        query_name: &'static str,
        targets: &'static [(&'static str, TableId)],
    ) -> Self {
        let mut column = Self::new(name, Kind::Any(targets), Use::Write);
        column.query_name = query_name;
        column.indexed = true;
        column
    }
    /// Keeps an index by value.
    pub(super) const fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }
    /// Writable on create only.
    pub(super) const fn create_only(mut self) -> Self {
        self.usage = Use::Create;
        self
    }
    /// Never writable by a client.
    pub(super) const fn read_only(mut self) -> Self {
        self.usage = Use::Read;
        self
    }
}
