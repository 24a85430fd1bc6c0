//! The calls that deal with list resources. A list always ends well for gRPC: what goes wrong is an event of its own.

use std::panic::AssertUnwindSafe;

use futures::StreamExt;

use super::{Events, Handled, ProviderDefinition, Server, convert, internal_error, no_such, once, pb};
use crate::framework::{Diagnostic, Diagnostics, Found, ListEntry, ListQuery, Type, identity_type};

type Event = pb::list_resource::Event;

impl<D: ProviderDefinition> Server<D> {
    fn list_entry(&self, name: &str) -> Handled<&dyn ListEntry<D::Api>> {
        let found = self.provider.registry.lists.iter().find(|entry| entry.type_name() == name);
        found.map(AsRef::as_ref).ok_or_else(|| no_such("list resource type", name))
    }

    pub(super) fn validate_list(
        &self,
        request: &pb::validate_list_resource_config::Request,
    ) -> Handled<pb::validate_list_resource_config::Response> {
        let entry = self.list_entry(&request.type_name)?;
        let config = convert::value(request.config.as_ref(), &entry.schema().block.ty())?;
        let diagnostics = convert::diagnostics(entry.validate(&config));
        Ok(pb::validate_list_resource_config::Response { diagnostics })
    }

    /// Events as the host takes them, one at a time: nothing is read ahead.
    pub(super) fn list(&self, request: &pb::list_resource::Request) -> Events<Event> {
        let listed = std::panic::catch_unwind(AssertUnwindSafe(|| self.start_list(request)));
        match listed {
            Ok(Ok(events)) => events,
            Ok(Err(refusal)) => once(messages(refusal.0)),
            Err(_) => once(messages(internal_error())),
        }
    }

    fn start_list(&self, request: &pb::list_resource::Request) -> Handled<Events<Event>> {
        let entry = self.list_entry(&request.type_name)?;
        let config = convert::value(request.config.as_ref(), &entry.schema().block.ty())?;
        if !config.is_wholly_known() {
            return Err(Diagnostic::error("Its arguments are not known, so nothing can be looked for.")
                .titled(format!("Cannot list {}", request.type_name))
                .into());
        }
        let query = ListQuery {
            config,
            include_resource: request.include_resource_object,
            limit: usize::try_from(request.limit).ok().filter(|limit| *limit > 0),
        };
        let found = entry.list(self.provider.api()?, self.provider.stop_signal(), query)?;
        let managed = self.resource(&request.type_name)?;
        let (identity, object) = (identity_type(managed.identity()), managed.schema().block.ty());
        let events = AssertUnwindSafe(found).catch_unwind().map(move |found| {
            Ok(found.map_or_else(|_| messages(internal_error()), |found| event(found, &identity, &object)))
        });
        Ok(Box::pin(events))
    }
}

fn messages(diagnostics: Diagnostics) -> Event {
    Event { diagnostic: convert::diagnostics(diagnostics), ..Event::default() }
}

fn event(found: Found, identity: &Type, object: &Type) -> Event {
    if found.identity.is_null() {
        return messages(found.diagnostics);
    }
    Event {
        identity: Some(pb::ResourceIdentityData {
            identity_data: convert::dynamic(&found.identity, identity),
        }),
        display_name: found.name,
        resource_object: found.object.and_then(|value| convert::dynamic(&value, object)),
        diagnostic: convert::diagnostics(found.diagnostics),
    }
}
