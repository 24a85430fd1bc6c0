//! Roles and business units that this run is going to create.
//!
//! A configuration gives a role its name and, a line below, gives that name to a user. When the user is planned, the role
//! does not exist yet; Terraform plans it first because one refers to the other, so the plan of the role says here that
//! its name will be good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dataverse::Id;
use crate::terms;

/// Names of roles that exist after this run, with the id of the role where it exists by now.
#[derive(Clone, Debug, Default)]
pub struct PlannedRoles(Arc<Mutex<Plans>>);

#[derive(Debug, Default)]
struct Plans {
    /// By the name without case: the name as it is written, and the role.
    names: BTreeMap<String, (String, Option<Id>)>,
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
        self.lock().names.insert(name.to_lowercase(), (name.to_owned(), id));
    }

    /// A sentence that proposes the role of this run whose name is nearest, if one is near.
    pub fn did_you_mean(&self, name: &str) -> String {
        terms::did_you_mean(name, self.lock().names.values().map(|(name, _)| name.as_str()))
    }

    /// Whether the plan of this run makes a role of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.lock().names.contains_key(&name.to_lowercase())
    }

    /// The role that has another name by now and gets this one in this run.
    pub fn renamed(&self, name: &str) -> Option<Id> {
        self.lock().names.get(&name.to_lowercase()).and_then(|(_, id)| *id)
    }
}

/// Business units that this run creates, renames or moves.
#[derive(Clone, Debug, Default)]
pub struct PlannedUnits(Arc<Mutex<UnitPlans>>);

#[derive(Debug, Default)]
struct UnitPlans {
    names: BTreeMap<String, Option<Id>>,
    former: BTreeMap<String, Id>,
    parents: BTreeMap<Id, Id>,
}

impl PlannedUnits {
    fn lock(&self) -> MutexGuard<'_, UnitPlans> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plan of this run creates a unit of this name, or gives the name to the unit `id`.
    pub fn add(&self, name: &str, id: Option<Id>) {
        self.lock().names.insert(name.to_lowercase(), id);
    }

    /// What the plan of this run makes of this name: a unit that is there by now and gets it, or with `None` inside a new
    /// one.
    pub fn named(&self, name: &str) -> Option<Option<Id>> {
        self.lock().names.get(&name.to_lowercase()).copied()
    }

    /// The plan of this run gives another name than this one to the unit `id`.
    pub fn rename(&self, former: &str, id: Id) {
        self.lock().former.insert(former.to_lowercase(), id);
    }

    /// The unit that had this name when the run began, and gets another one.
    pub fn formerly(&self, name: &str) -> Option<Id> {
        self.lock().former.get(&name.to_lowercase()).copied()
    }

    /// The plan of this run puts the unit `id` below `parent`.
    pub fn put_below(&self, id: Id, parent: Id) {
        self.lock().parents.insert(id, parent);
    }

    /// The unit above `id` after this run, if the plan of this run decides that.
    pub fn parent_of(&self, id: Id) -> Option<Id> {
        self.lock().parents.get(&id).copied()
    }
}

/// Users and teams that this run moves to another business unit, which takes their roles away.
#[derive(Clone, Debug, Default)]
pub struct PlannedMoves(Arc<Mutex<BTreeMap<Id, Id>>>);

impl PlannedMoves {
    /// The plan of this run puts the user or team `id` into `unit`.
    pub fn add(&self, id: Id, unit: Id) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, unit);
    }

    /// The unit of the user or team `id` after this run, if the run moves it.
    pub fn unit_of(&self, id: Id) -> Option<Id> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
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

    #[test]
    fn new_units_and_renamed_ones_are_told_apart() {
        let planned = PlannedUnits::default();
        planned.add("North", None);
        planned.add("South", Some(Id::from_u128(1)));
        assert_eq!(planned.named("NORTH"), Some(None));
        assert_eq!(planned.named("south"), Some(Some(Id::from_u128(1))));
        assert_eq!(planned.named("West"), None);
    }
}
