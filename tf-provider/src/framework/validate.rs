//! Checks on configuration: what core leaves to the provider, and what attributes ask of their values.

use std::fmt;
use std::sync::Arc;

use super::{Attribute, Block, Diagnostic, Diagnostics, Mode, Nesting, Path, Value};

type Check = dyn Fn(&Value, &Path, &mut Diagnostics) + Send + Sync;

/// A rule for the known values of an attribute, with the words that document it.
#[derive(Clone)]
pub struct Validator {
    /// What is allowed, for the docs; empty when the rule speaks through its messages only.
    pub hint: String,
    check: Arc<Check>,
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator").field("hint", &self.hint).finish_non_exhaustive()
    }
}

impl Validator {
    /// A rule that sees the whole value, with unknown parts in it, and reports at any path below `path`.
    pub fn new(
        hint: impl Into<String>,
        check: impl Fn(&Value, &Path, &mut Diagnostics) + Send + Sync + 'static,
    ) -> Self {
        Validator { hint: hint.into(), check: Arc::new(check) }
    }

    /// A rule for text: `check` says what is wrong and what to do.
    pub fn text(
        hint: impl Into<String>,
        check: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Validator::new(hint, move |value, path, diagnostics| {
            if let Some(Err(why)) = value.as_str().map(&check) {
                diagnostics.push(Diagnostic::error(why).titled("Invalid value").at(path.clone()));
            }
        })
    }

    /// One of `allowed`, in any case.
    pub fn one_of(allowed: &'static [&'static str]) -> Self {
        let list = allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let hint = format!("One of {list}.");
        Validator::text(hint, move |text| {
            if allowed.iter().any(|word| word.eq_ignore_ascii_case(text)) {
                return Ok(());
            }
            Err(format!("\"{text}\" is not one of the allowed values: {}.", allowed.join(", ")))
        })
    }

    /// Text of `min` to `max` characters.
    pub fn length(min: usize, max: usize) -> Self {
        Validator::text(format!("{min} to {max} characters."), move |text| {
            let length = text.chars().count();
            if (min..=max).contains(&length) {
                return Ok(());
            }
            Err(format!("The text has {length} characters; {min} to {max} are allowed."))
        })
    }

    /// The rule for every element of a list, set or map.
    pub fn each(element: Validator) -> Self {
        let hint =
            if element.hint.is_empty() { String::new() } else { format!("Each element: {}", element.hint) };
        Validator::new(hint, move |value, path, diagnostics| match value {
            Value::List(elements) => {
                for (index, inner) in elements.iter().enumerate() {
                    element.run(inner, &path.index(index), diagnostics);
                }
            }
            Value::Set(elements) => elements.iter().for_each(|inner| element.run(inner, path, diagnostics)),
            Value::Map(elements) => {
                for (key, inner) in elements {
                    element.run(inner, &path.key(key), diagnostics);
                }
            }
            _ => {}
        })
    }

    /// Applies the rule.
    pub fn run(&self, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
        (self.check)(value, path, diagnostics);
    }
}

/// Checks `config` against `block`: read-only attributes set, required ones null, write-only ones where the client does
/// not know them, null elements in collections, and each attribute's own rules. Unknown values pass.
pub fn validate(block: &Block, config: &Value, write_only_allowed: bool) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    validate_block(block, config, &Path::ROOT, write_only_allowed, &mut diagnostics);
    diagnostics
}

fn validate_block(
    block: &Block,
    config: &Value,
    at: &Path,
    write_only_allowed: bool,
    diagnostics: &mut Diagnostics,
) {
    if config.as_object().is_none() {
        return;
    }
    for attribute in &block.attributes {
        let path = at.child(attribute.name);
        validate_attribute(attribute, config.get(attribute.name), &path, write_only_allowed, diagnostics);
    }
    for nested in &block.blocks {
        let path = at.child(nested.name);
        let mut inner = |value: &Value, path: &Path| {
            validate_block(&nested.block, value, path, write_only_allowed, diagnostics);
        };
        match (nested.nesting, config.get(nested.name)) {
            (Nesting::Single, object @ Value::Object(_)) => inner(object, &path),
            (_, Value::List(elements)) => {
                elements.iter().enumerate().for_each(|(i, element)| inner(element, &path.index(i)));
            }
            (_, Value::Set(elements)) => elements.iter().for_each(|element| inner(element, &path)),
            (_, Value::Map(elements)) => {
                elements.iter().for_each(|(key, element)| inner(element, &path.key(key)));
            }
            _ => {}
        }
    }
}

