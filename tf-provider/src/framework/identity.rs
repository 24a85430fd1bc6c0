//! Resource identity: the attributes that say which remote object a resource is.

use std::collections::BTreeMap;

use super::{Type, Value};

/// The type of the identity made of the string attributes `names`.
pub(crate) fn ty(names: &[&str]) -> Type {
    Type::Object(names.iter().map(|name| ((*name).to_owned(), Type::String)).collect())
}

/// The identity of `object`; null when the object is, or when a part of it is not there yet.
pub(crate) fn of(names: &[&str], object: &Value) -> Value {
    if object.is_null() || names.is_empty() {
        return Value::Null;
    }
    let parts: BTreeMap<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), object.get(name).clone())).collect();
    if parts.values().any(Value::is_null) { Value::Null } else { Value::Object(parts) }
}
