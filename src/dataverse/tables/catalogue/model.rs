//! The catalogue, indexed.

use std::collections::{BTreeMap, HashMap};

use crate::dataverse::id::Id;
use crate::dataverse::tables::access::{Depth, Right};

/// A privilege and the levels at which it can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    /// Id; differs between environments for custom tables.
    pub id: Id,
    /// Name, such as `prvReadAccount`; not derivable from the table's name.
    pub name: String,
    /// Levels allowed, the narrowest first.
    pub depths: Vec<Depth>,
}

impl Privilege {
    /// Whether the privilege can be given at this level.
    pub fn allows(&self, depth: Depth) -> bool {
        self.depths.contains(&depth)
    }
}

/// A table and its privileges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Logical name, such as `account`.
    pub logical_name: String,
    /// Schema name, such as `Account`.
    pub schema_name: Option<String>,
    /// Name of the entity set, such as `accounts`.
    pub entity_set_name: Option<String>,
    /// Name of the primary key, such as `accountid`.
    pub primary_id: Option<String>,
    /// `UserOwned`, `OrganizationOwned`, ...
    pub ownership: Option<String>,
    /// Type code; differs between environments for custom tables.
    pub object_type_code: Option<i32>,
    /// The privilege for each right; empty for tables that cannot appear in roles.
    pub rights: BTreeMap<Right, Id>,
    /// Privileges of the table that are none of the eight rights, such as `prvReparentTeam`.
    pub other_privileges: Vec<Id>,
}

/// All tables and privileges of the environment.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    privileges: HashMap<Id, Privilege>,
    by_name: HashMap<String, Id>,
    tables: BTreeMap<String, Table>,
    /// One privilege may serve many tables: activities share theirs.
    used_by: HashMap<Id, Vec<(String, Right)>>,
}

impl Catalogue {
    /// Indexes tables and privileges.
    pub fn new(tables: Vec<Table>, privileges: Vec<Privilege>) -> Catalogue {
        let mut catalogue = Catalogue::default();
        catalogue.extend(privileges);
        for table in tables {
            for (right, id) in &table.rights {
                catalogue.used_by.entry(*id).or_default().push((table.logical_name.clone(), *right));
            }
            catalogue.tables.insert(table.logical_name.clone(), table);
        }
        for users in catalogue.used_by.values_mut() {
            users.sort();
        }
        catalogue
    }

    /// Adds privileges that are not there yet.
    pub(super) fn extend(&mut self, privileges: impl IntoIterator<Item = Privilege>) {
        for privilege in privileges {
            self.by_name.insert(privilege.name.to_lowercase(), privilege.id);
            self.privileges.entry(privilege.id).or_insert(privilege);
        }
    }

    /// The privilege of this name, whatever its case.
    pub fn privilege(&self, name: &str) -> Option<&Privilege> {
        self.privileges.get(self.by_name.get(&name.to_lowercase())?)
    }

    /// The privilege of this id.
    pub fn privilege_by_id(&self, id: Id) -> Option<&Privilege> {
        self.privileges.get(&id)
    }

    /// The table of this logical name, whatever its case.
    pub fn table(&self, logical_name: &str) -> Option<&Table> {
        self.tables.get(&logical_name.to_lowercase())
    }

    /// The privilege for a right on a table.
    pub fn right(&self, table: &str, right: Right) -> Option<&Privilege> {
        self.privileges.get(self.table(table)?.rights.get(&right)?)
    }

    /// All tables that a privilege serves, with the right it is there; empty for miscellaneous privileges. Sorted.
    pub fn uses(&self, privilege: Id) -> &[(String, Right)] {
        self.used_by.get(&privilege).map(Vec::as_slice).unwrap_or_default()
    }

    /// All tables, by logical name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// All privileges, in no order.
    pub fn privileges(&self) -> impl Iterator<Item = &Privilege> {
        self.privileges.values()
    }

    /// Names of privileges that `name` may have been meant for, the likeliest first, at most three.
    pub fn similar_privileges(&self, name: &str) -> Vec<&str> {
        similar(name, self.privileges.values().map(|privilege| privilege.name.as_str()))
    }

    /// Names of tables that `name` may have been meant for, the likeliest first, at most three. A schema or entity set
    /// name leads to its table.
    pub fn similar_tables(&self, name: &str) -> Vec<&str> {
        let same =
            |other: &Option<String>| other.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(name));
        let other_name = |table: &&Table| same(&table.schema_name) || same(&table.entity_set_name);
        match self.tables.values().find(other_name) {
            Some(table) => vec![&table.logical_name],
            None => similar(name, self.tables.keys().map(String::as_str)),
        }
    }
}

/// Candidates within a third of the name's length in edits.
fn similar<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .map(|candidate| (strsim::osa_distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let privilege = |id, name: &str| Privilege {
            id: Id::from_u128(id),
            name: name.into(),
            depths: vec![Depth::Basic, Depth::Global],
        };
        let table = |name: &str, rights: &[(Right, u128)]| Table {
            logical_name: name.into(),
            entity_set_name: Some(format!("{name}s")),
            rights: rights.iter().map(|(right, id)| (*right, Id::from_u128(*id))).collect(),
            ..Table::default()
        };
        Catalogue::new(
            vec![
                table("task", &[(Right::Read, 1)]),
                table("email", &[(Right::Read, 1), (Right::Write, 2)]),
                table("account", &[(Right::Read, 3)]),
            ],
            vec![
                privilege(1, "prvReadActivity"),
                privilege(2, "prvWriteActivity"),
                privilege(3, "prvReadAccount"),
                privilege(4, "prvActOnBehalfOfAnotherUser"),
            ],
        )
    }

    #[test]
    fn names_are_found_in_any_case() {
        let catalogue = catalogue();
        assert_eq!(catalogue.privilege("PRVREADACCOUNT").unwrap().id, Id::from_u128(3));
        assert_eq!(catalogue.right("Email", Right::Write).unwrap().name, "prvWriteActivity");
        assert!(catalogue.right("account", Right::Write).is_none());
        assert!(!catalogue.privilege("prvReadAccount").unwrap().allows(Depth::Local));
    }

    #[test]
    fn a_shared_privilege_leads_to_all_its_tables() {
        let catalogue = catalogue();
        assert_eq!(
            catalogue.uses(Id::from_u128(1)),
            [("email".to_owned(), Right::Read), ("task".to_owned(), Right::Read)]
        );
        assert!(catalogue.uses(Id::from_u128(4)).is_empty());
    }

    #[test]
    fn what_was_meant_is_guessed() {
        let catalogue = catalogue();
        assert_eq!(catalogue.similar_privileges("prvReadAcount")[0], "prvReadAccount");
        assert_eq!(catalogue.similar_tables("acount"), ["account"]);
        assert_eq!(catalogue.similar_tables("Emails"), ["email"]);
        assert!(catalogue.similar_tables("zzz").is_empty());
    }
}
