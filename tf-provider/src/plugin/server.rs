//! The service `tfplugin5.Provider`: decode, ask the framework, encode. Nothing is decided here.
//!
//! A gRPC error would lose state, so every failure but an undecodable request is a diagnostic in an ordinary answer.

mod absent;
mod ephemerals;
mod lists;
mod moves;
mod objects;
mod private;
mod schemas;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use futures::{FutureExt, Stream};
use tonic::{Request, Response, Status};

use super::convert;
use super::proto::tfplugin5 as pb;
use super::wire::WireError;
use crate::framework::{
    DataSourceEntry, Diagnostic, Diagnostics, Provider, ProviderDefinition, ResourceEntry, Type, Value,
};

/// A provider as the protocol's service.
pub struct Server<D: ProviderDefinition> {
    provider: Arc<Provider<D>>,
    /// Schemas do not change and every process is asked for them: made once.
    schemas: OnceLock<pb::get_provider_schema::Response>,
}

impl<D: ProviderDefinition> Default for Server<D> {
    fn default() -> Self {
        Server { provider: Arc::default(), schemas: OnceLock::new() }
    }
}

/// What a handler gives up with.
struct Refusal(Diagnostics);

impl From<Diagnostic> for Refusal {
    fn from(diagnostic: Diagnostic) -> Self {
        Refusal(diagnostic.into())
    }
}

impl From<Diagnostics> for Refusal {
    fn from(diagnostics: Diagnostics) -> Self {
        Refusal(diagnostics)
    }
}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        Refusal(
            Diagnostic::error(format!(
                "{error}. This is a bug in the provider or the host; please report it."
            ))
            .titled("Undecodable value")
            .into(),
        )
    }
}

type Handled<T> = Result<T, Refusal>;

/// A stream of events.
type Events<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// A stream of one event.
fn once<T: Send + 'static>(event: T) -> Events<T> {
    Box::pin(futures::stream::iter([Ok(event)]))
}

/// What a panic is for the user; the log has the rest.
fn internal_error() -> Diagnostics {
    Diagnostic::error(
        "The provider came upon a case that it was not written for. This is a bug; please report it with the log of a run \
         under TF_LOG=DEBUG.",
    )
    .titled("Internal error")
    .into()
}

/// Runs a handler; a panic in it becomes a diagnostic like any other failure.
async fn handle<T: Default>(
    work: impl Future<Output = Handled<T>>,
    refuse: impl FnOnce(Vec<pb::Diagnostic>) -> T,
) -> T {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(Refusal(diagnostics))) => refuse(convert::diagnostics(diagnostics)),
        Err(_) => refuse(convert::diagnostics(internal_error())),
    }
}

fn no_such(kind: &str, name: &str) -> Refusal {
    Refusal(
        Diagnostic::error(format!("This provider has no {kind} \"{name}\"."))
            .titled(format!("Unknown {kind}"))
            .into(),
    )
}

impl<D: ProviderDefinition> Server<D> {
    fn resource(&self, name: &str) -> Handled<&dyn ResourceEntry<D::Api>> {
        let found = self.provider.registry.resources.iter().find(|entry| entry.type_name() == name);
        found.map(AsRef::as_ref).ok_or_else(|| no_such("resource type", name))
    }

    fn data_source(&self, name: &str) -> Handled<&dyn DataSourceEntry<D::Api>> {
        let found = self.provider.registry.data_sources.iter().find(|entry| entry.type_name() == name);
        found.map(AsRef::as_ref).ok_or_else(|| no_such("data source", name))
    }

    async fn read_data_source(
        &self,
        request: pb::read_data_source::Request,
    ) -> Handled<pb::read_data_source::Response> {
        let entry = self.data_source(&request.type_name)?;
        let ty = entry.schema().block.ty();
        let config = convert::value(request.config.as_ref(), &ty)?;
        let state = entry.read(self.provider.api()?, self.provider.stop_signal(), config).await?;
        Ok(pb::read_data_source::Response { state: convert::dynamic(&state, &ty), ..Default::default() })
    }

    fn call_function(&self, request: &pb::call_function::Request) -> pb::call_function::Response {
        let failed = |text: String, argument: Option<usize>| pb::call_function::Response {
            result: None,
            error: Some(pb::FunctionError {
                text,
                function_argument: argument.and_then(|position| i64::try_from(position).ok()),
            }),
        };
        let Some(function) = self.provider.registry.functions.iter().find(|f| f.name == request.name) else {
            return failed(format!("This provider has no function \"{}\"", request.name), None);
        };
        let arguments = request.arguments.iter().enumerate().map(|(position, argument)| {
            let ty = function.argument_type(position).unwrap_or(&Type::Dynamic);
            convert::value(Some(argument), ty).map_err(|error| (error.to_string(), Some(position)))
        });
        match arguments.collect::<Result<Vec<Value>, _>>() {
            Err((text, position)) => failed(text, position),
            Ok(arguments) => match (function.call)(&arguments) {
                Ok(result) => pb::call_function::Response {
                    result: convert::dynamic(&result, &function.returns),
                    error: None,
                },
                Err(error) => failed(error.text, error.argument),
            },
        }
    }
}

