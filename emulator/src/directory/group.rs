//! Groups of Entra, the source of group teams.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupKind {
    /// A security group.
    #[default]
    Security,
    /// A Microsoft 365 group, called Office group in Dataverse.
    Office,
}

impl GroupKind {
    /// The `teamtype` of a team of such a group.
    pub(crate) fn team_type(self) -> i64 {
        match self {
            Self::Security => 2,
            Self::Office => 3,
        }
    }
}

/// A group in Entra.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) object_id: Uuid,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) kind: GroupKind,
    /// Object ids of people and service principals.
    #[serde(default)]
    pub(crate) members: Vec<Uuid>,
    /// Object ids of people.
    #[serde(default)]
    pub(crate) owners: Vec<Uuid>,
}

impl Group {
    /// Whether somebody counts for a `membershiptype`: 0 members and guests, 1 members, 2 owners, 3 guests.
    pub(crate) fn holds(&self, membership: i64, object_id: Uuid, guest: bool) -> bool {
        let member = self.members.contains(&object_id);
        match membership {
            0 => member,
            1 => member && !guest,
            2 => self.owners.contains(&object_id),
            3 => member && guest,
            _ => false,
        }
    }
}
