//! Schemas and checks of configurations: all that works in a process that nobody configured.

use super::{Handled, ProviderDefinition, Server, convert, pb};

/// What this SDK does of what a server may do. The same wherever the protocol asks.
const CAPABILITIES: pb::ServerCapabilities = pb::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: true,
};

impl<D: ProviderDefinition> Server<D> {
    pub(super) fn make_schemas(&self) -> pb::get_provider_schema::Response {
        let registry = &self.provider.registry;
        pb::get_provider_schema::Response {
            provider: Some(convert::schema(&self.provider.schema)),
            resource_schemas: (registry.resources.iter())
                .map(|entry| (entry.type_name().into(), convert::schema(entry.schema())))
                .collect(),
            data_source_schemas: (registry.data_sources.iter())
                .map(|entry| (entry.type_name().into(), convert::schema(entry.schema())))
                .collect(),
            ephemeral_resource_schemas: (registry.ephemerals.iter())
                .map(|entry| (entry.type_name().into(), convert::schema(entry.schema())))
                .collect(),
            list_resource_schemas: (registry.lists.iter())
                .map(|entry| (entry.type_name().into(), convert::schema(entry.schema())))
                .collect(),
            functions: self.functions().functions,
            server_capabilities: Some(CAPABILITIES),
            ..Default::default()
        }
    }

    pub(super) fn metadata(&self) -> pb::get_metadata::Response {
        use pb::get_metadata::{
            DataSourceMetadata, EphemeralMetadata, FunctionMetadata, ListResourceMetadata, ResourceMetadata,
        };
        let registry = &self.provider.registry;
        pb::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            resources: (registry.resources.iter())
                .map(|entry| ResourceMetadata { type_name: entry.type_name().into() })
                .collect(),
            data_sources: (registry.data_sources.iter())
                .map(|entry| DataSourceMetadata { type_name: entry.type_name().into() })
                .collect(),
            ephemeral_resources: (registry.ephemerals.iter())
                .map(|entry| EphemeralMetadata { type_name: entry.type_name().into() })
                .collect(),
            list_resources: (registry.lists.iter())
                .map(|entry| ListResourceMetadata { type_name: entry.type_name().into() })
                .collect(),
            functions: registry.functions.iter().map(|f| FunctionMetadata { name: f.name.into() }).collect(),
            ..Default::default()
        }
    }

    pub(super) fn functions(&self) -> pb::get_functions::Response {
        let functions = &self.provider.registry.functions;
        pb::get_functions::Response {
            functions: functions.iter().map(|f| (f.name.into(), convert::function(f))).collect(),
            ..Default::default()
        }
    }

    pub(super) fn identity_schemas(&self) -> pb::get_resource_identity_schemas::Response {
        let resources = &self.provider.registry.resources;
        pb::get_resource_identity_schemas::Response {
            identity_schemas: (resources.iter())
                .map(|entry| (entry.type_name().into(), convert::identity_schema(entry.identity())))
                .collect(),
            ..Default::default()
        }
    }

    pub(super) fn prepare(
        &self,
        request: pb::prepare_provider_config::Request,
    ) -> Handled<pb::prepare_provider_config::Response> {
        let config = convert::value(request.config.as_ref(), &self.provider.schema.block.ty())?;
        Ok(pb::prepare_provider_config::Response {
            prepared_config: request.config,
            diagnostics: convert::diagnostics(self.provider.validate(&config)),
        })
    }

    pub(super) fn configured(&self, request: &pb::configure::Request) -> Handled<pb::configure::Response> {
        let config = convert::value(request.config.as_ref(), &self.provider.schema.block.ty())?;
        let diagnostics = self.provider.configure(&config, &request.terraform_version);
        Ok(pb::configure::Response { diagnostics: convert::diagnostics(diagnostics) })
    }

    pub(super) fn validate_resource(
        &self,
        request: &pb::validate_resource_type_config::Request,
    ) -> Handled<pb::validate_resource_type_config::Response> {
        let entry = self.resource(&request.type_name)?;
        let config = convert::value(request.config.as_ref(), &entry.schema().block.ty())?;
        let write_only =
            request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
        let diagnostics = convert::diagnostics(entry.validate(&config, write_only));
        Ok(pb::validate_resource_type_config::Response { diagnostics })
    }

    pub(super) fn validate_data_source(
        &self,
        request: &pb::validate_data_source_config::Request,
    ) -> Handled<pb::validate_data_source_config::Response> {
        let entry = self.data_source(&request.type_name)?;
        let config = convert::value(request.config.as_ref(), &entry.schema().block.ty())?;
        let diagnostics = convert::diagnostics(entry.validate(&config));
        Ok(pb::validate_data_source_config::Response { diagnostics })
    }

    pub(super) fn upgrade(
        &self,
        request: &pb::upgrade_resource_state::Request,
    ) -> Handled<pb::upgrade_resource_state::Response> {
        let entry = self.resource(&request.type_name)?;
        let stored = request.raw_state.clone().unwrap_or_default();
        if stored.json.is_empty() {
            return Err(unreadable(
                "It was written by Terraform 0.11 or older. Upgrade through Terraform 0.12 first.",
            ));
        }
        let state = entry.upgrade(&stored.json).map_err(|error| unreadable(&format!("{error}.")))?;
        Ok(pb::upgrade_resource_state::Response {
            upgraded_state: convert::dynamic(&state, &entry.schema().block.ty()),
            diagnostics: Vec::new(),
        })
    }
}

/// The refusal of stored state that cannot be read, and why.
pub(super) fn unreadable(why: &str) -> super::Refusal {
    super::Refusal(crate::framework::Diagnostic::error(why).titled("Stored state cannot be read").into())
}
