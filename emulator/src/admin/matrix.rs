//! Privileges as a role editor shows them: tables by rights, and what belongs to no table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::catalogue::{RIGHTS, catalogue};
use crate::store::{Depth, Grants};

/// The tables with a privilege among `held`, each with the depth of every right (`None` for a right that is not held, null
/// for one that the table does not know), and the other privileges.
pub(super) fn matrix(held: &Grants) -> Value {
    let known = catalogue();
    let name = |depth: Option<&Depth>| depth.map_or("None", |depth| depth.name());
    let displays: BTreeMap<&str, &str> =
        known.tables.iter().map(|table| (table.fields[0], table.fields[2])).collect();
    let mut logical: BTreeSet<&str> = BTreeSet::new();
    let mut others = Vec::new();
    for (position, depth) in held {
        let privilege = known.privilege(*position);
        let of_tables = RIGHTS.iter().any(|(right, _)| *right == privilege.access);
        if of_tables && !privilege.tables.is_empty() {
            logical.extend(&privilege.tables);
        } else {
            others.push(json!({ "name": privilege.name, "depth": depth.name() }));
        }
    }
    let tables: Vec<Value> = logical
        .into_iter()
        .map(|table| {
            let rights: Map<String, Value> = RIGHTS
                .iter()
                .zip(known.of_table(table))
                .map(|((right, _), position)| {
                    let depth = position.map(|position| name(held.get(&position)));
                    ((*right).to_owned(), depth.into())
                })
                .collect();
            json!({ "table": table, "display": displays.get(table).unwrap_or(&table), "rights": rights })
        })
        .collect();
    json!({ "tables": tables, "others": others })
}

/// Adds the members of one object to another.
pub(super) fn joined(mut to: Value, more: Value) -> Value {
    if let (Value::Object(to), Value::Object(more)) = (&mut to, more) {
        to.extend(more);
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_privilege_is_a_cell_of_its_tables_or_a_line_of_its_own() {
        let position = |name: &str| catalogue().position_of(name).unwrap();
        let held = Grants::from([
            (position("prvReadAccount"), Depth::Deep),
            (position("prvActOnBehalfOfAnotherUser"), Depth::Global),
        ]);
        let matrix = matrix(&held);
        let account =
            matrix["tables"].as_array().unwrap().iter().find(|row| row["table"] == "account").unwrap();
        assert_eq!(account["rights"]["Read"], "Deep");
        assert_eq!(account["rights"]["Write"], "None");
        assert_eq!(matrix["others"], json!([{ "name": "prvActOnBehalfOfAnotherUser", "depth": "Global" }]));
    }
}
