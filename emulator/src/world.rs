//! Everything one emulator knows: data, directory, tokens, switches and what it has seen.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Effective;
use crate::directory::Directory;
use crate::entra::Tokens;
use crate::faults::Faults;
use crate::issuers::Workloads;
use crate::power_platform::Arrival;
use crate::schema::TableId;
use crate::seed::{Ids, add_settings, fresh, orgdb_setting};
use crate::setup::Setup;
use crate::store::Store;
use crate::watch::Watch;

/// Behaviours that public sources leave open or that a test wants to provoke; the first value is the default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Switches {
    /// Associating a pair twice answers 204 (true) or 412.
    pub(crate) duplicate_ref_is_ok: bool,
    /// Removing a pair that does not exist answers 204 (true) or 404.
    pub(crate) delete_missing_pair_is_ok: bool,
    /// Users and teams may hold the role copy of any business unit.
    pub(crate) ownership_across_business_units: bool,
    /// Seconds a user's privileges may be out of date.
    pub(crate) permission_cache_seconds: u64,
    /// Addressing a person by the Entra key adds the user.
    pub(crate) just_in_time_users: bool,
    /// So many requests are answered with 429.
    pub(crate) throttle_requests: u32,
    /// The `Retry-After` of a throttled request, in seconds.
    pub(crate) throttle_retry_after_seconds: u64,
    /// `OData-EntityId` accompanies 201.
    pub(crate) entity_id_with_created: bool,
    /// Role privileges without the record-filter members.
    pub(crate) old_role_privilege_shape: bool,
    /// Adding or removing prvActOnBehalfOfAnotherUser is refused.
    pub(crate) act_on_behalf_is_frozen: bool,
    /// A role that somebody holds cannot be deleted.
    pub(crate) assigned_role_blocks_delete: bool,
    /// A second team of a name in one business unit is refused.
    pub(crate) team_names_are_unique: bool,
    /// A role with team privileges only (`isinherited` 0) cannot go to the team of an Entra group.
    pub(crate) group_teams_refuse_team_only_roles: bool,
    /// `GrantAccess` adds to the rights a principal has (true) or replaces them.
    pub(crate) grant_access_adds: bool,
    /// `GrantAccess` and `ModifyAccess` refuse a user who holds no privilege for the rights.
    pub(crate) share_needs_privilege: bool,
    /// So many reads of users do not show a user that the admin API has added.
    pub(crate) added_user_hidden_reads: u32,
    /// A user that the admin API has added does not exist for so many milliseconds.
    pub(crate) added_user_delay_ms: u64,
    /// So many calls of `addUser` find a licensed person not licensed yet.
    pub(crate) user_not_licensed_refusals: u32,
    /// `addAppUser` gives System Administrator.
    pub(crate) added_application_is_administrator: bool,
    /// The group of Entra whose members may be users; none admits everybody.
    pub(crate) environment_security_group: Option<Uuid>,
    /// The license process assigns and removes the roles marked `isautoassigned`.
    pub(crate) license_assigns_roles: bool,
    /// Milliseconds added to every API request.
    pub(crate) latency_ms: u64,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            duplicate_ref_is_ok: true,
            delete_missing_pair_is_ok: true,
            ownership_across_business_units: false,
            permission_cache_seconds: 0,
            just_in_time_users: true,
            throttle_requests: 0,
            throttle_retry_after_seconds: 1,
            entity_id_with_created: true,
            old_role_privilege_shape: false,
            act_on_behalf_is_frozen: false,
            assigned_role_blocks_delete: false,
            team_names_are_unique: true,
            group_teams_refuse_team_only_roles: true,
            grant_access_adds: true,
            share_needs_privilege: false,
            added_user_hidden_reads: 1,
            added_user_delay_ms: 0,
            user_not_licensed_refusals: 0,
            added_application_is_administrator: true,
            environment_security_group: None,
            license_assigns_roles: true,
            latency_ms: 0,
        }
    }
}

