//! Many-to-many pairs, readable from both sides.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// The relationships whose pairs are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PairKind {
    /// User (left) and role.
    UserRole,
    /// Team (left) and user.
    TeamMember,
    /// Team (left) and role.
    TeamRole,
    /// User (left) and column security profile.
    UserProfile,
    /// Team (left) and column security profile.
    TeamProfile,
}

impl PairKind {
    /// Every relationship.
    pub(crate) const ALL: [Self; 5] =
        [Self::UserRole, Self::TeamMember, Self::TeamRole, Self::UserProfile, Self::TeamProfile];
}

/// The pairs of one relationship with the key of each.
#[derive(Debug, Default, Clone)]
pub(super) struct Pairs {
    forward: BTreeMap<(Uuid, Uuid), Uuid>,
    backward: BTreeSet<(Uuid, Uuid)>,
}

const LAST: Uuid = Uuid::max();
const FIRST: Uuid = Uuid::nil();

impl Pairs {
    /// Sets or removes a pair; the key it had before.
    pub(super) fn put(&mut self, left: Uuid, right: Uuid, id: Option<Uuid>) -> Option<Uuid> {
        if let Some(id) = id {
            self.backward.insert((right, left));
            self.forward.insert((left, right), id)
        } else {
            self.backward.remove(&(right, left));
            self.forward.remove(&(left, right))
        }
    }

    /// Whether the pair exists.
    pub(super) fn has(&self, left: Uuid, right: Uuid) -> bool {
        self.forward.contains_key(&(left, right))
    }

    /// The right side of every pair of a left row.
    pub(super) fn rights(&self, left: Uuid) -> Vec<Uuid> {
        self.forward.range((left, FIRST)..=(left, LAST)).map(|((_, right), _)| *right).collect()
    }

    /// The left side of every pair of a right row.
    pub(super) fn lefts(&self, right: Uuid) -> Vec<Uuid> {
        self.backward.range((right, FIRST)..=(right, LAST)).map(|(_, left)| *left).collect()
    }

    /// Every pair: left, right, key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Uuid, Uuid, Uuid)> {
        self.forward.iter().map(|((left, right), id)| (*left, *right, *id))
    }

    /// The key of a pair.
    pub(super) fn key(&self, left: Uuid, right: Uuid) -> Option<Uuid> {
        self.forward.get(&(left, right)).copied()
    }
}
