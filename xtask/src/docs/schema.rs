//! The "Schema" part of a page.

use std::fmt::Write as _;

use tf_provider::framework::{Attribute, Block, Mode, NestedBlock, Nesting, Schema, Type, Value};

/// The part, from its heading to the last nested block.
pub(super) fn section(schema: &Schema) -> String {
    let mut text = String::from("## Schema\n");
    block(&schema.block, "###", &mut text);
    nested(&schema.block.blocks, "", &mut text);
    text
}

/// Attributes and blocks under the three headings of the registry's own generator.
fn block(block: &Block, heading: &str, text: &mut String) {
    let mut groups = [("Required", Vec::new()), ("Optional", Vec::new()), ("Read-Only", Vec::new())];
    for attribute in &block.attributes {
        let group = match attribute.mode {
            Mode::Required => 0,
            Mode::Optional | Mode::OptionalComputed => 1,
            Mode::Computed => 2,
        };
        groups[group].1.push((attribute.name, line(attribute)));
    }
    for nested in &block.blocks {
        let times = if nested.nesting == Nesting::Single { "Block" } else { "Blocks" };
        let anchor = format!("[below](#nestedblock--{})", nested.name);
        let line =
            format!("- `{}` ({times}) {} See {anchor}.", nested.name, one_paragraph(&nested.block.doc));
        groups[1].1.push((nested.name, line));
    }
    for (title, mut lines) in groups {
        if lines.is_empty() {
            continue;
        }
        lines.sort();
        let _ = write!(text, "\n{heading} {title}\n\n");
        for (_, line) in lines {
            let _ = writeln!(text, "{line}");
        }
    }
}

fn nested(blocks: &[NestedBlock], above: &str, text: &mut String) {
    for inner in blocks {
        let path = format!("{above}{}", inner.name);
        let anchor = path.replace('.', "--");
        let _ = write!(text, "\n<a id=\"nestedblock--{anchor}\"></a>\n\n### Nested Schema for `{path}`\n");
        block(&inner.block, "####", text);
        nested(&inner.block.blocks, &format!("{path}."), text);
    }
}

/// One attribute: type, meaning, what it allows, its default, what a change does.
fn line(attribute: &Attribute) -> String {
    let mut traits = vec![type_words(&attribute.ty)];
    if attribute.sensitive {
        traits.push("Sensitive".into());
    }
    if attribute.write_only {
        traits.push("Write-only".into());
    }
    if attribute.deprecated.is_some() {
        traits.push("Deprecated".into());
    }
    let doc = one_paragraph(&attribute.doc);
    let mut sentences = vec![doc.clone()];
    sentences.extend(attribute.deprecated.map(ToOwned::to_owned));
    for hint in attribute.validators.iter().map(|validator| validator.hint.trim()) {
        if !hint.is_empty() && !says_it_all(&doc, hint) {
            sentences.push(hint.to_owned());
        }
    }
    if let Some(default) = attribute.default.as_ref().and_then(literal)
        && !doc.contains("Default ")
    {
        sentences.push(format!("Default `{default}`."));
    }
    if attribute.replaces {
        sentences.push("Changing it makes a new object.".into());
    }
    format!("- `{}` ({}) {}", attribute.name, traits.join(", "), sentences.join(" "))
}

fn one_paragraph(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the code words of `hint` all stand in `doc`, so that the hint would only repeat them.
fn says_it_all(doc: &str, hint: &str) -> bool {
    let mut words = hint.split('`').skip(1).step_by(2).peekable();
    words.peek().is_some() && words.all(|word| doc.contains(&format!("`{word}`")))
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.text().to_string()),
        _ => None,
    }
}

/// A type in words, as the registry writes it: "Map of Map of String".
pub(super) fn type_words(ty: &Type) -> String {
    match ty {
        Type::String => "String".into(),
        Type::Number => "Number".into(),
        Type::Bool => "Boolean".into(),
        Type::Dynamic => "Dynamic".into(),
        Type::List(element) => format!("List of {}", type_words(element)),
        Type::Set(element) => format!("Set of {}", type_words(element)),
        Type::Map(element) => format!("Map of {}", type_words(element)),
        Type::Object(_) => "Object".into(),
        Type::Tuple(_) => "Tuple".into(),
    }
}
