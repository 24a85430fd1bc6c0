//! State as it was stored, brought into the shape of today's schema.

use serde_json::Value as Json;

use super::{Block, NestedBlock, Nesting, Number, Type, Value};

/// Stored state that does not fit the schema.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// The stored bytes are not JSON.
    #[error("the stored state is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// A stored value cannot be read as the schema's type.
    #[error("the stored value of `{path}` is not a {wanted}")]
    Mismatch {
        /// Where.
        path: String,
        /// The type that the schema wants.
        wanted: String,
    },
}

/// Reads stored state: attributes that the schema no longer has are dropped, new ones are null, write-only ones are null,
/// and simple types are converted (`"5"` and 5).
///
/// # Errors
/// When the bytes are not JSON, or a value cannot be converted.
pub fn upgrade(block: &Block, json: &[u8]) -> Result<Value, UpgradeError> {
    let json: Json = serde_json::from_slice(json)?;
    if json.is_null() { Ok(Value::Null) } else { read_block(block, &json, "") }
}

fn read_block(block: &Block, json: &Json, at: &str) -> Result<Value, UpgradeError> {
    let mut object = std::collections::BTreeMap::new();
    for attribute in &block.attributes {
        let stored = json.get(attribute.name).unwrap_or(&Json::Null);
        let value = if attribute.write_only {
            Value::Null
        } else {
            read(&attribute.ty, stored, &format!("{at}{}", attribute.name))?
        };
        object.insert(attribute.name.to_owned(), value);
    }
    for nested in &block.blocks {
        let stored = json.get(nested.name).unwrap_or(&Json::Null);
        object.insert(nested.name.to_owned(), read_blocks(nested, stored, &format!("{at}{}.", nested.name))?);
    }
    Ok(Value::Object(object))
}

fn read_blocks(nested: &NestedBlock, json: &Json, at: &str) -> Result<Value, UpgradeError> {
    let read = |json: &Json| read_block(&nested.block, json, at);
    Ok(match (nested.nesting, json) {
        (_, Json::Null) => nested.none(),
        (Nesting::Single, json) => read(json)?,
        (Nesting::List, Json::Array(blocks)) => {
            Value::List(blocks.iter().map(read).collect::<Result<_, _>>()?)
        }
        (Nesting::Set, Json::Array(blocks)) => Value::Set(blocks.iter().map(read).collect::<Result<_, _>>()?),
        (Nesting::Map, Json::Object(blocks)) => Value::Map(
            blocks
                .iter()
                .map(|(key, json)| Ok((key.clone(), read(json)?)))
                .collect::<Result<_, UpgradeError>>()?,
        ),
        _ => return Err(UpgradeError::Mismatch { path: at.into(), wanted: "nested block".into() }),
    })
}

/// Reads a JSON value of type `ty`, converting between simple types as Terraform does.
///
/// # Errors
/// When the value is of another shape.
pub(crate) fn read(ty: &Type, json: &Json, at: &str) -> Result<Value, UpgradeError> {
    let mismatch = || UpgradeError::Mismatch { path: at.into(), wanted: ty.hcl() };
    Ok(match (ty, json) {
        (_, Json::Null) => Value::Null,
        (Type::String, Json::String(text)) => Value::string(text),
        (Type::String, Json::Number(number)) => Value::string(number.to_string()),
        (Type::String, Json::Bool(flag)) => Value::string(flag.to_string()),
        (Type::Number, Json::Number(number)) => {
            Value::Number(Number::parse(&number.to_string()).ok_or_else(mismatch)?)
        }
        (Type::Number, Json::String(text)) => Value::Number(Number::parse(text).ok_or_else(mismatch)?),
        (Type::Bool, Json::Bool(flag)) => Value::Bool(*flag),
        (Type::Bool, Json::String(text)) if text == "true" || text == "false" => Value::Bool(text == "true"),
        (Type::List(element), Json::Array(elements)) => Value::List(read_all(element, elements, at)?),
        (Type::Set(element), Json::Array(elements)) => Value::Set(read_all(element, elements, at)?),
        (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => Value::List(
            types.iter().zip(elements).map(|(ty, json)| read(ty, json, at)).collect::<Result<_, _>>()?,
        ),
        (Type::Map(element), Json::Object(elements)) => Value::Map(
            elements
                .iter()
                .map(|(key, json)| Ok((key.clone(), read(element, json, &format!("{at}[{key:?}]"))?)))
                .collect::<Result<_, UpgradeError>>()?,
        ),
        (Type::Object(attributes), Json::Object(stored)) => Value::Object(
            attributes
                .iter()
                .map(|(name, ty)| {
                    let json = stored.get(name).unwrap_or(&Json::Null);
                    Ok((name.clone(), read(ty, json, &format!("{at}.{name}"))?))
                })
                .collect::<Result<_, UpgradeError>>()?,
        ),
        (Type::Dynamic, Json::Object(stored)) => {
            let ty = stored.get("type").ok_or_else(mismatch)?;
            let ty = Type::from_json(ty).map_err(|_| mismatch())?;
            let value = read(&ty, stored.get("value").unwrap_or(&Json::Null), at)?;
            Value::Dynamic(Box::new((ty, value)))
        }
        _ => return Err(mismatch()),
    })
}

fn read_all(element: &Type, elements: &[Json], at: &str) -> Result<Vec<Value>, UpgradeError> {
    elements.iter().enumerate().map(|(i, json)| read(element, json, &format!("{at}[{i}]"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{computed, optional, required};

    #[test]
    fn old_state_takes_todays_shape() {
        let block = Block {
            attributes: vec![
                computed().named("id", Type::String, "Id."),
                required().named("size", Type::Number, "Size."),
                optional().named("added", Type::map(Type::String), "Added later."),
                optional().named("secret", Type::String, "Secret.").write_only(),
            ],
            ..Block::default()
        };
        let stored = br#"{"id":"1","size":"5","gone":true,"secret":"s"}"#;
        let value = upgrade(&block, stored).unwrap();
        assert_eq!(value.get("size"), &Value::Number(5.into()));
        assert!(value.get("added").is_null() && value.get("secret").is_null());
        assert!(!value.as_object().unwrap().contains_key("gone"));
        assert!(upgrade(&block, br#"{"size":{}}"#).is_err());
    }

    #[test]
    fn numbers_keep_all_their_digits() {
        let json: Json = serde_json::from_str("1.1234567890123456789").unwrap();
        let Value::Number(number) = read(&Type::Number, &json, "").unwrap() else { panic!() };
        assert_eq!(number.text(), "1.1234567890123456789");
    }
}
