//! The calls that deal with ephemeral resources. Their results are secrets as a rule: nothing of them is logged.

use super::{Handled, ProviderDefinition, Server, convert, no_such, pb};
use crate::framework::{Diagnostic, EphemeralEntry, Schema, Value};
use pb::deferred::Reason;

impl<D: ProviderDefinition> Server<D> {
    fn ephemeral(&self, name: &str) -> Handled<&dyn EphemeralEntry<D::Api>> {
        let found = self.provider.registry.ephemerals.iter().find(|entry| entry.type_name() == name);
        found.map(AsRef::as_ref).ok_or_else(|| no_such("ephemeral resource type", name))
    }

    pub(super) fn validate_ephemeral(
        &self,
        request: &pb::validate_ephemeral_resource_config::Request,
    ) -> Handled<pb::validate_ephemeral_resource_config::Response> {
        let entry = self.ephemeral(&request.type_name)?;
        let config = convert::value(request.config.as_ref(), &entry.schema().block.ty())?;
        let diagnostics = convert::diagnostics(entry.validate(&config));
        Ok(pb::validate_ephemeral_resource_config::Response { diagnostics })
    }

    pub(super) async fn open(
        &self,
        request: &pb::open_ephemeral_resource::Request,
    ) -> Handled<pb::open_ephemeral_resource::Response> {
        let entry = self.ephemeral(&request.type_name)?;
        let config = convert::value(request.config.as_ref(), &entry.schema().block.ty())?;
        let may_defer = request.client_capabilities.is_some_and(|client| client.deferral_allowed);
        if !config.is_wholly_known() {
            // Hosts open only what is wholly known, or allow to put it off.
            if may_defer {
                return Ok(deferred(entry.schema(), &config, Reason::ResourceConfigUnknown));
            }
            return Err(Diagnostic::error(
                "Its arguments are known only after apply, so it cannot be opened yet.",
            )
            .titled(format!("Cannot open {}", request.type_name))
            .into());
        }
        let Some(api) = self.provider.api_for_plan()? else {
            if may_defer {
                return Ok(deferred(entry.schema(), &config, Reason::ProviderConfigUnknown));
            }
            return Err(self.provider.api().err().unwrap_or_default().into());
        };
        let opened = entry.open(api, self.provider.stop_signal(), config).await?;
        Ok(pb::open_ephemeral_resource::Response {
            result: convert::dynamic(&opened.result, &entry.schema().block.ty()),
            renew_at: opened.renew_at.map(Into::into),
            private: Some(opened.private),
            ..Default::default()
        })
    }

    pub(super) async fn renew(
        &self,
        request: pb::renew_ephemeral_resource::Request,
    ) -> Handled<pb::renew_ephemeral_resource::Response> {
        let entry = self.ephemeral(&request.type_name)?;
        let private = request.private.clone().unwrap_or_default();
        let renewed = entry.renew(self.provider.api()?, self.provider.stop_signal(), private).await?;
        Ok(pb::renew_ephemeral_resource::Response {
            renew_at: renewed.renew_at.map(Into::into),
            private: renewed.private.or(request.private),
            ..Default::default()
        })
    }

    pub(super) async fn close(
        &self,
        request: pb::close_ephemeral_resource::Request,
    ) -> Handled<pb::close_ephemeral_resource::Response> {
        let entry = self.ephemeral(&request.type_name)?;
        let diagnostics = entry.close(self.provider.api()?, request.private.unwrap_or_default()).await;
        Ok(pb::close_ephemeral_resource::Response { diagnostics: convert::diagnostics(diagnostics) })
    }
}

/// The answer that puts it off: what the configuration says, with what the provider would say unknown.
fn deferred(schema: &Schema, config: &Value, reason: Reason) -> pb::open_ephemeral_resource::Response {
    let mut result = config.clone();
    if let Value::Object(attributes) = &mut result {
        for attribute in schema.block.attributes.iter().filter(|attribute| attribute.is_computed()) {
            let value = attributes.entry(attribute.name.to_owned()).or_default();
            if value.is_null() {
                *value = Value::unknown();
            }
        }
    }
    pb::open_ephemeral_resource::Response {
        result: convert::dynamic(&result, &schema.block.ty()),
        deferred: Some(pb::Deferred { reason: reason.into() }),
        ..Default::default()
    }
}
