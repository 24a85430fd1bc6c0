//! The codec of values by itself, for measurements; a provider never needs it.

use super::wire;
use crate::framework::{Type, Value};

/// Reads a value of type `ty` from msgpack. No bytes at all are null.
///
/// # Errors
/// When the bytes are not a value of that type, in words.
pub fn read(bytes: &[u8], ty: &Type) -> Result<Value, String> {
    wire::from_msgpack(bytes, ty).map_err(|error| error.to_string())
}

/// Writes `value` as type `ty` in msgpack.
pub fn write(value: &Value, ty: &Type) -> Vec<u8> {
    wire::to_msgpack(value, ty)
}
