//! Values on the wire, in a codec of the tests' own: JSON in tests, msgpack in messages.

use rmpv::Value as Msg;
use serde_json::{Map, Value, json};

use super::tfplugin5::{DynamicValue, Schema};

/// Stands for an unknown value in the JSON form.
pub struct Unknown;

impl From<Unknown> for Value {
    fn from(_: Unknown) -> Self {
        json!({ "$unknown": true })
    }
}

/// Whether a decoded value is unknown.
#[must_use]
pub fn is_unknown(value: &Value) -> bool {
    *value == Value::from(Unknown)
}

/// An object of the schema: `set` for some attributes, null for all others. An unknown key is an error of the test.
#[must_use]
pub fn object(schema: &Schema, set: &Value) -> Value {
    let block = schema.block.as_ref().expect("a schema has a block");
    let mut object: Map<String, Value> =
        block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null)).collect();
    for nested in &block.block_types {
        // SINGLE is null without a block; LIST, SET and MAP are empty (numbers of NestingMode).
        let empty = match nested.nesting {
            1 => Value::Null,
            4 => json!({}),
            _ => json!([]),
        };
        object.insert(nested.type_name.clone(), empty);
    }
    for (name, value) in set.as_object().into_iter().flatten() {
        assert!(object.contains_key(name), "the schema has no {name}");
        object.insert(name.clone(), value.clone());
    }
    Value::Object(object)
}

/// A value as the host sends it.
#[must_use]
pub fn encode(value: &Value) -> Option<DynamicValue> {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, &to_msg(value)).expect("memory can be written");
    Some(DynamicValue { msgpack, json: Vec::new() })
}

/// A value that the plugin answered; null if it is absent.
#[must_use]
pub fn decode(value: Option<&DynamicValue>) -> Value {
    let Some(value) = value else { return Value::Null };
    if !value.msgpack.is_empty() {
        let decoded = rmpv::decode::read_value(&mut value.msgpack.as_slice()).expect("the answer is msgpack");
        return from_msg(&decoded);
    }
    if value.json.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&value.json).expect("the answer is JSON")
    }
}

fn to_msg(value: &Value) -> Msg {
    match value {
        value if is_unknown(value) => Msg::Ext(0, vec![0]),
        Value::Null => Msg::Nil,
        Value::Bool(it) => Msg::Boolean(*it),
        Value::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(whole), _) => Msg::from(whole),
            (None, Some(real)) => Msg::from(real),
            (None, None) => Msg::from(it.to_string()),
        },
        Value::String(it) => Msg::from(it.as_str()),
        Value::Array(items) => Msg::Array(items.iter().map(to_msg).collect()),
        Value::Object(map) => {
            Msg::Map(map.iter().map(|(key, it)| (Msg::from(key.as_str()), to_msg(it))).collect())
        }
    }
}

fn from_msg(value: &Msg) -> Value {
    match value {
        Msg::Nil => Value::Null,
        Msg::Boolean(it) => json!(it),
        Msg::Integer(it) => it.as_i64().map_or_else(|| json!(it.as_u64()), |whole| json!(whole)),
        Msg::F32(it) => json!(it),
        Msg::F64(it) => json!(it),
        Msg::String(it) => json!(it.as_str()),
        Msg::Binary(it) => json!(it),
        Msg::Array(items) => items.iter().map(from_msg).collect(),
        Msg::Map(entries) => entries
            .iter()
            .map(|(key, it)| (key.as_str().expect("keys are strings").to_owned(), from_msg(it)))
            .collect::<Map<_, _>>()
            .into(),
        Msg::Ext(..) => Unknown.into(),
    }
}
