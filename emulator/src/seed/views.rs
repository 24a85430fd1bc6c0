//! Views every environment has.

use super::{Ids, stamp};
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// Name, table, name column, public id, whether it is the default view, whether it asks for own rows.
const VIEWS: [(&str, &str, &str, &str, bool, bool); 4] = [
    ("My Active Accounts", "account", "name", "00000000-0000-0000-00aa-000010001001", true, true),
    ("Active Accounts", "account", "name", "00000000-0000-0000-00aa-000010001002", false, false),
    ("My Active Contacts", "contact", "fullname", "00000000-0000-0000-00aa-000010001003", true, true),
    ("Active Contacts", "contact", "fullname", "00000000-0000-0000-00aa-000010001004", false, false),
];

pub(super) fn add(store: &mut Store, ids: Ids) {
    for (name, table, column, id, default, own) in VIEWS {
        let mine = if own { "<condition attribute=\"ownerid\" operator=\"eq-userid\" />" } else { "" };
        let fetch = format!(
            "<fetch version=\"1.0\" mapping=\"logical\"><entity name=\"{table}\"><attribute name=\"{column}\" /><order attribute=\"{column}\" /><filter type=\"and\">{mine}<condition attribute=\"statecode\" operator=\"eq\" value=\"0\" /></filter></entity></fetch>"
        );
        let layout = format!(
            "<grid name=\"resultset\" object=\"{table}\" jump=\"{column}\" select=\"1\" icon=\"1\" preview=\"1\"><row name=\"result\" id=\"{table}id\"><cell name=\"{column}\" width=\"300\" /></row></grid>"
        );
        let mut row = Row::new(TableId::SavedQuery, crate::directory::parse(id))
            .with("name", Val::text(name))
            .with("returnedtypecode", Val::text(table))
            .with("fetchxml", Val::text(fetch))
            .with("layoutxml", Val::text(layout))
            .with("savedqueryidunique", Val::Guid(ids.of(&format!("view {name}"))));
        for (column, value) in [
            ("isdefault", default),
            ("isquickfindquery", false),
            ("isuserdefined", false),
            ("isprivate", false),
            ("iscustomizable", true),
            ("canbedeleted", false),
            ("ismanaged", true),
        ] {
            row.set(column, Val::Bool(value));
        }
        for (column, value) in [("querytype", 0), ("componentstate", 0), ("statecode", 0), ("statuscode", 1)]
        {
            row.set(column, Val::Int(value));
        }
        store.put(stamp(row, ids));
    }
}
