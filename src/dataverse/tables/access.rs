//! Rights and access levels, in the spelling of the API.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How far a privilege reaches (`PrivilegeDepth`). Ordered from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Depth {
    /// Rows that match a record filter.
    RecordFilter,
    /// Own rows, and those of own teams or shared ones.
    Basic,
    /// Rows of the business unit.
    Local,
    /// Rows of the business unit and those below.
    Deep,
    /// All rows.
    Global,
}

impl Depth {
    /// All depths, the narrowest first.
    pub const ALL: [Depth; 5] = [Depth::RecordFilter, Depth::Basic, Depth::Local, Depth::Deep, Depth::Global];

    /// The member name that JSON carries.
    pub fn name(self) -> &'static str {
        match self {
            Depth::RecordFilter => "RecordFilter",
            Depth::Basic => "Basic",
            Depth::Local => "Local",
            Depth::Deep => "Deep",
            Depth::Global => "Global",
        }
    }
}

/// What a privilege allows on a table (`PrivilegeType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Right {
    /// Create rows.
    Create,
    /// Read rows.
    Read,
    /// Change rows.
    Write,
    /// Delete rows.
    Delete,
    /// Attach rows to others.
    Append,
    /// Have others attached.
    AppendTo,
    /// Give rows to another owner.
    Assign,
    /// Share rows.
    Share,
}

impl Right {
    /// All rights, in the order of the role editor.
    pub const ALL: [Right; 8] = [
        Right::Create,
        Right::Read,
        Right::Write,
        Right::Delete,
        Right::Append,
        Right::AppendTo,
        Right::Assign,
        Right::Share,
    ];

    /// The member name that JSON carries.
    pub fn name(self) -> &'static str {
        match self {
            Right::Create => "Create",
            Right::Read => "Read",
            Right::Write => "Write",
            Right::Delete => "Delete",
            Right::Append => "Append",
            Right::AppendTo => "AppendTo",
            Right::Assign => "Assign",
            Right::Share => "Share",
        }
    }
}

/// A word that names no depth or right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a known access level or right")]
pub struct UnknownName(String);

macro_rules! spelled {
    ($type:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<$type, UnknownName> {
                let same = |one: &&$type| one.name().eq_ignore_ascii_case(text);
                $type::ALL.iter().find(same).copied().ok_or_else(|| UnknownName(text.to_owned()))
            }
        }
    };
}

spelled!(Depth);
spelled!(Right);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_written_as_the_api_does() {
        assert_eq!("gLOBAL".parse(), Ok(Depth::Global));
        assert_eq!("appendto".parse(), Ok(Right::AppendTo));
        assert!("Everything".parse::<Depth>().is_err());
        for depth in Depth::ALL {
            assert_eq!(serde_json::to_value(depth).unwrap(), depth.name());
        }
        for right in Right::ALL {
            assert_eq!(serde_json::to_value(right).unwrap(), right.name());
        }
    }

    #[test]
    fn wider_is_greater() {
        assert!(Depth::Global > Depth::Deep && Depth::Deep > Depth::Local && Depth::Local > Depth::Basic);
    }
}
