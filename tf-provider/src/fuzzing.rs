//! What must hold for any bytes that a host sends: the bodies of fuzz targets, which tests run over their corpora too.

use crate::framework::{Block, NestedBlock, Nesting, Type, computed, optional, required};
use crate::plugin::fuzzing as plugin;

/// The first byte chooses a type, the rest is its value in msgpack. What is read can be written, and is then the same.
pub fn msgpack(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    let types = types();
    if let Some(ty) = types.get(usize::from(*choice) % types.len()) {
        plugin::msgpack(bytes, ty);
    }
}

/// Stored state in JSON. What is read fits today's schema, and so can be sent to the host.
pub fn state(data: &[u8]) {
    plugin::state(data, &block());
}

fn types() -> Vec<Type> {
    let row = Type::Object([("id".to_owned(), Type::String), ("n".to_owned(), Type::Number)].into());
    vec![
        block().ty(),
        Type::Dynamic,
        Type::String,
        Type::Number,
        Type::Bool,
        Type::map(Type::map(Type::String)),
        Type::set(row.clone()),
        Type::list(Type::Dynamic),
        Type::Tuple(vec![Type::Number, row, Type::Dynamic]),
    ]
}

/// A schema with each kind of thing that a schema may hold.
fn block() -> Block {
    let inner = Block {
        attributes: vec![
            required().named("key", Type::String, "Key."),
            optional().named("on", Type::Bool, "On."),
        ],
        ..Block::default()
    };
    let nested = |name, nesting| NestedBlock { name, nesting, block: inner.clone() };
    Block {
        attributes: vec![
            computed().named("id", Type::String, "Id."),
            optional().named("size", Type::Number, "Size."),
            optional().named("any", Type::Dynamic, "Anything."),
            optional().named("tags", Type::map(Type::set(Type::String)), "Tags."),
            optional().named("secret", Type::String, "Secret.").write_only(),
        ],
        blocks: vec![
            nested("one", Nesting::Single),
            nested("many", Nesting::List),
            nested("some", Nesting::Set),
            nested("each", Nesting::Map),
        ],
        ..Block::default()
    }
}

#[cfg(test)]
#[path = "../../acceptance-tests/fuzz/replay.rs"]
mod replay;
#[cfg(test)]
mod tests {
    use super::replay;

    #[test]
    fn any_msgpack_is_read_or_refused() {
        replay::corpus("msgpack", super::msgpack);
    }

    #[test]
    fn any_stored_state_is_read_or_refused() {
        replay::corpus("state", super::state);
    }
}
