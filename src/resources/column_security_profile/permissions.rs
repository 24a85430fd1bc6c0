//! Permissions as configurations write them, to and from permissions as profiles hold them.

use std::collections::BTreeMap;

use tf_provider::framework::{Diagnostic, Tf, Validator, Value};

use crate::dataverse::tables::column_security::{Allowed, Column, Permission};
use crate::terms::did_you_mean;

/// `<table>.<column>`, then `read`, `create` and `update`.
pub(super) type Permissions = BTreeMap<String, Tf<BTreeMap<String, Tf<bool>>>>;

const RIGHTS: [&str; 3] = ["read", "create", "update"];

/// The column of a key.
pub(super) fn column(key: &str) -> Option<Column> {
    let (table, column) = key.split_once('.')?;
    let valid = !table.is_empty() && !column.is_empty() && !column.contains('.');
    valid.then(|| Column { table: table.to_lowercase(), column: column.to_lowercase() })
}

/// The rule for keys at both levels. Terraform marks a line of a map and nothing below it, so the message says what is meant.
pub(super) fn rule() -> Validator {
    Validator::new("", |value, path, diagnostics| {
        let Value::Map(columns) = value else { return };
        for (key, rights) in columns {
            let mut refuse = |text: String| {
                diagnostics.push(Diagnostic::error(text).titled("Invalid value").at(path.key(key)));
            };
            if column(key).is_none() {
                refuse(format!(
                    "\"{key}\" is not a column of a table. Write <table>.<column>, both by logical names, for example \
                     \"contact.new_salary\"."
                ));
            }
            let Value::Map(rights) = rights else { continue };
            for right in rights.keys().filter(|right| !RIGHTS.contains(&right.as_str())) {
                refuse(format!(
                    "In {key}: \"{right}\" is not a right on a column. Use read, create and update.{}",
                    did_you_mean(right, RIGHTS)
                ));
            }
        }
    })
}

/// Whether two maps allow the same: what is left out is not allowed, and names compare without case.
pub(super) fn same(prior: &Value, config: &Value) -> bool {
    let meaning = |value: &Value| -> Option<BTreeMap<String, [bool; 3]>> {
        let Value::Map(columns) = value else { return None };
        let rights = |value: &Value| match value {
            Value::Map(rights) => Some(RIGHTS.map(|right| rights.get(right) == Some(&Value::Bool(true)))),
            _ => None,
        };
        columns.iter().map(|(key, value)| Some((key.to_lowercase(), rights(value)?))).collect()
    };
    meaning(prior).is_some_and(|prior| meaning(config) == Some(prior))
}

/// What a configuration asks for.
pub(super) fn read(permissions: &Tf<Permissions>) -> BTreeMap<Column, Allowed> {
    let allowed = |rights: &Tf<BTreeMap<String, Tf<bool>>>| {
        let has = |right: &str| rights.known().and_then(|map| map.get(right)) == Some(&Tf::Known(true));
        Allowed { read: has("read"), create: has("create"), update: has("update") }
    };
    let entries = permissions.known().into_iter().flatten();
    entries.filter_map(|(key, rights)| Some((column(key)?, allowed(rights)))).collect()
}

/// What a profile holds: in the spelling of `prior`, where what is not allowed is listed only if it was listed.
pub(super) fn write(prior: &Tf<Permissions>, held: &BTreeMap<Column, Permission>) -> Permissions {
    held.iter()
        .map(|(held_column, permission)| {
            let before = prior.known().into_iter().flatten();
            let before = before.into_iter().find(|(key, _)| column(key).as_ref() == Some(held_column));
            let key = before.map_or_else(
                || format!("{}.{}", held_column.table, held_column.column),
                |(key, _)| key.clone(),
            );
            let listed = before.and_then(|(_, rights)| rights.known());
            let Allowed { read, create, update } = permission.allowed;
            let rights = RIGHTS.into_iter().zip([read, create, update]);
            let shown = rights
                .filter(|(right, allowed)| *allowed || listed.is_some_and(|map| map.contains_key(*right)));
            (key, Tf::Known(shown.map(|(right, allowed)| (right.to_owned(), Tf::Known(allowed))).collect()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataverse::Id;

    fn map(entries: &[(&str, &[(&str, bool)])]) -> Permissions {
        let rights = |rights: &[(&str, bool)]| {
            Tf::Known(
                rights.iter().map(|(right, allowed)| ((*right).to_owned(), Tf::Known(*allowed))).collect(),
            )
        };
        entries.iter().map(|(key, list)| ((*key).to_owned(), rights(list))).collect()
    }

    #[test]
    fn what_is_left_out_is_not_allowed() {
        let short = tf_provider::framework::Field::write(&map(&[("Contact.salary", &[("read", true)])]));
        let long = tf_provider::framework::Field::write(&map(&[(
            "contact.salary",
            &[("read", true), ("update", false)],
        )]));
        assert!(same(&short, &long));
        let other = tf_provider::framework::Field::write(&map(&[(
            "contact.salary",
            &[("read", true), ("update", true)],
        )]));
        assert!(!same(&short, &other));
    }

    #[test]
    fn a_read_keeps_spellings_and_shows_what_was_listed() {
        let prior = Tf::Known(map(&[("Contact.Salary", &[("read", true), ("update", false)])]));
        let column = |table: &str, column: &str| Column { table: table.into(), column: column.into() };
        let permission =
            |read, create, update| Permission { id: Id::NIL, allowed: Allowed { read, create, update } };
        let held = BTreeMap::from([
            (column("contact", "salary"), permission(false, true, false)),
            (column("account", "limit"), permission(true, false, false)),
        ]);
        let expected = map(&[
            ("Contact.Salary", &[("read", false), ("create", true), ("update", false)]),
            ("account.limit", &[("read", true)]),
        ]);
        assert_eq!(write(&prior, &held), expected);
        let allowed: Vec<Allowed> = read(&Tf::Known(expected)).into_values().collect();
        assert_eq!(allowed, held.values().map(|it| it.allowed).collect::<Vec<_>>());
    }

    #[test]
    fn a_key_is_a_table_and_a_column() {
        assert!(column("contact.salary").is_some());
        for key in ["contact", "contact.", ".salary", "a.b.c", ""] {
            assert!(column(key).is_none(), "{key}");
        }
    }
}
