//! Types of values, and their JSON spelling in schemas.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// The type of a value, as Terraform's type system has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Unicode text.
    String,
    /// A decimal number of any size.
    Number,
    /// True or false.
    Bool,
    /// Any type, decided by the value.
    Dynamic,
    /// Ordered elements of one type.
    List(Box<Type>),
    /// Distinct elements of one type, in no order.
    Set(Box<Type>),
    /// Elements of one type under string keys.
    Map(Box<Type>),
    /// Named attributes, each of its own type.
    Object(BTreeMap<String, Type>),
    /// Ordered elements, each of its own type.
    Tuple(Vec<Type>),
}

/// A type descriptor that is not one of Terraform's.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a type descriptor")]
pub struct UnknownType(String);

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Type {
        Type::Set(Box::new(element))
    }

    /// A map of strings to `element`.
    pub fn map(element: Type) -> Type {
        Type::Map(Box::new(element))
    }

    /// The JSON descriptor that schemas and dynamic values carry, for example `["map","string"]`.
    pub fn to_json(&self) -> Json {
        match self {
            Type::String => json!("string"),
            Type::Number => json!("number"),
            Type::Bool => json!("bool"),
            Type::Dynamic => json!("dynamic"),
            Type::List(element) => json!(["list", element.to_json()]),
            Type::Set(element) => json!(["set", element.to_json()]),
            Type::Map(element) => json!(["map", element.to_json()]),
            Type::Object(attributes) => {
                let attributes: serde_json::Map<String, Json> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                json!(["object", attributes])
            }
            Type::Tuple(elements) => json!(["tuple", elements.iter().map(Type::to_json).collect::<Vec<_>>()]),
        }
    }

    /// Reads a JSON descriptor.
    ///
    /// # Errors
    /// When `json` does not describe a type.
    pub fn from_json(json: &Json) -> Result<Type, UnknownType> {
        let unknown = || UnknownType(json.to_string());
        if let Some(name) = json.as_str() {
            return match name {
                "string" => Ok(Type::String),
                "number" => Ok(Type::Number),
                "bool" => Ok(Type::Bool),
                "dynamic" => Ok(Type::Dynamic),
                _ => Err(unknown()),
            };
        }
        let parts = json.as_array().ok_or_else(unknown)?;
        let kind = parts.first().and_then(Json::as_str).ok_or_else(unknown)?;
        let inner = parts.get(1).ok_or_else(unknown)?;
        match kind {
            "list" => Ok(Type::list(Type::from_json(inner)?)),
            "set" => Ok(Type::set(Type::from_json(inner)?)),
            "map" => Ok(Type::map(Type::from_json(inner)?)),
            "tuple" => {
                let elements = inner.as_array().ok_or_else(unknown)?;
                Ok(Type::Tuple(elements.iter().map(Type::from_json).collect::<Result<_, _>>()?))
            }
            "object" => {
                let attributes = inner.as_object().ok_or_else(unknown)?;
                let attributes = attributes
                    .iter()
                    .map(|(name, ty)| Ok((name.clone(), Type::from_json(ty)?)))
                    .collect::<Result<_, UnknownType>>()?;
                Ok(Type::Object(attributes))
            }
            _ => Err(unknown()),
        }
    }

    /// How people write the type in HCL, for example `map(map(string))`.
    pub fn hcl(&self) -> String {
        match self {
            Type::String => "string".into(),
            Type::Number => "number".into(),
            Type::Bool => "bool".into(),
            Type::Dynamic => "any".into(),
            Type::List(element) => format!("list({})", element.hcl()),
            Type::Set(element) => format!("set({})", element.hcl()),
            Type::Map(element) => format!("map({})", element.hcl()),
            Type::Object(attributes) => {
                let inner: Vec<String> =
                    attributes.iter().map(|(name, ty)| format!("{name} = {}", ty.hcl())).collect();
                format!("object({{ {} }})", inner.join(", "))
            }
            Type::Tuple(elements) => {
                format!("tuple([{}])", elements.iter().map(Type::hcl).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_survive_the_round_trip() {
        for text in [
            r#""string""#,
            r#"["map",["map","string"]]"#,
            r#"["object",{"a":"number","b":["list","bool"]}]"#,
            r#"["tuple",["string",["set","dynamic"]]]"#,
        ] {
            let json: Json = serde_json::from_str(text).unwrap();
            assert_eq!(Type::from_json(&json).unwrap().to_json(), json);
        }
    }

    #[test]
    fn an_unknown_descriptor_is_refused() {
        assert!(Type::from_json(&json!("text")).is_err());
        assert!(Type::from_json(&json!(["bag", "string"])).is_err());
    }
}
