//! The settings every user starts with.

use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// Adds the settings of a user, as they are at first, unless they are there.
pub(crate) fn add_settings(store: &mut Store, user: &Row) {
    if store.row(TableId::UserSettings, user.id).is_some() {
        return;
    }
    let mut row = Row::new(TableId::UserSettings, user.id);
    for column in ["businessunitid", "createdon", "modifiedon", "createdby", "modifiedby"] {
        row.set(column, user.get(column).clone());
    }
    for (column, value) in [
        ("timezonecode", 92),
        ("localeid", 1033),
        ("uilanguageid", 1033),
        ("helplanguageid", 1033),
        ("paginglimit", 50),
        ("currencydecimalprecision", 2),
        ("defaultcalendarview", 0),
        ("fullnameconventioncode", 1),
        ("incomingemailfilteringmethod", 1),
        ("timeformatcode", 0),
        ("dateformatcode", 1),
    ] {
        row.set(column, Val::Int(value));
    }
    for (column, value) in [
        ("dateformatstring", "M/d/yyyy"),
        ("dateseparator", "/"),
        ("decimalsymbol", "."),
        ("numberseparator", ","),
        ("timeformatstring", "h:mm tt"),
        ("timeseparator", ":"),
        ("amdesignator", "AM"),
        ("pmdesignator", "PM"),
        ("workdaystarttime", "08:00"),
        ("workdaystoptime", "17:00"),
    ] {
        row.set(column, Val::text(value));
    }
    for column in ["issendasallowed", "showweeknumber", "synccontactcompany"] {
        row.set(column, Val::Bool(false));
    }
    store.put(row);
}