fn validate_attribute(
    attribute: &Attribute,
    value: &Value,
    path: &Path,
    write_only_allowed: bool,
    diagnostics: &mut Diagnostics,
) {
    let mut refuse = |title: &str, detail: String| {
        diagnostics.push(Diagnostic::error(detail).titled(title).at(path.clone()));
    };
    match (value.is_null(), attribute.mode) {
        (false, Mode::Computed) => refuse(
            "Read-only attribute",
            format!("The provider sets \"{}\" by itself; remove it from the configuration.", attribute.name),
        ),
        (true, Mode::Required) => refuse(
            "Missing value",
            format!("\"{}\" is required, but its value is null. Give it a value.", attribute.name),
        ),
        (false, _) if attribute.write_only && !write_only_allowed => refuse(
            "Write-only attribute",
            format!("\"{}\" is write-only, which this version of Terraform does not know.", attribute.name),
        ),
        (false, _) => {
            refuse_null_elements(value, path, diagnostics);
            for validator in &attribute.validators {
                validator.run(value, path, diagnostics);
            }
        }
        _ => {}
    }
}

/// A null element of a collection says nothing, and no object can hold it: it would differ in every plan.
fn refuse_null_elements(value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    let mut look = |element: &Value, path: Path| {
        if element.is_null() {
            let text = "This element is null. Leave it out, or give it a value.";
            diagnostics.push(Diagnostic::error(text).titled("Null element").at(path));
        } else {
            refuse_null_elements(element, &path, diagnostics);
        }
    };
    match value {
        Value::List(elements) => {
            elements.iter().enumerate().for_each(|(i, element)| look(element, path.index(i)));
        }
        Value::Set(elements) => elements.iter().for_each(|element| look(element, path.clone())),
        Value::Map(elements) => elements.iter().for_each(|(key, element)| look(element, path.key(key))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{Type, computed, optional, required};

    fn run(attribute: Attribute, value: Value) -> Vec<String> {
        let name = attribute.name;
        let block = Block { attributes: vec![attribute], ..Block::default() };
        let config = Value::Object([(name.to_owned(), value)].into());
        validate(&block, &config, true).iter().map(|d| format!("{}: {}", d.path, d.detail)).collect()
    }

    #[test]
    fn what_core_leaves_out_is_checked() {
        assert_eq!(run(computed().named("id", Type::String, ""), Value::string("x")).len(), 1);
        assert_eq!(run(required().named("name", Type::String, ""), Value::Null).len(), 1);
        assert!(run(required().named("name", Type::String, ""), Value::unknown()).is_empty());
    }

    #[test]
    fn rules_report_at_the_element() {
        let levels = optional()
            .named("levels", Type::map(Type::String), "")
            .check(Validator::each(Validator::one_of(&["user", "organization"])));
        let value = Value::Map(
            [("a".to_owned(), Value::string("USER")), ("b".to_owned(), Value::string("all"))].into(),
        );
        assert_eq!(
            run(levels, value),
            [r#"levels["b"]: "all" is not one of the allowed values: user, organization."#]
        );
    }

    #[test]
    fn null_elements_are_refused_where_they_stand() {
        let tables = optional().named("tables", Type::map(Type::map(Type::String)), "");
        let inner = Value::Map([("read".to_owned(), Value::Null)].into());
        let value = Value::Map([("account".to_owned(), inner), ("contact".to_owned(), Value::Null)].into());
        let faults = run(tables, value);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with(r#"tables["account"]["read"]"#), "{faults:?}");
    }

    #[test]
    fn length_counts_characters_and_not_bytes() {
        let name = || required().named("name", Type::String, "").check(Validator::length(1, 3));
        assert!(run(name(), Value::string("äöü")).is_empty());
        assert_eq!(run(name(), Value::string("abcd")).len(), 1);
    }
}