/// One emulator.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    /// What was set up at the start, and is again by a reset.
    pub(crate) setup: Setup,
    pub(crate) tokens: Tokens,
    /// Client assertions that were used.
    pub(crate) assertions: HashSet<String>,
    /// Jobs and pods that other issuers know.
    pub(crate) workloads: Workloads,
    pub(crate) switches: Switches,
    pub(crate) watch: Watch,
    /// What is to go wrong; it outlives a reset, as the counters do.
    pub(crate) faults: Faults,
    /// The part (from 1) at which the batch that is run next shall fail.
    pub(crate) failing_part: Option<usize>,
    pub(crate) seed: u64,
    pub(crate) modern_business_units: bool,
    pub(crate) token_lifetime: Duration,
    pub(crate) permissions: HashMap<Uuid, (Instant, Effective)>,
    /// Users that the admin API has added and that are not visible yet.
    pub(crate) arriving: Vec<Arrival>,
}

impl World {
    /// A fresh environment.
    pub(crate) fn new(seed: u64, modern: bool, token_lifetime: Duration) -> Self {
        Self {
            store: fresh(seed, modern),
            directory: Directory::built_in(),
            setup: Setup::default(),
            tokens: Tokens::default(),
            assertions: HashSet::new(),
            workloads: Workloads::default(),
            switches: Switches { ownership_across_business_units: modern, ..Switches::default() },
            watch: Watch::default(),
            faults: Faults::default(),
            failing_part: None,
            seed,
            modern_business_units: modern,
            token_lifetime,
            permissions: HashMap::new(),
            arriving: Vec::new(),
        }
    }

    /// Sets up a fresh environment, now and whenever it is reset.
    pub(crate) fn set_up(&mut self, setup: Setup) -> Result<(), String> {
        setup.apply(self)?;
        self.setup = setup;
        Ok(())
    }

    /// Back to the start: data, directory and switches; tokens stay valid. An error says that what was set up at the start
    /// cannot be any more.
    pub(crate) fn reset(&mut self) -> Result<(), String> {
        let latency_ms = self.switches.latency_ms;
        let fresh = Self::new(self.seed, self.modern_business_units, self.token_lifetime);
        self.store = fresh.store;
        self.directory = fresh.directory;
        self.workloads = fresh.workloads;
        self.switches = Switches { latency_ms, ..fresh.switches };
        self.permissions.clear();
        self.arriving.clear();
        self.setup.clone().apply(self)
    }

    /// The id of the organization: of the row, which a snapshot may have brought.
    pub(crate) fn organization(&self) -> Uuid {
        let row = self.store.rows(TableId::Organization).next();
        row.map_or_else(|| Ids::new(self.seed).organization(), |row| row.id)
    }

    /// The Power Platform id of the environment, which is not that of the organization.
    pub(crate) fn environment(&self) -> Uuid {
        Uuid::new_v5(&self.organization(), b"environment")
    }

    /// A setting of the organization's settings document.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        let row = self.store.rows(TableId::Organization).next()?;
        orgdb_setting(row.text("orgdborgsettings")?, name)
    }

    /// Whether a setting is on (`true` or `1`).
    pub(crate) fn setting_on(&self, name: &str) -> bool {
        self.setting(name).is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    /// Writes a setting of the organization's settings document.
    pub(crate) fn set_setting(&mut self, name: &str, value: &str) {
        let Some(row) = self.store.rows(TableId::Organization).next().cloned() else { return };
        let document =
            crate::seed::settings_with(row.text("orgdborgsettings").unwrap_or_default(), name, value);
        let mut row = row.as_ref().clone();
        row.set("orgdborgsettings", crate::store::Val::text(document));
        self.store.put(row);
        self.store.commit();
    }
}

impl World {
    /// Replaces the data by that of a snapshot.
    pub(crate) fn take(&mut self, store: Store) {
        self.store = store;
        // Snapshots of earlier versions have no settings of users.
        let users: Vec<_> = self.store.rows(TableId::SystemUser).cloned().collect();
        users.iter().for_each(|user| add_settings(&mut self.store, user));
        self.store.commit();
        self.permissions.clear();
        self.arriving.clear();
        self.switches.ownership_across_business_units = self.setting_on("EnableOwnershipAcrossBusinessUnits");
    }
}
