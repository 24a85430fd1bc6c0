//! Answers to calls for what no provider made with this SDK offers yet. It is absent from schema and capabilities, so a
//! host never asks; one that does is told plainly.

use std::pin::Pin;

use futures::Stream;
use tonic::Status;

use super::{Refusal, convert, no_such, pb};
use crate::framework::Diagnostic;

/// A stream of events.
pub(super) type Events<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn once<T: Send + 'static>(event: T) -> Events<T> {
    Box::pin(futures::stream::iter([Ok(event)]))
}

pub(super) fn moves(request: &pb::move_resource_state::Request) -> Refusal {
    let text = format!(
        "Objects of type \"{}\" cannot be moved to \"{}\". Remove the moved block and import the object instead.",
        request.source_type_name, request.target_type_name
    );
    Refusal(Diagnostic::error(text).titled("Unsupported move").into())
}

pub(super) fn list(name: &str) -> Events<pb::list_resource::Event> {
    let diagnostic = convert::diagnostics(no_such("list resource type", name).0);
    once(pb::list_resource::Event { diagnostic, ..Default::default() })
}

pub(super) fn action(name: &str) -> Events<pb::invoke_action::Event> {
    use pb::invoke_action::event::{Completed, Type};
    let diagnostics = convert::diagnostics(no_such("action", name).0);
    once(pb::invoke_action::Event { r#type: Some(Type::Completed(Completed { diagnostics })) })
}
