//! Row ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of a row: a GUID, shown in lower case with hyphens and without braces.
///
/// Two spellings of one GUID are the same id, because the value is compared and not the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(Uuid);

/// The text is not a GUID of the form `00000000-0000-0000-0000-000000000000`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a GUID of the form 00000000-0000-0000-0000-000000000000")]
pub struct IdError(String);

impl Id {
    /// The all-zero id, which Dataverse writes where there is no row.
    pub const NIL: Id = Id(Uuid::nil());

    /// A new random id, for the primary key of a row that is about to be created.
    pub fn random() -> Id {
        Id(Uuid::new_v4())
    }

    /// The id with this value.
    pub const fn from_u128(value: u128) -> Id {
        Id(Uuid::from_u128(value))
    }

    /// Reads the hyphenated form in any case; braces, quotes and URNs are refused.
    ///
    /// # Errors
    /// When `text` is anything else.
    pub fn parse(text: &str) -> Result<Id, IdError> {
        match Uuid::try_parse(text) {
            // The parser also takes braced, URN and hyphen-less forms; only the hyphenated one has 36 characters.
            Ok(uuid) if text.len() == 36 => Ok(Id(uuid)),
            _ => Err(IdError(text.to_owned())),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Id, IdError> {
        Id::parse(text)
    }
}

impl From<Uuid> for Id {
    fn from(uuid: Uuid) -> Id {
        Id(uuid)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Id::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_lower_case_is_shown() {
        let upper = Id::parse("ABCDEF00-0000-0000-0000-00000000000A").unwrap();
        let lower = Id::parse("abcdef00-0000-0000-0000-00000000000a").unwrap();
        assert_eq!(upper, lower);
        assert_eq!(upper.to_string(), "abcdef00-0000-0000-0000-00000000000a");
        assert_eq!(serde_json::to_string(&upper).unwrap(), "\"abcdef00-0000-0000-0000-00000000000a\"");
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "{abcdef00-0000-0000-0000-00000000000a}",
            "abcdef0000000000000000000000000a",
            "urn:uuid:abcdef00-0000-0000-0000-00000000000a",
            "abcdef00-0000-0000-0000-00000000000g",
            "abcdef00-0000-0000-0000-00000000000a ",
        ] {
            assert!(Id::parse(text).is_err(), "{text}");
        }
    }
}
