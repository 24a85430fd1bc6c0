//! The privileges of one user, with how far each reaches.

use std::sync::Arc;

use uuid::Uuid;

use super::{grants_of, within};
use crate::catalogue::catalogue;
use crate::ownership::Identity;
use crate::schema::TableId;
use crate::store::{Depth, Grants, PairKind, Row, Store};

/// The `accessmode` of a user who only reads.
const READ_ONLY: i64 = 2;

/// A role a user holds.
#[derive(Debug, Clone)]
pub(crate) struct HeldRole {
    /// The copy that was assigned.
    pub(crate) role: Arc<Row>,
    /// The team that brings it; none for a role of the user's own.
    pub(crate) team: Option<Uuid>,
}

impl HeldRole {
    /// Whether Basic depth acts as if the role were the user's own (`isinherited` 1), and not for the rows of
    /// the team alone (0).
    pub(crate) fn direct(&self) -> bool {
        self.team.is_none() || self.role.int("isinherited") == Some(1)
    }
}

/// Roles of a user: own ones, then those of teams. Teams in a disabled business unit bring none.
pub(crate) fn roles_of(store: &Store, user: Uuid) -> Vec<HeldRole> {
    let held =
        |role: Uuid, team: Option<Uuid>| store.row(TableId::Role, role).map(|role| HeldRole { role, team });
    let own = store.rights(PairKind::UserRole, user).into_iter().filter_map(|role| held(role, None));
    let mut roles: Vec<HeldRole> = own.collect();
    for team in store.lefts(PairKind::TeamMember, user) {
        let of_team = store.rights(PairKind::TeamRole, team);
        if !of_team.is_empty() && team_acts(store, team) {
            roles.extend(of_team.into_iter().filter_map(|role| held(role, Some(team))));
        }
    }
    roles
}

fn team_acts(store: &Store, team: Uuid) -> bool {
    let unit = store.row(TableId::Team, team).and_then(|row| row.guid("businessunitid"));
    unit.is_some_and(|unit| !unit_disabled(store, unit))
}

/// Whether a business unit or one above it is disabled.
pub(crate) fn unit_disabled(store: &Store, unit: Uuid) -> bool {
    let mut current = Some(unit);
    while let Some(row) = current.and_then(|id| store.row(TableId::BusinessUnit, id)) {
        if row.flag("isdisabled") {
            return true;
        }
        current = row.guid("parentbusinessunitid");
    }
    false
}

/// Where a row is, for the depth of a privilege: its business unit and its owner, as far as it has them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    /// The business unit; without one any depth reaches.
    pub(crate) unit: Option<Uuid>,
    /// The user or team that owns the row.
    pub(crate) owner: Option<Uuid>,
}

/// The privileges of one role a user holds.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The business unit the depths start from: that of the role copy.
    unit: Uuid,
    grants: Arc<Grants>,
    team: Option<Uuid>,
    direct: bool,
}

/// The privileges of one user: of each role, with the business unit its depths start from.
#[derive(Debug, Clone)]
pub(crate) struct Effective {
    pub(crate) user: Uuid,
    pub(crate) unit: Uuid,
    entries: Vec<Entry>,
    who: Identity,
    pub(super) mode: i64,
    pub(super) object_id: Option<Uuid>,
}

impl Effective {
    /// Collects the privileges of a user or a team.
    pub(crate) fn of(store: &Store, user: &Row) -> Self {
        let unit = user.guid("businessunitid").unwrap_or_default();
        let entry = |held: HeldRole| Entry {
            unit: held.role.guid("businessunitid").unwrap_or(unit),
            grants: grants_of(store, &held.role),
            team: held.team,
            direct: held.direct(),
        };
        let (roles, who) = match user.table {
            TableId::Team => {
                let roles = store.rights(PairKind::TeamRole, user.id).into_iter();
                let held = |role| Some(HeldRole { role: store.row(TableId::Role, role)?, team: None });
                (roles.filter_map(held).collect(), Identity::alone(user.id))
            }
            _ => (roles_of(store, user.id), Identity::of_user(store, user.id)),
        };
        Self {
            user: user.id,
            unit,
            entries: roles.into_iter().map(entry).collect(),
            who,
            mode: user.int("accessmode").unwrap_or_default(),
            object_id: user.guid("azureactivedirectoryobjectid"),
        }
    }

    /// The number of roles, those of teams included.
    pub(crate) fn roles(&self) -> usize {
        self.entries.len()
    }

    /// The deepest depth of a privilege; Basic depth that is for the rows of a team alone does not count.
    pub(crate) fn depth(&self, position: u16) -> Option<Depth> {
        self.entries
            .iter()
            .filter_map(|entry| {
                let depth = entry.grants.get(&position).copied()?;
                (entry.direct || depth > Depth::Basic).then_some(depth)
            })
            .max()
    }

    /// Whether a privilege reaches a place; a place without business unit and owner is reached by any depth.
    pub(crate) fn reaches(&self, store: &Store, position: u16, place: Place) -> bool {
        self.reaches_as(store, position, place, &self.who)
    }

    /// Whether a privilege reaches a place, the own rows being those of another principal: of the impersonated
    /// user.
    pub(crate) fn reaches_as(&self, store: &Store, position: u16, place: Place, who: &Identity) -> bool {
        let access = catalogue().privilege(position).access;
        if self.mode == READ_ONLY && !matches!(access, "Read" | "None") {
            return false;
        }
        self.entries.iter().any(|entry| match (entry.grants.get(&position), place.unit) {
            (None, _) => false,
            (Some(Depth::Global), _) => true,
            (Some(_), None) if place.owner.is_none() => true,
            (Some(_), _) if place.owner.is_some_and(|owner| owns(entry, owner, who)) => true,
            (Some(Depth::Deep), Some(unit)) => within(store, unit, entry.unit),
            (Some(Depth::Local), Some(unit)) => unit == entry.unit,
            _ => false,
        })
    }

    pub(super) fn privilege_count(&self) -> usize {
        let mut all: Vec<u16> = self.entries.iter().flat_map(|entry| entry.grants.keys().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }
}

/// Whether Basic depth of an entry reaches the rows of an owner: the principal, its teams, or, for a role with
/// team privileges only, the one team.
fn owns(entry: &Entry, owner: Uuid, who: &Identity) -> bool {
    entry.team == Some(owner) || entry.direct && (owner == who.id || who.teams.contains(&owner))
}
