//! The readers of this module, with what must hold for any bytes.

use super::server::private_data;
use super::wire::{from_msgpack, to_msgpack};
use crate::framework::{Block, Type, Value, upgrade};

/// Reads a value of type `ty`; what was read is written and read back unchanged.
pub(crate) fn msgpack(bytes: &[u8], ty: &Type) {
    if let Ok(value) = from_msgpack(bytes, ty) {
        comes_back(&value, ty);
    }
}

/// Reads `json` as state that was stored with another version of the schema, and as private data.
pub(crate) fn state(json: &[u8], block: &Block) {
    if let Ok(value) = upgrade(block, json) {
        comes_back(&value, &block.ty());
    }
    let identity = Type::Object([("id".to_owned(), Type::String)].into());
    private_data(json, &identity);
}

/// Bytes are compared, because two unknown values are equal whatever is promised about them.
fn comes_back(value: &Value, ty: &Type) {
    let bytes = to_msgpack(value, ty);
    let again = from_msgpack(&bytes, ty);
    let same = again.as_ref().is_ok_and(|again| to_msgpack(again, ty) == bytes && again == value);
    assert!(same, "{value:?} of type {} came back as {again:?}", ty.hcl());
}
