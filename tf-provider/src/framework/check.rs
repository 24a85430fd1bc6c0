//! Core's own rules for plans and results, run on ours before core sees them: a fault shows in our tests, not at a user's.

use super::{Attribute, Block, Mode, Nesting, Value};

/// What core would refuse in `planned`, one sentence each.
pub fn check_plan(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    plan_block(block, "", prior, config, planned, &mut faults);
    faults
}

fn plan_block(
    block: &Block,
    at: &str,
    prior: &Value,
    config: &Value,
    planned: &Value,
    faults: &mut Vec<String>,
) {
    if config.is_null() != planned.is_null() {
        faults.push(format!("{at} is planned for absence or existence against the configuration"));
        return;
    }
    for attribute in &block.attributes {
        let name = attribute.name;
        if let Some(fault) = plan_attribute(attribute, prior.get(name), config.get(name), planned.get(name)) {
            faults.push(format!("{at}{name} {fault}"));
        }
    }
    for nested in &block.blocks {
        let (config, planned) = (config.get(nested.name), planned.get(nested.name));
        let prior = prior.get(nested.name);
        let at = format!("{at}{}.", nested.name);
        match (nested.nesting, config, planned) {
            (_, Value::Unknown(_), planned) if !planned.is_unknown() => {
                faults.push(format!("{at} is unknown in the configuration and must stay so"));
            }
            (Nesting::Single, Value::Object(_), Value::Object(_)) => {
                plan_block(&nested.block, &at, prior, config, planned, faults);
            }
            (_, Value::List(config), Value::List(planned)) if config.len() == planned.len() => {
                let none = Vec::new();
                let prior = if let Value::List(prior) = prior { prior } else { &none };
                for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
                    let prior = prior.get(index).unwrap_or(&Value::Null);
                    plan_block(&nested.block, &at, prior, config, planned, faults);
                }
            }
            (_, Value::Map(config), Value::Map(planned)) if config.keys().eq(planned.keys()) => {
                for (key, config) in config {
                    let before = if let Value::Map(prior) = prior { prior.get(key) } else { None };
                    let before = before.unwrap_or(&Value::Null);
                    plan_block(&nested.block, &at, before, config, &planned[key], faults);
                }
            }
            (_, Value::Set(_), Value::Set(_)) | (_, Value::Unknown(_), _) | (_, Value::Null, Value::Null) => {
            }
            _ => faults.push(format!("{at} has other blocks in the plan than in the configuration")),
        }
    }
}

fn plan_attribute(attribute: &Attribute, prior: &Value, config: &Value, planned: &Value) -> Option<String> {
    if attribute.write_only {
        return (!planned.is_null()).then(|| "is write-only and must be null".into());
    }
    if planned == config || (!prior.is_null() && !config.is_null() && planned == prior) {
        return None;
    }
    match (attribute.mode, config.is_null()) {
        (Mode::Computed, _) | (Mode::OptionalComputed, true) => None,
        (_, true) => Some("is planned with a value, but is not computed".into()),
        _ if attribute.sensitive => Some("is planned with another value than the configuration's".into()),
        _ => Some(format!("is planned as {planned:?}, but the configuration says {config:?}")),
    }
}

/// What core would refuse in `result`, the object after an apply of `planned`, one sentence each.
pub fn check_apply(block: &Block, planned: &Value, result: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if planned.is_null() != result.is_null() {
        faults.push("the object was planned present and is absent, or the reverse".into());
    }
    for attribute in &block.attributes {
        let (planned, result) = (planned.get(attribute.name), result.get(attribute.name));
        if !conforms(planned, result) {
            faults.push(format!("{} is not what was planned", attribute.name));
        }
    }
    for nested in &block.blocks {
        if !conforms(planned.get(nested.name), result.get(nested.name)) {
            faults.push(format!("{} blocks are not what was planned", nested.name));
        }
    }
    if !result.is_wholly_known() {
        faults.push("something is still unknown".into());
    }
    faults
}

fn conforms(planned: &Value, result: &Value) -> bool {
    match (planned, result) {
        (Value::Unknown(refinements), result) => !(refinements.not_null() && result.is_null()),
        (Value::List(planned), Value::List(result)) => {
            planned.len() == result.len() && planned.iter().zip(result).all(|(p, r)| conforms(p, r))
        }
        (Value::Set(planned), Value::Set(result)) => {
            // Most often nothing was unknown; looking for a counterpart of each element takes long for a large set.
            planned == result
                || (result.len() <= planned.len()
                    && planned.iter().all(|p| result.iter().any(|r| conforms(p, r))))
        }
        (Value::Map(planned), Value::Map(result)) | (Value::Object(planned), Value::Object(result)) => {
            planned.keys().eq(result.keys()) && planned.iter().all(|(key, p)| conforms(p, &result[key]))
        }
        (planned, result) => planned == result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{Type, optional, required};

    #[test]
    fn cores_refusals_are_found() {
        let block = Block {
            attributes: vec![
                required().named("name", Type::String, "Name."),
                optional().named("note", Type::String, "Note."),
            ],
            ..Block::default()
        };
        let object = |name: &str, note: Value| {
            Value::Object([("name".to_owned(), Value::string(name)), ("note".to_owned(), note)].into())
        };
        let config = object("a", Value::Null);
        assert!(check_plan(&block, &Value::Null, &config, &config).is_empty());
        assert_eq!(check_plan(&block, &Value::Null, &config, &object("b", Value::Null)).len(), 1);
        assert_eq!(check_plan(&block, &Value::Null, &config, &object("a", Value::string(""))).len(), 1);
        assert_eq!(check_apply(&block, &config, &object("a", Value::string(""))).len(), 1);
        assert_eq!(check_apply(&block, &config, &Value::Null).len(), 2);
        assert!(
            check_apply(&block, &object("a", Value::unknown()), &object("a", Value::string("x"))).is_empty()
        );
    }
}
