//! Values on the wire: msgpack in the form that Terraform's type system gives it, always against a type.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::decode;
use rmp::encode;
use serde_json::Value as Json;

use crate::framework::{Number, Refinements, Type, Value};

/// The extension that carries an unknown value with promises about it.
const REFINED_UNKNOWN: i8 = 12;

/// Bytes that are not a value of the expected type.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// The bytes are not msgpack.
    #[error("malformed msgpack: {0}")]
    Malformed(String),
    /// The value is of another type.
    #[error("at `{path}`: {found} where {wanted} is expected")]
    Mismatch { path: String, found: String, wanted: String },
    /// An object lacks an attribute of its type, or has one more.
    #[error("at `{path}`: an object with other attributes than its type")]
    Attributes { path: String },
    /// The value nests deeper than any schema does.
    #[error("the value is nested too deeply")]
    TooDeep,
}

impl<E: decode::RmpReadErr> From<decode::ValueReadError<E>> for WireError {
    fn from(error: decode::ValueReadError<E>) -> Self {
        WireError::Malformed(format!("{error:?}"))
    }
}

/// Deeper than this only a hostile or broken message nests.
const MAX_DEPTH: usize = 100;

/// Reads a value of type `ty`. No bytes at all are null.
pub(crate) fn from_msgpack(mut bytes: &[u8], ty: &Type) -> Result<Value, WireError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let value = read(&mut bytes, ty, "", 0)?;
    if bytes.is_empty() { Ok(value) } else { Err(WireError::Malformed("bytes after the value".into())) }
}

fn read(bytes: &mut &[u8], ty: &Type, at: &str, depth: usize) -> Result<Value, WireError> {
    if depth > MAX_DEPTH {
        return Err(WireError::TooDeep);
    }
    let marker = Marker::from_u8(*bytes.first().ok_or_else(|| WireError::Malformed("no value".into()))?);
    match marker {
        Marker::Null => {
            decode::read_nil(bytes)?;
            return Ok(Value::Null);
        }
        Marker::FixExt1
        | Marker::FixExt2
        | Marker::FixExt4
        | Marker::FixExt8
        | Marker::FixExt16
        | Marker::Ext8
        | Marker::Ext16
        | Marker::Ext32 => return read_unknown(bytes),
        _ => {}
    }
    let mismatch = || WireError::Mismatch { path: at.into(), found: format!("{marker:?}"), wanted: ty.hcl() };
    match ty {
        Type::String => Ok(Value::string(read_str(bytes).map_err(|_| mismatch())?)),
        Type::Bool => decode::read_bool(bytes).map(Value::Bool).map_err(|_| mismatch()),
        Type::Number => read_number(bytes, marker).ok_or_else(mismatch).map(Value::Number),
        Type::List(element) => read_array(bytes, element, at, depth).map(Value::List),
        Type::Set(element) => read_array(bytes, element, at, depth).map(Value::Set),
        Type::Tuple(types) => {
            if decode::read_array_len(bytes).map_err(|_| mismatch())? as usize != types.len() {
                return Err(mismatch());
            }
            let elements = types.iter().map(|ty| read(bytes, ty, at, depth + 1)).collect::<Result<_, _>>()?;
            Ok(Value::List(elements))
        }
        Type::Map(element) => {
            let length = decode::read_map_len(bytes).map_err(|_| mismatch())?;
            let mut elements = BTreeMap::new();
            for _ in 0..length {
                let key = read_str(bytes)?;
                let value = read(bytes, element, &format!("{at}[{key:?}]"), depth + 1)?;
                elements.insert(key, value);
            }
            Ok(Value::Map(elements))
        }
        Type::Object(types) => {
            let length = decode::read_map_len(bytes).map_err(|_| mismatch())?;
            let mut attributes = BTreeMap::new();
            for _ in 0..length {
                let name = read_str(bytes)?;
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                let ty = types.get(&name).ok_or_else(|| WireError::Attributes { path: path.clone() })?;
                attributes.insert(name, read(bytes, ty, &path, depth + 1)?);
            }
            if attributes.len() != types.len() {
                return Err(WireError::Attributes { path: at.into() });
            }
            Ok(Value::Object(attributes))
        }
        Type::Dynamic => {
            if decode::read_array_len(bytes).map_err(|_| mismatch())? != 2 {
                return Err(mismatch());
            }
            let length = decode::read_bin_len(bytes)? as usize;
            let descriptor: Json = serde_json::from_slice(take(bytes, length)?)
                .map_err(|error| WireError::Malformed(error.to_string()))?;
            let ty = Type::from_json(&descriptor).map_err(|error| WireError::Malformed(error.to_string()))?;
            let value = read(bytes, &ty, at, depth + 1)?;
            Ok(Value::Dynamic(Box::new((ty, value))))
        }
    }
}

