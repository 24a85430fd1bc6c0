//! Roles that this run is going to create.
//!
//! A configuration gives a role its name and, a line below, gives that name to a user. When the user is planned, the role
//! does not exist yet; Terraform plans it first because one refers to the other, so the plan of the role says here that
//! its name will be good.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Names of roles that exist after this run.
#[derive(Clone, Debug, Default)]
pub struct PlannedRoles(Arc<Mutex<BTreeSet<String>>>);

impl PlannedRoles {
    /// The plan of this run creates a role of this name, or renames one to it.
    pub fn add(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_lowercase());
    }

    /// Whether the plan of this run makes a role of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&name.to_lowercase())
    }
}
