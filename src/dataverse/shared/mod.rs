//! One query for what many ask at the same time.
//!
//! Terraform reads resources one by one, ten at a time. Asked naively, 200 users would be 200 queries and 200 more for
//! their roles. Two kinds of cache prevent that, for the life of the process:
//!
//! - A [`Snapshot`] holds a whole table that is small or that everybody needs (roles, business units, the catalogue of
//!   tables and privileges, the organization): one query, shared by all who wait for it.
//! - A [`Keyed`] cache holds single rows (users and teams with their roles, members, the privileges of a role). Requests that arrive
//!   within [`WINDOW`], or while a query is under way, go out together as one *wave*.
//!
//! **Reading ahead.** A wave may bring more than it was asked for, once there is evidence of many readers. From eight
//! different keys on, users, teams and memberships are tried as a whole table: as many pages are read as there were waves
//! before, so that a wrong guess at most doubles the requests, and none when the count of the first page tells that they would
//! not do; the rows that came are kept. Privileges of roles, also from the third wave on ([`Wave::reads_ahead`]): as many
//! unmanaged original roles as were asked for so far come along, which doubles with each wave; Terraform manages unmanaged
//! ones.
//!
//! **Own writes.** Each write marks what it touched when it ends, successful or not, even when its future is dropped.
//! A query that began before that is given to those who asked before it but is not kept, and the next query for the
//! marked rows passes over the service's caches (`Consistency: Strong`). It asks for the marked rows only, even when the
//! whole table was loaded before, unless at least 50 rows and a quarter of all are marked ([`Wave::tries_whole`]).
//! A write of a role whose outcome is certain is put into the snapshot instead ([`Snapshot::change`]).
//!
//! **Failures** go to all who waited for the query and are not kept. **Absence** is kept like a row: who waits for a
//! row to appear must ask for it afresh ([`Keyed::get_fresh`]).

mod keyed;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use keyed::{Keyed, Loaded, Moment, WINDOW, Wave};
pub use snapshot::Snapshot;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use tokio::sync::Mutex as AsyncMutex;

use super::id::Id;
use super::tables::business_unit::BusinessUnits;
use super::tables::catalogue::{Catalogue, Privilege};
use super::tables::column_security::Profile;
use super::tables::environment::{Identity, Organization, OrganizationSettings};
use super::tables::record_access::{OwnerResult, Record, ShareResult};
use super::tables::role::Roles;
use super::tables::role_privileges::Grant;
use super::tables::system_user::SystemUser;
use super::tables::team::Team;
use super::tables::user_privileges::Held;

/// Everything that is read once.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) identity: Snapshot<Identity>,
    pub(super) organization: Snapshot<Organization>,
    pub(super) organization_settings: Snapshot<OrganizationSettings>,
    pub(super) business_units: Snapshot<BusinessUnits>,
    pub(super) roles: Snapshot<Roles>,
    pub(super) catalogue: Snapshot<Catalogue>,
    pub(super) all_privileges: Snapshot<Vec<Privilege>>,
    pub(super) column_profiles: Snapshot<Vec<Profile>>,
    /// Columns of tables by logical name, with whether they are secured.
    pub(super) columns: Keyed<String, BTreeMap<String, bool>>,
    pub(super) caller_privileges: Snapshot<Held>,
    /// Owners of rows.
    pub(super) owners: Keyed<Record, OwnerResult>,
    pub(super) role_privileges: Keyed<Id, Vec<Grant>>,
    pub(super) teams: Keyed<Id, Team>,
    /// Ids of the users in each team.
    pub(super) team_members: Keyed<Id, BTreeSet<Id>>,
    /// By name in lower case.
    pub(super) teams_by_name: Keyed<String, Vec<Team>>,
    pub(super) teams_by_entra_group: Keyed<Id, Vec<Team>>,
    pub(super) non_interactive: Snapshot<Vec<Id>>,
    /// Who reads the privileges of a role and writes them waits here for others who do.
    pub(super) role_turns: Mutex<HashMap<Id, Arc<AsyncMutex<()>>>>,
    pub(super) shares: Keyed<Record, ShareResult>,
    pub(super) users: Keyed<Id, SystemUser>,
    pub(super) teams_by_member: Keyed<Id, Vec<Team>>,
    /// All rows of an application, the soft-deleted one included.
    pub(super) users_by_application: Keyed<Id, Vec<SystemUser>>,
    pub(super) users_by_entra_object: Keyed<Id, Vec<SystemUser>>,
    /// By name in lower case.
    pub(super) users_by_domain_name: Keyed<String, Vec<SystemUser>>,
}

impl Shared {
    /// Marks everything that shows this team.
    pub(super) fn team_changed(&self, id: Id) {
        self.teams.invalidate(&id);
        self.team_members.invalidate(&id);
        self.teams_by_name.invalidate_where(|rows| rows.iter().any(|row| row.id == id));
        self.teams_by_entra_group.invalidate_where(|rows| rows.iter().any(|row| row.id == id));
    }

    /// Marks everything that shows this user, beside its own row.
    pub(super) fn user_changed(&self, id: Id) {
        self.non_interactive.invalidate();
        self.users_by_application.invalidate_where(|rows| rows.iter().any(|row| row.id == id));
        self.users_by_entra_object.invalidate_where(|rows| rows.iter().any(|row| row.id == id));
        self.users_by_domain_name.invalidate_where(|rows| rows.iter().any(|row| row.id == id));
    }
}

/// Does something when it is dropped: marks what a write touched, however the write ends.
pub(super) struct Afterwards<F: FnMut()>(pub(super) F);

impl<F: FnMut()> Drop for Afterwards<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
