//! The framework's schemas, diagnostics and paths as messages of the protocol, and values to and from them.

use super::proto::tfplugin5 as pb;
use super::wire::{self, WireError};
use crate::framework::{
    Attribute, Block, Diagnostic, Diagnostics, Function, Mode, NestedBlock, Nesting, Parameter, Path, Schema,
    Severity, Step, Type, Value,
};

/// A value as the message carries it.
pub(super) fn dynamic(value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: wire::to_msgpack(value, ty), json: Vec::new() })
}

/// The value in a message; an absent message is null.
pub(super) fn value(message: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, WireError> {
    match message {
        Some(message) if !message.msgpack.is_empty() => wire::from_msgpack(&message.msgpack, ty),
        Some(message) if !message.json.is_empty() => {
            let json = serde_json::from_slice(&message.json)
                .map_err(|error| WireError::Malformed(error.to_string()))?;
            crate::framework::value_from_json(ty, &json, "")
                .map_err(|error| WireError::Malformed(error.to_string()))
        }
        _ => Ok(Value::Null),
    }
}

/// The bytes that describe a type.
pub(super) fn type_bytes(ty: &Type) -> Vec<u8> {
    ty.to_json().to_string().into_bytes()
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    use pb::diagnostic::Severity as Wire;
    let severity = match diagnostic.severity {
        Severity::Error => Wire::Error,
        Severity::Warning => Wire::Warning,
    };
    pb::Diagnostic {
        severity: severity.into(),
        summary: printable(diagnostic.summary),
        detail: printable(diagnostic.detail),
        attribute: (diagnostic.path != Path::ROOT).then(|| path(&diagnostic.path)),
    }
}

/// The text without control characters: names of objects stand in messages as the service tells them, and could move the
/// cursor of the terminal that shows them or repaint what it has shown.
fn printable(text: String) -> String {
    let controls = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(controls) { text.replace(controls, " ") } else { text }
}

pub(super) fn path(path: &Path) -> pb::AttributePath {
    use pb::attribute_path::{Step as Wire, step::Selector};
    let steps = path.steps().iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        };
        Wire { selector: Some(selector) }
    });
    pb::AttributePath { steps: steps.collect() }
}

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema { version: schema.version, block: Some(block(&schema.block)) }
}

fn block(block: &Block) -> pb::schema::Block {
    pb::schema::Block {
        version: 0,
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.doc.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: false,
        deprecation_message: String::new(),
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    pb::schema::Attribute {
        name: attribute.name.into(),
        r#type: type_bytes(&attribute.ty),
        description: attribute.doc.clone(),
        required: attribute.mode == Mode::Required,
        optional: matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed),
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: attribute.deprecated.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecated.unwrap_or_default().into(),
    }
}

fn nested_block(nested: &NestedBlock) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;
    let nesting = match nested.nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    pb::schema::NestedBlock {
        type_name: nested.name.into(),
        block: Some(block(&nested.block)),
        nesting: nesting.into(),
        min_items: 0,
        max_items: 0,
    }
}

pub(super) fn function(function: &Function) -> pb::Function {
    pb::Function {
        parameters: function.parameters.iter().map(parameter).collect(),
        variadic_parameter: function.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return { r#type: type_bytes(&function.returns) }),
        summary: function.summary.into(),
        description: function.doc.into(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: &Parameter) -> pb::function::Parameter {
    pb::function::Parameter {
        name: parameter.name.into(),
        r#type: type_bytes(&parameter.ty),
        allow_null_value: false,
        allow_unknown_values: false,
        description: parameter.doc.into(),
        description_kind: pb::StringKind::Markdown.into(),
    }
}

pub(super) fn identity_schema(names: &[&str]) -> pb::ResourceIdentitySchema {
    let attributes = names.iter().map(|name| pb::resource_identity_schema::IdentityAttribute {
        name: (*name).into(),
        r#type: type_bytes(&Type::String),
        required_for_import: true,
        optional_for_import: false,
        description: String::new(),
    });
    pb::ResourceIdentitySchema { version: 0, identity_attributes: attributes.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_control_a_terminal() {
        let message = diagnostic(Diagnostic::warning("Role \u{1b}[2Jx", "First\nsecond\u{7}\u{9b}."));
        assert_eq!((message.summary.as_str(), message.detail.as_str()), ("Role  [2Jx", "First\nsecond  ."));
    }
}
