//! The arguments of a function, inline or by alias.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::call::{Call, guid_literal};
use crate::errors::{ApiError, Code, bad_payload};
use crate::odata::{Key, Segment, parse_query};

/// The arguments of a function call.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pairs: Vec<(String, String)>,
}

impl Arguments {
    /// Reads the parentheses of a segment and puts the values of aliases in.
    pub(super) fn read(call: &Call<'_>, segment: &Segment) -> Result<Self, ApiError> {
        let pairs = match &segment.key {
            None => return Ok(Self::default()),
            Some(Key::Bare(text)) => {
                return Err(Code::SegmentNotFound.error(&[&format!("{}({text})", segment.name)]));
            }
            Some(Key::Named(pairs)) => pairs.clone(),
        };
        // Options such as $select on a function are read by those who know them.
        let aliases_only: String = call
            .raw_query()
            .split('&')
            .filter(|part| part.starts_with('@') || part.starts_with("%40"))
            .collect::<Vec<_>>()
            .join("&");
        let aliases = parse_query(&aliases_only, None)?.aliases;
        let resolve = |(name, value): (String, String)| {
            if !value.starts_with('@') {
                return Ok((name, value));
            }
            let text = format!("The parameter alias '{value}' has no value.");
            let value = aliases.get(&value).cloned().ok_or_else(|| Code::Query.error(&[&text]))?;
            Ok((name, value))
        };
        Ok(Self { pairs: pairs.into_iter().map(resolve).collect::<Result<_, ApiError>>()? })
    }

    /// The text of an argument, as it was written.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Refuses arguments that the function does not have.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), ApiError> {
        match self.pairs.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            Some((name, _)) => {
                let text = format!("The function has no parameter '{name}'.");
                Err(Code::Query.error(&[&text]))
            }
            None => Ok(()),
        }
    }

    /// An argument that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, ApiError> {
        let text = format!("The parameter '{name}' of the function is missing.");
        self.get(name).ok_or_else(|| Code::Query.error(&[&text]))
    }

    /// A GUID argument that must be there.
    pub(super) fn guid(&self, name: &str) -> Result<Uuid, ApiError> {
        let value = self.need(name)?;
        let text = format!("The value '{value}' of the parameter '{name}' is no Edm.Guid.");
        guid_literal(value).ok_or_else(|| Code::Query.error(&[&text]))
    }
}

/// Refuses members of an action's body that are no parameters of it.
pub(super) fn only(action: &str, body: &Map<String, Value>, names: &[&str]) -> Result<(), ApiError> {
    for name in body.keys() {
        if !names.contains(&name.as_str()) && !name.contains('@') {
            let why = format!(
                "The parameter '{name}' in the request payload is not a valid parameter for the operation '{action}'."
            );
            return Err(bad_payload(action, &why));
        }
    }
    Ok(())
}

/// The id of an entity reference in a body: `{"@odata.type":..,"roleid":".."}`.
pub(super) fn entity_reference(
    action: &str,
    body: &Map<String, Value>,
    name: &str,
    keys: &[&str],
) -> Result<Uuid, ApiError> {
    let Some(Value::Object(members)) = body.get(name) else {
        return Err(bad_payload(action, &format!("The parameter '{name}' is missing.")));
    };
    let id = keys
        .iter()
        .find_map(|key| members.get(*key))
        .and_then(Value::as_str)
        .and_then(|id| Uuid::parse_str(id).ok());
    id.ok_or_else(|| bad_payload(action, "EdmEntityObject passed should have the key property value set."))
}