/// One method of the service: run the handler, answer with its response or with diagnostics.
macro_rules! rpc {
    ($($method:ident($module:ident) => $self:ident, $request:ident => $work:expr;)*) => {
        $(fn $method<'life0, 'async_trait>(
            &'life0 self,
            request: Request<pb::$module::Request>,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<Response<pb::$module::Response>, Status>> + Send + 'async_trait>>
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            Box::pin(async move {
                let $self = self;
                let $request = request.into_inner();
                let response = handle(
                    async move { $work },
                    |diagnostics| pb::$module::Response { diagnostics, ..Default::default() },
                );
                Ok(Response::new(response.await))
            })
        })*
    };
}

#[expect(clippy::needless_update, reason = "some responses hold nothing but diagnostics")]
#[tonic::async_trait]
impl<D: ProviderDefinition> pb::provider_server::Provider for Server<D> {
    type ListResourceStream = Events<pb::list_resource::Event>;
    type InvokeActionStream = Events<pb::invoke_action::Event>;

    rpc! {
        get_metadata(get_metadata) => this, _request => Ok(this.metadata());
        get_schema(get_provider_schema) => this, _request =>
            Ok(this.schemas.get_or_init(|| this.make_schemas()).clone());
        get_resource_identity_schemas(get_resource_identity_schemas) => this, _request =>
            Ok(this.identity_schemas());
        prepare_provider_config(prepare_provider_config) => this, request => this.prepare(request);
        configure(configure) => this, request => this.configured(&request);
        validate_resource_type_config(validate_resource_type_config) => this, request =>
            this.validate_resource(&request);
        validate_data_source_config(validate_data_source_config) => this, request =>
            this.validate_data_source(&request);
        upgrade_resource_state(upgrade_resource_state) => this, request => this.upgrade(&request);
        upgrade_resource_identity(upgrade_resource_identity) => this, request =>
            this.upgrade_identity(&request);
        read_resource(read_resource) => this, request => this.read(request).await;
        plan_resource_change(plan_resource_change) => this, request => this.plan(request).await;
        apply_resource_change(apply_resource_change) => this, request => this.apply(request).await;
        import_resource_state(import_resource_state) => this, request => this.import(request).await;
        read_data_source(read_data_source) => this, request => this.read_data_source(request).await;
        move_resource_state(move_resource_state) => this, request => this.move_state(&request);
        generate_resource_config(generate_resource_config) => this, request => this.generate(&request);
        validate_ephemeral_resource_config(validate_ephemeral_resource_config) => this, request =>
            this.validate_ephemeral(&request);
        open_ephemeral_resource(open_ephemeral_resource) => this, request => this.open(&request).await;
        renew_ephemeral_resource(renew_ephemeral_resource) => this, request => this.renew(request).await;
        close_ephemeral_resource(close_ephemeral_resource) => this, request => this.close(request).await;
        validate_list_resource_config(validate_list_resource_config) => this, request =>
            this.validate_list(&request);
        validate_action_config(validate_action_config) => _this, request =>
            Err(no_such("action", &request.type_name));
        plan_action(plan_action) => _this, request => Err(no_such("action", &request.action_type));
        get_functions(get_functions) => this, _request => Ok(this.functions());
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let request = request.into_inner();
        let called =
            handle(async { Ok(Server::call_function(self, &request)) }, |_| pb::call_function::Response {
                result: None,
                error: Some(pb::FunctionError {
                    text: "The function came upon a case that it was not written for; please report this bug"
                        .into(),
                    function_argument: None,
                }),
            });
        Ok(Response::new(called.await))
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Result<Response<Self::ListResourceStream>, Status> {
        Ok(Response::new(self.list(&request.into_inner())))
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Result<Response<Self::InvokeActionStream>, Status> {
        Ok(Response::new(absent::action(&request.into_inner().action_type)))
    }

    async fn stop(&self, _: Request<pb::stop::Request>) -> Result<Response<pb::stop::Response>, Status> {
        self.provider.stop();
        Ok(Response::new(pb::stop::Response::default()))
    }
}

/// Reads private data; what was read is stored and read back unchanged.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn private_data(stored: &[u8], identity: &crate::framework::Type) {
    let read = private::Private::read(stored, identity);
    assert_eq!(private::Private::read(&read.bytes(), identity), read);
}

#[cfg(test)]
mod tests;
