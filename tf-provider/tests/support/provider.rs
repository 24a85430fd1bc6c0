//! A provider that knows nothing of frameworks.

use futures::stream::BoxStream;
use tf_provider::plugin::proto::tfplugin5::provider_server::Provider;
use tf_provider::plugin::proto::tfplugin5::{
    DynamicValue, Schema, get_provider_schema, invoke_action, list_resource, plan_resource_change, schema,
    stop,
};
use tonic::{Request, Response, Status};

/// Answers `GetSchema`, `Stop` and `PlanResourceChange` (with the proposed state); the rest is unimplemented.
#[derive(Debug, Default)]
pub(crate) struct Minimal;

/// Writes the whole trait: its methods that need an answer in full, the others by name.
macro_rules! provider {
    ({ $($full:item)* } unimplemented { $($method:ident: $message:ident,)* }) => {
        #[tonic::async_trait]
        impl Provider for Minimal {
            type ListResourceStream = BoxStream<'static, Result<list_resource::Event, Status>>;
            type InvokeActionStream = BoxStream<'static, Result<invoke_action::Event, Status>>;

            $($full)*

            $(
                async fn $method(
                    &self,
                    _: Request<tf_provider::plugin::proto::tfplugin5::$message::Request>,
                ) -> Result<Response<tf_provider::plugin::proto::tfplugin5::$message::Response>, Status> {
                    Err(Status::unimplemented(stringify!($method)))
                }
            )*
        }
    };
}

provider! {
    {
        async fn get_schema(
            &self,
            _: Request<get_provider_schema::Request>,
        ) -> Result<Response<get_provider_schema::Response>, Status> {
            let provider = Schema { version: 0, block: Some(schema::Block::default()) };
            Ok(Response::new(get_provider_schema::Response { provider: Some(provider), ..Default::default() }))
        }

        async fn plan_resource_change(
            &self,
            request: Request<plan_resource_change::Request>,
        ) -> Result<Response<plan_resource_change::Response>, Status> {
            let planned_state: Option<DynamicValue> = request.into_inner().proposed_new_state;
            Ok(Response::new(plan_resource_change::Response { planned_state, ..Default::default() }))
        }

        async fn stop(&self, _: Request<stop::Request>) -> Result<Response<stop::Response>, Status> {
            Ok(Response::new(stop::Response::default()))
        }

        async fn list_resource(
            &self,
            _: Request<list_resource::Request>,
        ) -> Result<Response<Self::ListResourceStream>, Status> {
            Err(Status::unimplemented("list_resource"))
        }

        async fn invoke_action(
            &self,
            _: Request<invoke_action::Request>,
        ) -> Result<Response<Self::InvokeActionStream>, Status> {
            Err(Status::unimplemented("invoke_action"))
        }
    }
    unimplemented {
        get_metadata: get_metadata,
        get_resource_identity_schemas: get_resource_identity_schemas,
        prepare_provider_config: prepare_provider_config,
        validate_resource_type_config: validate_resource_type_config,
        validate_data_source_config: validate_data_source_config,
        upgrade_resource_state: upgrade_resource_state,
        upgrade_resource_identity: upgrade_resource_identity,
        configure: configure,
        read_resource: read_resource,
        apply_resource_change: apply_resource_change,
        import_resource_state: import_resource_state,
        move_resource_state: move_resource_state,
        generate_resource_config: generate_resource_config,
        read_data_source: read_data_source,
        validate_ephemeral_resource_config: validate_ephemeral_resource_config,
        open_ephemeral_resource: open_ephemeral_resource,
        renew_ephemeral_resource: renew_ephemeral_resource,
        close_ephemeral_resource: close_ephemeral_resource,
        validate_list_resource_config: validate_list_resource_config,
        get_functions: get_functions,
        call_function: call_function,
        validate_action_config: validate_action_config,
        plan_action: plan_action,
    }
}
