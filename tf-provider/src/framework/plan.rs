//! The plan of one object: a pure function of its schema and Terraform's three views of it.
//!
//! Order: what the configuration says or means, then defaults, then what is kept; if that differs from the prior object,
//! every other computed attribute becomes unknown; then the attributes whose change makes a new object.

use std::collections::BTreeMap;

use super::{Attribute, Block, Keep, NestedBlock, Nesting, Path, Value};

/// Terraform's views of an object that is to be created or updated.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// What the object may hold.
    pub block: &'a Block,
    /// The object as it is; null when it is to be created.
    pub prior: &'a Value,
    /// What the configuration says.
    pub config: &'a Value,
    /// Core's merge of the two.
    pub proposed: &'a Value,
}

/// The planned object.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanOutput {
    /// The object as it will be, unknown where only the apply will tell.
    pub planned: Value,
    /// Attributes whose change makes a new object, sorted.
    pub replace: Vec<Path>,
}

/// Plans a create or update.
pub fn plan(input: PlanInput<'_>) -> PlanOutput {
    let PlanInput { block, prior, config, proposed } = input;
    let mut planned = settle(block, prior, config, proposed);
    if planned != *prior {
        mark_unknown(block, prior, config, &mut planned);
    }
    let replace = replaced(block, prior, config, &planned);
    PlanOutput { planned, replace }
}

/// The object with every value that the inputs decide: configuration (in its prior spelling where both mean the same),
/// defaults, and prior values of computed attributes.
fn settle(block: &Block, prior: &Value, config: &Value, proposed: &Value) -> Value {
    if config.as_object().is_none() {
        return config.clone();
    }
    let mut object = BTreeMap::new();
    for attribute in &block.attributes {
        let name = attribute.name;
        let value = settle_attribute(attribute, prior.get(name), config.get(name), proposed.get(name));
        object.insert(name.to_owned(), value);
    }
    for nested in &block.blocks {
        let name = nested.name;
        let value = settle_blocks(nested, prior.get(name), config.get(name), proposed.get(name));
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

fn settle_attribute(attribute: &Attribute, prior: &Value, config: &Value, proposed: &Value) -> Value {
    if attribute.write_only {
        return Value::Null;
    }
    if !config.is_null() {
        let same = !prior.is_null() && attribute.same(prior, config);
        return if same { prior.clone() } else { config.clone() };
    }
    match &attribute.default {
        Some(default) => default.clone(),
        None if attribute.is_computed() => proposed.clone(),
        None => Value::Null,
    }
}

fn settle_blocks(nested: &NestedBlock, prior: &Value, config: &Value, proposed: &Value) -> Value {
    each_block(nested, config, |place, config| {
        settle(&nested.block, place.find(prior), config, place.find(proposed))
    })
}

/// Where a nested block stands among its siblings.
enum Place<'a> {
    Only,
    Index(usize),
    Key(&'a str),
    Nowhere,
}

impl Place<'_> {
    /// The block at this place of another version of the object; null when there is none.
    fn find<'v>(&self, blocks: &'v Value) -> &'v Value {
        static NULL: Value = Value::Null;
        let found = match (self, blocks) {
            (Place::Only, object) => Some(object),
            (Place::Index(index), Value::List(elements)) => elements.get(*index),
            (Place::Key(key), Value::Map(elements)) => elements.get(*key),
            _ => None,
        };
        found.unwrap_or(&NULL)
    }
}

/// Rebuilds the value of a nested block, block by block. What is null or unknown as a whole stays as it is.
fn each_block(nested: &NestedBlock, blocks: &Value, mut f: impl FnMut(Place<'_>, &Value) -> Value) -> Value {
    match (nested.nesting, blocks) {
        (Nesting::Single, object @ Value::Object(_)) => f(Place::Only, object),
        (_, Value::List(elements)) => {
            Value::List(elements.iter().enumerate().map(|(i, element)| f(Place::Index(i), element)).collect())
        }
        (_, Value::Set(elements)) => {
            Value::Set(elements.iter().map(|element| f(Place::Nowhere, element)).collect())
        }
        (_, Value::Map(elements)) => Value::Map(
            elements.iter().map(|(key, element)| (key.clone(), f(Place::Key(key), element))).collect(),
        ),
        (_, other) => other.clone(),
    }
}

/// Puts the unknown elements of sets back as the configuration has them. A typed set holds one at most, as two are equal
/// there; for core each may become an element of its own.
pub(super) fn keep_unknowns(config: &Value, planned: &mut Value) {
    let (Value::Object(config), Value::Object(object)) = (config, planned) else { return };
    for (name, wished) in config {
        let (Value::Set(wished), Some(Value::Set(elements))) = (wished, object.get_mut(name)) else {
            continue;
        };
        if elements.iter().any(Value::is_unknown) {
            elements.retain(|element| !element.is_unknown());
            elements.extend(wished.iter().filter(|element| element.is_unknown()).cloned());
        }
    }
}

/// Makes unknown what a change may change: computed attributes that neither configuration nor default decides and that
/// are not kept. Values that already differ from the prior object are left: somebody decided them.
pub(super) fn mark_unknown(block: &Block, prior: &Value, config: &Value, planned: &mut Value) {
    let Value::Object(before) = &*planned else { return };
    let before = before.clone();
    let Value::Object(object) = planned else { return };
    for attribute in &block.attributes {
        let name = attribute.name;
        let undecided = attribute.is_computed() && attribute.default.is_none() && config.get(name).is_null();
        let untouched = before.get(name).is_none_or(|value| value == prior.get(name));
        if !undecided || !untouched {
            continue;
        }
        // A kept value may be null: every result is built from the plan, so what is null stays so until a read.
        let kept = !prior.is_null()
            && match attribute.keep {
                Keep::Never => false,
                Keep::Always => true,
                Keep::Unless(inputs) => {
                    inputs.iter().all(|input| before.get(*input) == Some(prior.get(input)))
                }
            };
        if !kept {
            object.insert(name.to_owned(), Value::unknown());
        }
    }
    for nested in &block.blocks {
        let name = nested.name;
        let Some(blocks) = before.get(name) else { continue };
        let marked = each_block(nested, blocks, |place, inner| {
            let mut inner = inner.clone();
            mark_unknown(
                &nested.block,
                place.find(prior.get(name)),
                place.find(config.get(name)),
                &mut inner,
            );
            inner
        });
        object.insert(name.to_owned(), marked);
    }
}

/// The planned object before anything was made unknown: computed attributes that nothing decides as they were.
pub(super) fn unmarked(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Value {
    let (Value::Object(object), Value::Object(_)) = (planned, prior) else { return planned.clone() };
    let mut object = object.clone();
    for attribute in block.attributes.iter().filter(|attribute| attribute.is_computed()) {
        let name = attribute.name;
        if planned.get(name).is_unknown() && config.get(name).is_null() {
            object.insert(name.to_owned(), prior.get(name).clone());
        }
    }
    Value::Object(object)
}

/// The attributes whose planned change makes a new object.
pub(super) fn replaced(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<Path> {
    if prior.is_null() {
        return Vec::new();
    }
    let changes = |attribute: &&Attribute| {
        let (prior, planned) = (prior.get(attribute.name), planned.get(attribute.name));
        // A computed value that the plan cannot know yet is no wish for another object.
        let undecided = planned.is_unknown() && config.get(attribute.name).is_null();
        attribute.replaces && prior != planned && !undecided
    };
    let mut paths: Vec<Path> =
        block.attributes.iter().filter(changes).map(|attribute| Path::attribute(attribute.name)).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests;
