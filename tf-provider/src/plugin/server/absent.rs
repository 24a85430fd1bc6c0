//! Answers to calls for what no provider made with this SDK offers yet. It is absent from the schema, so a host never asks;
//! one that does is told plainly.

use super::{Events, convert, no_such, once, pb};

pub(super) fn action(name: &str) -> Events<pb::invoke_action::Event> {
    use pb::invoke_action::event::{Completed, Type};
    let diagnostics = convert::diagnostics(no_such("action", name).0);
    once(pb::invoke_action::Event { r#type: Some(Type::Completed(Completed { diagnostics })) })
}
