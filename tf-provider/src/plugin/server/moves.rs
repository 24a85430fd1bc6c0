//! What is made of a state alone: the state that `moved` blocks from other types want, and configuration.

use super::{Handled, ProviderDefinition, Refusal, Server, convert, objects, pb, schemas};
use crate::framework::{Diagnostic, MoveSource};

impl<D: ProviderDefinition> Server<D> {
    pub(super) fn move_state(
        &self,
        request: &pb::move_resource_state::Request,
    ) -> Handled<pb::move_resource_state::Response> {
        let entry = self.resource(&request.target_type_name)?;
        let stored = request.source_state.as_ref().map_or(&[][..], |state| &state.json);
        let state = if stored.is_empty() {
            serde_json::Value::Null
        } else {
            serde_json::from_slice(stored).map_err(|error| schemas::unreadable(&format!("{error}.")))?
        };
        let source = MoveSource {
            provider: &request.source_provider_address,
            type_name: &request.source_type_name,
            schema_version: request.source_schema_version,
            state: &state,
        };
        let moved = entry.moved(&source).ok_or_else(|| refusal(request))??;
        Ok(pb::move_resource_state::Response {
            target_state: convert::dynamic(&moved, &entry.schema().block.ty()),
            target_identity: objects::identity(entry, &moved, None),
            ..Default::default()
        })
    }
}

impl<D: ProviderDefinition> Server<D> {
    pub(super) fn generate(
        &self,
        request: &pb::generate_resource_config::Request,
    ) -> Handled<pb::generate_resource_config::Response> {
        let entry = self.resource(&request.type_name)?;
        let ty = entry.schema().block.ty();
        let config = entry.generate(&convert::value(request.state.as_ref(), &ty)?)?;
        Ok(pb::generate_resource_config::Response {
            config: convert::dynamic(&config, &ty),
            diagnostics: Vec::new(),
        })
    }
}

fn refusal(request: &pb::move_resource_state::Request) -> Refusal {
    let text = format!(
        "Objects of type \"{}\" cannot be moved to \"{}\". Remove the moved block and import the object instead.",
        request.source_type_name, request.target_type_name
    );
    Refusal(Diagnostic::error(text).titled("Unsupported move").into())
}
