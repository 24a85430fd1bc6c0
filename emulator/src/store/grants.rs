//! The privileges of a role.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How far a privilege reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Depth {
    /// The user's own rows.
    Basic,
    /// The rows of the business unit.
    Local,
    /// The rows of the business unit and its descendants.
    Deep,
    /// Every row.
    Global,
}

/// The privileges of a role: position in the catalogue and depth.
pub(crate) type Grants = BTreeMap<u16, Depth>;

impl Depth {
    /// Every depth, shallow first.
    pub(crate) const ALL: [Self; 4] = [Self::Basic, Self::Local, Self::Deep, Self::Global];

    /// The member name of `PrivilegeDepth`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Local => "Local",
            Self::Deep => "Deep",
            Self::Global => "Global",
        }
    }

    /// The depth of a member name of `PrivilegeDepth`.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|depth| depth.name() == name)
    }

    /// The value of `privilegedepthmask`.
    pub(crate) fn mask(self) -> i64 {
        1 << (self as i64)
    }

    /// The letter of the data files: B, L, D or G.
    pub(crate) fn by_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|depth| depth.name().starts_with(letter))
    }
}
