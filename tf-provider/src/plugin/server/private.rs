//! The private data that goes with an object in the state, as JSON: core hands it back unread.

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::framework::{Type, Value, value_from_json};

/// What the SDK wants to know again of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Private {
    /// Names the resource instance, whatever it is called in the configuration: two that have the same object differ.
    pub(super) claimant: String,
    /// Identity of the object that the last plan found, null at first. A replacement is planned as a create with this.
    pub(super) identity: Value,
}

impl Private {
    /// That of an instance met for the first time.
    pub(super) fn new() -> Private {
        Private { claimant: Uuid::new_v4().to_string(), identity: Value::Null }
    }

    /// What is stored; new where it cannot be read.
    pub(super) fn read(bytes: &[u8], identity: &Type) -> Private {
        let stored: Map<String, Json> = serde_json::from_slice(bytes).unwrap_or_default();
        let Some(claimant) = stored.get("claimant").and_then(Json::as_str) else { return Private::new() };
        let identity = match stored.get("identity") {
            Some(json) => value_from_json(identity, json, "identity").unwrap_or_default(),
            None => Value::Null,
        };
        Private { claimant: claimant.to_owned(), identity }
    }

    /// As it is stored. The parts of an identity are strings.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut stored = Map::new();
        stored.insert("claimant".to_owned(), Json::from(self.claimant.as_str()));
        if let Some(parts) = self.identity.as_object() {
            let parts =
                parts.iter().map(|(name, part)| (name.clone(), part.as_str().map_or(Json::Null, Json::from)));
            stored.insert("identity".to_owned(), Json::Object(parts.collect()));
        }
        Json::Object(stored).to_string().into_bytes()
    }

    /// What to store beside an object that came with `stored`: data that is there stays.
    pub(super) fn kept(stored: Vec<u8>) -> Vec<u8> {
        if stored.is_empty() { Private::new().bytes() } else { stored }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::identity_type;

    #[test]
    fn what_is_stored_is_read_again() {
        let ty = identity_type(&["id"]);
        let first = Private::new();
        assert_eq!(Private::read(&first.bytes(), &ty), first);
        let identity = Value::Object([("id".to_owned(), Value::string("1"))].into());
        let known = Private { identity, ..first };
        assert_eq!(Private::read(&known.bytes(), &ty), known);
    }

    #[test]
    fn data_that_cannot_be_read_names_a_new_instance() {
        let ty = identity_type(&["id"]);
        for bytes in [&b""[..], b"{}", b"\xff\x00", b"{\"claimant\":1}"] {
            let read = Private::read(bytes, &ty);
            assert!(!read.claimant.is_empty() && read.identity.is_null());
            assert_ne!(read.claimant, Private::read(bytes, &ty).claimant);
        }
    }
}
