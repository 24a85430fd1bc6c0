//! What an author writes for an ephemeral resource, and its erased form.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use futures::future::BoxFuture;

use super::reading::{echo, until_stopped, words};
use super::resource::{Fault, OperationApi, Stop};
use super::{Diagnostic, Diagnostics, Model, Schema, Value, validate};

/// How long it may take to give something up: the user waits for the end of the run.
const CLOSE: Duration = Duration::from_secs(60);

/// Something that lives for one run and is stored nowhere, such as a token. Terraform opens it in plans as well as in
/// applies, so opening must be cheap and leave nothing behind.
pub trait EphemeralResource: Send + Sync + 'static {
    /// Type name in configurations, with the provider's prefix.
    const TYPE: &'static str;
    /// What the configured provider hands to it.
    type Api: OperationApi;
    /// The attributes.
    type Model: Model;

    /// Rules across attributes, without any request; unknown values must pass.
    fn validate(_config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Gets it; `config` is wholly known. What the configuration says stands, whatever the model that comes back says.
    fn open(
        api: &Self::Api,
        config: Self::Model,
    ) -> impl Future<Output = Result<Opened<Self::Model>, Fault>> + Send;

    /// Makes it live longer, when the time that opening or the last renewal named has come. Its attributes stay.
    fn renew(_api: &Self::Api, _private: Vec<u8>) -> impl Future<Output = Result<Renewed, Fault>> + Send {
        async { Ok(Renewed::default()) }
    }

    /// Gives it up. Terraform passes the private data of [`open`](Self::open), not that of renewals.
    fn close(_api: &Self::Api, _private: Vec<u8>) -> impl Future<Output = Result<(), Fault>> + Send {
        async { Ok(()) }
    }
}

/// What opening gave.
#[derive(Clone, Debug)]
pub struct Opened<M> {
    /// The attributes.
    pub result: M,
    /// When it must be renewed, if ever.
    pub renew_at: Option<SystemTime>,
    /// What renewing and closing need to know; the user never sees it.
    pub private: Vec<u8>,
}

/// What a renewal gave.
#[derive(Clone, Debug, Default)]
pub struct Renewed {
    /// When it must be renewed again, if ever.
    pub renew_at: Option<SystemTime>,
    /// What the next renewal needs to know; absent when that did not change.
    pub private: Option<Vec<u8>>,
}

/// An ephemeral resource, whatever its model.
pub trait EphemeralEntry<A>: Send + Sync {
    /// Type name in configurations.
    fn type_name(&self) -> &'static str;

    /// Its schema.
    fn schema(&self) -> &Schema;

    /// Checks a configuration without any request.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Gets it.
    fn open(
        &self,
        api: Arc<A>,
        stop: Stop,
        config: Value,
    ) -> BoxFuture<'_, Result<Opened<Value>, Diagnostics>>;

    /// Makes it live longer.
    fn renew(&self, api: Arc<A>, stop: Stop, private: Vec<u8>)
    -> BoxFuture<'_, Result<Renewed, Diagnostics>>;

    /// Gives it up; an interrupted run does that too.
    fn close(&self, api: Arc<A>, private: Vec<u8>) -> BoxFuture<'_, Diagnostics>;
}

struct Entry<E> {
    schema: Schema,
    resource: PhantomData<fn() -> E>,
}

/// Puts an ephemeral resource into a registry.
pub fn ephemeral_resource<E: EphemeralResource>() -> Box<dyn EphemeralEntry<E::Api>> {
    Box::new(Entry::<E> { schema: Schema::new(E::Model::block()), resource: PhantomData })
}

impl<E: EphemeralResource> EphemeralEntry<E::Api> for Entry<E> {
    fn type_name(&self) -> &'static str {
        E::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = validate(&self.schema.block, config, true);
        if let Some(model) = diagnostics.absorb(E::Model::from_value(config)) {
            diagnostics.extend(E::validate(&model));
        }
        diagnostics.titled(&format!("Invalid {}", E::TYPE))
    }

    fn open(
        &self,
        api: Arc<E::Api>,
        stop: Stop,
        config: Value,
    ) -> BoxFuture<'_, Result<Opened<Value>, Diagnostics>> {
        async move {
            let title = format!("Cannot open {}", E::TYPE);
            let model = E::Model::from_value(&config)?;
            let opened = until_stopped(stop, E::open(&api, model)).await;
            let opened = opened.map_err(|fault| words(fault, "No such object exists.").titled(&title))?;
            let result = echo(&self.schema.block, &config, opened.result.to_value());
            if !result.is_wholly_known() {
                return Err(Diagnostic::error(
                    "The provider left a part of it unknown. This is a bug; please report it.",
                )
                .titled(title)
                .into());
            }
            Ok(Opened { result, renew_at: opened.renew_at, private: opened.private })
        }
        .boxed()
    }

    fn renew(
        &self,
        api: Arc<E::Api>,
        stop: Stop,
        private: Vec<u8>,
    ) -> BoxFuture<'_, Result<Renewed, Diagnostics>> {
        async move {
            let renewed = until_stopped(stop, E::renew(&api, private)).await;
            renewed
                .map_err(|fault| words(fault, "It has ended.").titled(&format!("Cannot renew {}", E::TYPE)))
        }
        .boxed()
    }

    fn close(&self, api: Arc<E::Api>, private: Vec<u8>) -> BoxFuture<'_, Diagnostics> {
        async move {
            let closed = match tokio::time::timeout(CLOSE, E::close(&api, private)).await {
                // What is gone is closed.
                Ok(Ok(()) | Err(Fault::Gone)) => return Diagnostics::new(),
                Ok(Err(Fault::Failed(diagnostics))) => diagnostics,
                Err(_) => {
                    Diagnostic::error(format!("There was no answer within {} s.", CLOSE.as_secs())).into()
                }
            };
            closed.titled(&format!("Cannot close {}", E::TYPE))
        }
        .boxed()
    }
}
