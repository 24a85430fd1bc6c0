//! The calls that deal with one managed object. Private data and identity are echoed unless something replaces them:
//! whatever an answer leaves out is gone from the state.

use super::private::Private;
use super::{Handled, ProviderDefinition, Refusal, Server, convert, pb, schemas};
use crate::framework::{
    ImportKey, PlanRequest, ResourceEntry, Value, identity_of, identity_type, value_from_json,
};

/// The identity of `object` as a message; the `other` one while the object's is not there.
pub(super) fn identity<A>(
    entry: &dyn ResourceEntry<A>,
    object: &Value,
    other: Option<pb::ResourceIdentityData>,
) -> Option<pb::ResourceIdentityData> {
    let identity = identity_of(entry.identity(), object);
    if identity.is_null() {
        return other;
    }
    let identity_data = convert::dynamic(&identity, &identity_type(entry.identity()));
    Some(pb::ResourceIdentityData { identity_data })
}

impl<D: ProviderDefinition> Server<D> {
    pub(super) async fn read(
        &self,
        request: pb::read_resource::Request,
    ) -> Handled<pb::read_resource::Response> {
        let entry = self.resource(&request.type_name)?;
        let ty = entry.schema().block.ty();
        let state = convert::value(request.current_state.as_ref(), &ty)?;
        if state.is_null() {
            return Ok(pb::read_resource::Response { private: request.private, ..Default::default() });
        }
        let api = match self.provider.api() {
            Ok(api) => api,
            Err(diagnostics) => {
                return Ok(pb::read_resource::Response {
                    new_state: request.current_state,
                    diagnostics: convert::diagnostics(diagnostics),
                    private: request.private,
                    new_identity: request.current_identity,
                    ..Default::default()
                });
            }
        };
        let read = entry.read(api, self.provider.stop_signal(), state).await;
        Ok(pb::read_resource::Response {
            new_state: convert::dynamic(&read.state, &ty),
            diagnostics: convert::diagnostics(read.diagnostics),
            private: Private::kept(request.private),
            new_identity: identity(entry, &read.state, request.current_identity),
            ..Default::default()
        })
    }

    pub(super) async fn plan(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> Handled<pb::plan_resource_change::Response> {
        let entry = self.resource(&request.type_name)?;
        let ty = entry.schema().block.ty();
        let views = [
            convert::value(request.prior_state.as_ref(), &ty)?,
            convert::value(request.config.as_ref(), &ty)?,
            convert::value(request.proposed_new_state.as_ref(), &ty)?,
        ];
        let api = self.provider.api_for_plan()?;
        let mut private = Private::read(&request.prior_private, &identity_type(entry.identity()));
        let stored = identity_of(entry.identity(), &views[0]);
        let plan = PlanRequest {
            views,
            claimant: private.claimant.clone(),
            replaced: if stored.is_null() { std::mem::take(&mut private.identity) } else { Value::Null },
        };
        private.identity = stored;
        let planned = entry.plan(api, self.provider.stop_signal(), plan).await;
        Ok(pb::plan_resource_change::Response {
            planned_state: convert::dynamic(&planned.planned, &ty),
            requires_replace: planned.replace.iter().map(convert::path).collect(),
            planned_private: private.bytes(),
            diagnostics: convert::diagnostics(planned.diagnostics),
            planned_identity: identity(entry, &planned.planned, request.prior_identity),
            ..Default::default()
        })
    }

    pub(super) async fn apply(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> Handled<pb::apply_resource_change::Response> {
        let entry = self.resource(&request.type_name)?;
        let ty = entry.schema().block.ty();
        let prior = convert::value(request.prior_state.as_ref(), &ty)?;
        let planned = convert::value(request.planned_state.as_ref(), &ty)?;
        let api = match self.provider.api() {
            Ok(api) => api,
            Err(diagnostics) => {
                return Ok(pb::apply_resource_change::Response {
                    new_state: request.prior_state,
                    private: request.planned_private,
                    diagnostics: convert::diagnostics(diagnostics),
                    new_identity: request.planned_identity,
                    ..Default::default()
                });
            }
        };
        let claimant = Private::read(&request.planned_private, &identity_type(entry.identity())).claimant;
        let applied = entry.apply(api, self.provider.stop_signal(), [prior, planned], claimant).await;
        Ok(pb::apply_resource_change::Response {
            new_state: convert::dynamic(&applied.state, &ty),
            private: request.planned_private,
            diagnostics: convert::diagnostics(applied.diagnostics),
            new_identity: identity(entry, &applied.state, None),
            ..Default::default()
        })
    }

    pub(super) async fn import(
        &self,
        request: pb::import_resource_state::Request,
    ) -> Handled<pb::import_resource_state::Response> {
        let entry = self.resource(&request.type_name)?;
        let ty = entry.schema().block.ty();
        let key = match request.identity.and_then(|identity| identity.identity_data) {
            Some(data) => ImportKey::Identity(convert::value(Some(&data), &identity_type(entry.identity()))?),
            None => ImportKey::Id(request.id),
        };
        let read = entry.import(self.provider.api()?, self.provider.stop_signal(), key).await;
        if read.diagnostics.has_errors() {
            return Err(Refusal(read.diagnostics));
        }
        let imported = pb::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: convert::dynamic(&read.state, &ty),
            private: Private::new().bytes(),
            identity: identity(entry, &read.state, None),
        };
        Ok(pb::import_resource_state::Response {
            imported_resources: vec![imported],
            diagnostics: convert::diagnostics(read.diagnostics),
            deferred: None,
        })
    }

    pub(super) fn upgrade_identity(
        &self,
        request: &pb::upgrade_resource_identity::Request,
    ) -> Handled<pb::upgrade_resource_identity::Response> {
        let entry = self.resource(&request.type_name)?;
        let ty = identity_type(entry.identity());
        let stored = request.raw_identity.clone().unwrap_or_default().json;
        if stored.is_empty() {
            return Ok(pb::upgrade_resource_identity::Response::default());
        }
        let json =
            serde_json::from_slice(&stored).map_err(|error| schemas::unreadable(&format!("{error}.")))?;
        let value =
            value_from_json(&ty, &json, "").map_err(|error| schemas::unreadable(&format!("{error}.")))?;
        Ok(pb::upgrade_resource_identity::Response {
            upgraded_identity: Some(pb::ResourceIdentityData {
                identity_data: convert::dynamic(&value, &ty),
            }),
            diagnostics: Vec::new(),
        })
    }
}
