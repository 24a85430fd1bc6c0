//! Roles that this run is going to create.
//!
//! A configuration gives a role its name and, a line below, gives that name to a user. When the user is planned, the role
//! does not exist yet; Terraform plans it first because one refers to the other, so the plan of the role says here that
//! its name will be good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dataverse::Id;

/// Names of roles that exist after this run, with the id of the role where it exists by now.
#[derive(Clone, Debug, Default)]
pub struct PlannedRoles(Arc<Mutex<Plans>>);

#[derive(Debug, Default)]
struct Plans {
    names: BTreeMap<String, Option<Id>>,
    replaced: BTreeSet<Id>,
}

impl PlannedRoles {
    fn lock(&self) -> MutexGuard<'_, Plans> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plan of this run makes a new role in the place of `id`.
    pub fn replace(&self, id: Id) {
        self.lock().replaced.insert(id);
    }

    /// Whether the plan of this run makes a new role in the place of `id`.
    pub fn replaces(&self, id: Id) -> bool {
        self.lock().replaced.contains(&id)
    }

    /// The plan of this run creates a role of this name, or gives the name to the role `id`.
    pub fn add(&self, name: &str, id: Option<Id>) {
        self.lock().names.insert(name.to_lowercase(), id);
    }

    /// Whether the plan of this run makes a role of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.lock().names.contains_key(&name.to_lowercase())
    }

    /// The role that has another name by now and gets this one in this run.
    pub fn renamed(&self, name: &str) -> Option<Id> {
        self.lock().names.get(&name.to_lowercase()).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_lead_to_the_role_that_is_renamed() {
        let planned = PlannedRoles::default();
        planned.add("New", None);
        planned.add("Renamed", Some(Id::from_u128(1)));
        assert!(planned.contains("NEW") && planned.renamed("new").is_none());
        assert_eq!(planned.renamed("renamed"), Some(Id::from_u128(1)));
        assert!(!planned.contains("other"));
    }
}
