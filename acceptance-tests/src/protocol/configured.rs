//! A plugin whose provider is configured, and what newer hosts ask of it.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde_json::{Value, json};

use super::tfplugin5 as pb;
use super::{Host, HostOptions, decode, encode, object};
use crate::service::text;
use crate::target::Target;

/// A host whose provider takes its configuration from the environment.
pub struct Configured {
    /// The process.
    pub host: Host,
    /// What it offers.
    pub schema: pb::get_provider_schema::Response,
}

impl Configured {
    /// The provider of `target`.
    #[must_use]
    pub fn new(target: &Target) -> Self {
        Self::with_env(target.env())
    }

    /// A provider with these environment variables.
    #[must_use]
    pub fn with_env(env: BTreeMap<String, OsString>) -> Self {
        let host = Host::start(&HostOptions { env, ..HostOptions::default() });
        let request = pb::get_provider_schema::Request {};
        let schema = host.call(async |mut it| it.get_schema(request).await).expect("a schema");
        let request = pb::configure::Request {
            terraform_version: "1.14.0".into(),
            config: encode(&object(schema.provider.as_ref().expect("a provider schema"), &json!({}))),
            client_capabilities: None,
        };
        let configured = host.call(async |mut it| it.configure(request).await).expect("an answer");
        assert_eq!(configured.diagnostics, []);
        Self { host, schema }
    }

    /// Opens an ephemeral resource.
    #[must_use]
    pub fn open(&self, kind: &str, config: &Value) -> pb::open_ephemeral_resource::Response {
        let request = pb::open_ephemeral_resource::Request {
            type_name: kind.into(),
            config: encode(&object(&self.schema.ephemeral_resource_schemas[kind], config)),
            client_capabilities: None,
        };
        self.host.call(async |mut it| it.open_ephemeral_resource(request).await).expect("an answer")
    }

    /// All events of a list.
    #[must_use]
    pub fn list(&self, kind: &str, config: &Value, limit: i64, whole: bool) -> Vec<pb::list_resource::Event> {
        let config = encode(&object(&self.schema.list_resource_schemas[kind], config));
        let request = pb::validate_list_resource_config::Request {
            type_name: kind.into(),
            config: config.clone(),
            ..Default::default()
        };
        let valid = self.host.call(async |mut it| it.validate_list_resource_config(request).await);
        assert_eq!(valid.expect("an answer").diagnostics, []);
        let request = pb::list_resource::Request {
            type_name: kind.into(),
            config,
            include_resource_object: whole,
            limit,
        };
        let events = self.host.call(async |mut it| {
            let mut stream = it.list_resource(request).await?.into_inner();
            let mut events = Vec::new();
            while let Some(event) = stream.message().await? {
                events.push(event);
            }
            Ok(tonic::Response::new(events))
        });
        events.expect("a list that ends well")
    }

    /// Fails unless what the provider generates as configuration of an object that was read is valid, and plans no change.
    pub fn assert_generated_configuration_plans_nothing(
        &self,
        kind: &str,
        state: &Value,
        read: &pb::read_resource::Response,
    ) {
        let request = pb::generate_resource_config::Request { type_name: kind.into(), state: encode(state) };
        let generated = self.host.call(async |mut it| it.generate_resource_config(request).await);
        let generated = generated.expect("an answer");
        assert_eq!(generated.diagnostics, []);
        let config = decode(generated.config.as_ref());
        assert!(config["id"].is_null() && config["on_destroy"] != "disable", "{config:#}");
        let request = pb::validate_resource_type_config::Request {
            type_name: kind.into(),
            config: encode(&config),
            ..Default::default()
        };
        let valid = self.host.call(async |mut it| it.validate_resource_type_config(request).await);
        assert_eq!(valid.expect("an answer").diagnostics, []);
        // Core proposes what the configuration says, and the state where the provider may decide.
        let block = self.schema.resource_schemas[kind].block.as_ref().expect("a block");
        let mut proposed = config.clone();
        for attribute in block.attributes.iter().filter(|it| it.computed) {
            if config[&attribute.name].is_null() {
                proposed[&attribute.name] = state[&attribute.name].clone();
            }
        }
        let request = pb::plan_resource_change::Request {
            type_name: kind.into(),
            prior_state: encode(state),
            config: encode(&config),
            proposed_new_state: encode(&proposed),
            prior_private: read.private.clone(),
            prior_identity: read.new_identity.clone(),
            ..Default::default()
        };
        let plan = self.host.call(async |mut it| it.plan_resource_change(request).await).expect("an answer");
        assert_eq!(plan.diagnostics, []);
        assert_eq!(&decode(plan.planned_state.as_ref()), state, "{kind}");
    }

    /// Name and id of everything that a list finds.
    #[must_use]
    pub fn found(&self, kind: &str, config: &Value) -> Vec<(String, String)> {
        let events = self.list(kind, config, 1000, false);
        events
            .iter()
            .map(|event| {
                assert_eq!(event.diagnostic, []);
                assert!(event.resource_object.is_none());
                (event.display_name.clone(), text(&identity(event), "id").to_owned())
            })
            .collect()
    }
}

/// The identity of what a list found.
#[must_use]
pub fn identity(event: &pb::list_resource::Event) -> Value {
    decode(event.identity.as_ref().expect("an identity").identity_data.as_ref())
}
