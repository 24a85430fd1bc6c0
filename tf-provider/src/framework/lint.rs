//! Rules that every schema must keep. Core checks some and then disables the whole provider; others only hurt users later.

use super::{Block, Mode, Nesting, Type};

const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// What is wrong with `block`, one sentence each; nothing when it is sound.
pub fn lint(block: &Block) -> Vec<String> {
    let mut faults = Vec::new();
    lint_into(block, "", false, &mut faults);
    faults
}

fn lint_into(block: &Block, at: &str, in_set: bool, faults: &mut Vec<String>) {
    let mut names = std::collections::BTreeSet::new();
    for name in block.attributes.iter().map(|a| a.name).chain(block.blocks.iter().map(|b| b.name)) {
        let sound = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !sound {
            faults.push(format!("`{at}{name}` must be lower case letters, digits and underscores."));
        }
        if RESERVED.contains(&name) {
            faults.push(format!("`{at}{name}` is a meta-argument of Terraform."));
        }
        if !names.insert(name) {
            faults.push(format!("`{at}{name}` is declared twice."));
        }
    }
    for attribute in &block.attributes {
        let name = attribute.name;
        let mut fault = |text: &str| faults.push(format!("`{at}{name}` {text}"));
        if attribute.default.is_some() && attribute.mode != Mode::OptionalComputed {
            fault("has a default, so it must be optional and computed.");
        }
        if attribute.write_only && attribute.is_computed() {
            fault("is write-only, so it cannot be computed.");
        }
        if attribute.write_only && in_set {
            fault("is write-only, which a set block cannot hold.");
        }
        if attribute.is_computed() && in_set {
            fault("is computed, which a set block cannot keep apart.");
        }
        if attribute.replaces && attribute.mode == Mode::Computed {
            fault("is only computed, so no configuration can replace it.");
        }
        if attribute.doc.is_empty() || !attribute.doc.ends_with(['.', ')', '`']) {
            fault("needs a description that is a sentence.");
        }
        if holds_dynamic(&attribute.ty) && in_set {
            fault("is of open type, which a set block cannot hold.");
        }
    }
    for nested in &block.blocks {
        let at = format!("{at}{}.", nested.name);
        lint_into(&nested.block, &at, nested.nesting == Nesting::Set, faults);
    }
}

fn holds_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => holds_dynamic(element),
        Type::Object(attributes) => attributes.values().any(holds_dynamic),
        Type::Tuple(elements) => elements.iter().any(holds_dynamic),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{Value, computed, optional, required};

    fn faults(attributes: Vec<super::super::Attribute>) -> Vec<String> {
        lint(&Block { attributes, ..Block::default() })
    }

    #[test]
    fn a_sound_schema_has_no_faults() {
        assert!(faults(vec![required().named("name", Type::String, "The name.")]).is_empty());
    }

    #[test]
    fn contradictions_are_found() {
        let default = optional().named("size", Type::Number, "Size.").default(Value::Null);
        assert_eq!(faults(vec![default]).len(), 1);
        assert_eq!(faults(vec![computed().named("count", Type::Number, "How many.")]).len(), 1);
        assert_eq!(faults(vec![computed().named("Name", Type::String, "Name.")]).len(), 1);
        assert_eq!(faults(vec![computed().named("name", Type::String, "")]).len(), 1);
    }
}
