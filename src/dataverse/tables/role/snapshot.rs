//! All roles of an environment, indexed.

use std::collections::HashMap;

use super::{Role, RoleChanges};
use crate::dataverse::id::Id;

/// All roles with all their copies.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    rows: Vec<Role>,
    by_id: HashMap<Id, usize>,
    copies: HashMap<(Id, Id), usize>,
    /// Originals by name in lower case.
    by_name: HashMap<String, Vec<usize>>,
}

impl Roles {
    /// Indexes rows.
    pub fn new(rows: Vec<Role>) -> Roles {
        let by_id = rows.iter().enumerate().map(|(index, role)| (role.id, index)).collect();
        let copies = rows
            .iter()
            .enumerate()
            .map(|(index, role)| ((role.root_role_id, role.business_unit_id), index))
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, role) in rows.iter().enumerate().filter(|(_, role)| role.is_original()) {
            by_name.entry(role.name.to_lowercase()).or_default().push(index);
        }
        Roles { rows, by_id, copies, by_name }
    }

    /// The role or copy of this id.
    pub fn get(&self, id: Id) -> Option<&Role> {
        self.by_id.get(&id).map(|index| &self.rows[*index])
    }

    /// The original of a role or copy.
    pub fn root_of(&self, id: Id) -> Option<&Role> {
        let role = self.get(id)?;
        self.get(role.root_role_id)
    }

    /// All originals of this name, whatever its case; several when business units use the same name.
    pub fn named<'a>(&'a self, name: &str) -> Vec<&'a Role> {
        let indices = self.by_name.get(&name.to_lowercase());
        indices.into_iter().flatten().map(|index| &self.rows[*index]).collect()
    }

    /// The copy of an original in a business unit, which is the original itself in its own.
    pub fn copy_in(&self, root_id: Id, business_unit_id: Id) -> Option<&Role> {
        self.copies.get(&(root_id, business_unit_id)).map(|index| &self.rows[*index])
    }

    /// All originals.
    pub fn originals(&self) -> impl Iterator<Item = &Role> {
        self.rows.iter().filter(|role| role.is_original())
    }

    /// All roles and copies.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.rows.iter()
    }

    /// With these rows, which are whole roles with all their copies, in place of what they were.
    pub(super) fn with(&self, rows: Vec<Role>) -> Option<Roles> {
        let replaced = |role: &&Role| rows.iter().any(|row| row.root_role_id == role.root_role_id);
        let kept: Vec<Role> = self.rows.iter().filter(|role| !replaced(role)).cloned().collect();
        Some(Roles::new(kept.into_iter().chain(rows).collect()))
    }

    /// With changes of an original, which its copies follow; `None` when there is no such original.
    pub(super) fn with_changes(&self, root_id: Id, changes: &RoleChanges) -> Option<Roles> {
        self.get(root_id).filter(|role| role.is_original())?;
        let mut rows = self.rows.clone();
        for role in rows.iter_mut().filter(|role| role.root_role_id == root_id) {
            if let Some(name) = &changes.name {
                role.name.clone_from(name);
            }
            if let Some(description) = &changes.description {
                role.description.clone_from(description);
            }
            if let Some(applies_to) = &changes.applies_to {
                role.applies_to.clone_from(applies_to);
            }
            role.inheritance = changes.inheritance.unwrap_or(role.inheritance);
        }
        Some(Roles::new(rows))
    }

    /// Without an original and its copies; `None` when `root_id` is a copy.
    pub(super) fn without(&self, root_id: Id) -> Option<Roles> {
        if self.get(root_id).is_some_and(|role| !role.is_original()) {
            return None;
        }
        Some(Roles::new(self.rows.iter().filter(|role| role.root_role_id != root_id).cloned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataverse::tables::role::{Inheritance, Row};

    fn role(id: u128, name: &str, unit: u128, parent: Option<u128>, root: u128) -> Role {
        Role {
            id: Id::from_u128(id),
            name: name.into(),
            business_unit_id: Id::from_u128(unit),
            parent_role_id: parent.map(Id::from_u128),
            root_role_id: Id::from_u128(root),
            description: None,
            applies_to: None,
            inheritance: Inheritance::TeamOnly,
            is_managed: false,
            is_customizable: true,
            can_be_deleted: true,
            is_auto_assigned: false,
            template_id: None,
        }
    }

    #[test]
    fn copies_and_originals_are_told_apart() {
        let roles = Roles::new(vec![
            role(1, "Clerk", 100, None, 1),
            role(2, "Clerk", 200, Some(1), 1),
            role(3, "CLERK", 200, None, 3),
        ]);
        assert_eq!(
            roles.named("clerk").iter().map(|role| role.id).collect::<Vec<_>>(),
            [Id::from_u128(1), Id::from_u128(3)]
        );
        assert_eq!(roles.root_of(Id::from_u128(2)).unwrap().id, Id::from_u128(1));
        assert_eq!(roles.copy_in(Id::from_u128(1), Id::from_u128(200)).unwrap().id, Id::from_u128(2));
        assert_eq!(roles.copy_in(Id::from_u128(1), Id::from_u128(100)).unwrap().id, Id::from_u128(1));
        assert!(roles.copy_in(Id::from_u128(3), Id::from_u128(100)).is_none());
    }

    #[test]
    fn a_row_is_read_as_recorded() {
        let row: Row = serde_json::from_str(
            r#"{"@odata.etag":"W/\"1\"","roleid":"D58407F2-48D5-E711-A82C-000D3A37C848","name":"Environment Maker",
            "_businessunitid_value":"d58407f2-48d5-e711-a82c-000d3a37c849","_parentroleid_value":null,
            "_parentrootroleid_value":"d58407f2-48d5-e711-a82c-000d3a37c848","isinherited":1,"isautoassigned":null,
            "iscustomizable":{"Value":false,"CanBeChanged":true,"ManagedPropertyLogicalName":"iscustomizableanddeletable"}}"#,
        )
        .unwrap();
        let role = Role::from(row);
        assert!(role.is_original() && !role.is_customizable && role.can_be_deleted && !role.is_auto_assigned);
        assert_eq!(role.inheritance, Inheritance::DirectUserAndTeam);
    }
}