fn read_array(bytes: &mut &[u8], element: &Type, at: &str, depth: usize) -> Result<Vec<Value>, WireError> {
    let length = decode::read_array_len(bytes).map_err(|error| WireError::Mismatch {
        path: at.into(),
        found: format!("{error:?}"),
        wanted: element.hcl(),
    })?;
    (0..length).map(|index| read(bytes, element, &format!("{at}[{index}]"), depth + 1)).collect()
}

fn take<'b>(bytes: &mut &'b [u8], length: usize) -> Result<&'b [u8], WireError> {
    let (head, rest) = bytes
        .split_at_checked(length)
        .ok_or_else(|| WireError::Malformed("the value is cut short".into()))?;
    *bytes = rest;
    Ok(head)
}

fn read_str(bytes: &mut &[u8]) -> Result<String, WireError> {
    let length = decode::read_str_len(bytes)? as usize;
    let text =
        std::str::from_utf8(take(bytes, length)?).map_err(|error| WireError::Malformed(error.to_string()))?;
    Ok(text.to_owned())
}

fn read_number(bytes: &mut &[u8], marker: Marker) -> Option<Number> {
    match marker {
        Marker::F32 => decode::read_f32(bytes).ok().map(|float| Number::Float(float.into())),
        Marker::F64 => decode::read_f64(bytes).ok().map(Number::Float),
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
            read_str(bytes).ok().and_then(|text| Number::parse(&text))
        }
        Marker::U64 => decode::read_u64(bytes).ok().and_then(|integer| Number::parse(&integer.to_string())),
        _ => decode::read_int(bytes).ok().map(Number::Integer),
    }
}

/// Any extension is an unknown value: core gives them meanings over time, and none of them is a known value.
fn read_unknown(bytes: &mut &[u8]) -> Result<Value, WireError> {
    let meta = decode::read_ext_meta(bytes)?;
    let payload = take(bytes, meta.size as usize)?;
    Ok(if meta.typeid == REFINED_UNKNOWN && payload.len() > 1 {
        Value::Unknown(Refinements::from_payload(payload))
    } else {
        Value::unknown()
    })
}

/// Writes `value` as type `ty`: objects with exactly the attributes of the type, absent ones as null.
pub(crate) fn to_msgpack(value: &Value, ty: &Type) -> Vec<u8> {
    let mut bytes = encode::ByteBuf::new();
    write(&mut bytes, value, ty);
    bytes.into_vec()
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn write(bytes: &mut encode::ByteBuf, value: &Value, ty: &Type) {
    // Writing into memory cannot fail: the error of `ByteBuf` has no values, so `Ok` is the only pattern.
    match (value, ty) {
        (Value::Null, _) => {
            let Ok(_) = encode::write_nil(bytes);
        }
        (Value::Unknown(refinements), _) => match refinements.payload() {
            None => {
                let Ok(_) = encode::write_ext_meta(bytes, 1, 0);
                bytes.as_mut_vec().push(0);
            }
            Some(payload) => {
                let Ok(_) = encode::write_ext_meta(bytes, length(payload.len()), REFINED_UNKNOWN);
                bytes.as_mut_vec().extend_from_slice(payload);
            }
        },
        (Value::Dynamic(inner), _) => {
            let descriptor = inner.0.to_json().to_string();
            let Ok(_) = encode::write_array_len(bytes, 2);
            let Ok(_) = encode::write_bin(bytes, descriptor.as_bytes());
            write(bytes, &inner.1, &inner.0);
        }
        (Value::String(text), _) => {
            let Ok(_) = encode::write_str(bytes, text);
        }
        (Value::Bool(flag), _) => {
            let Ok(_) = encode::write_bool(bytes, *flag);
        }
        (Value::Number(number), _) => match number {
            Number::Integer(integer) => {
                let Ok(_) = encode::write_sint(bytes, *integer);
            }
            Number::Float(float) => {
                let Ok(_) = encode::write_f64(bytes, *float);
            }
            Number::Decimal(text) => {
                let Ok(_) = encode::write_str(bytes, text);
            }
        },
        (Value::List(elements) | Value::Set(elements), ty) => {
            let Ok(_) = encode::write_array_len(bytes, length(elements.len()));
            for (index, element) in elements.iter().enumerate() {
                write(bytes, element, element_type(ty, index));
            }
        }
        (Value::Object(attributes), Type::Object(types)) => {
            let Ok(_) = encode::write_map_len(bytes, length(types.len()));
            for (name, ty) in types {
                let Ok(_) = encode::write_str(bytes, name);
                write(bytes, attributes.get(name).unwrap_or(&Value::Null), ty);
            }
        }
        (Value::Map(elements) | Value::Object(elements), ty) => {
            let Ok(_) = encode::write_map_len(bytes, length(elements.len()));
            for (key, element) in elements {
                let Ok(_) = encode::write_str(bytes, key);
                write(bytes, element, element_type(ty, 0));
            }
        }
    }
}

fn element_type(ty: &Type, index: usize) -> &Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => element,
        Type::Tuple(types) => types.get(index).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}

#[cfg(test)]
mod tests;
