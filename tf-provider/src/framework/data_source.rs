//! What an author writes for a data source, and its erased form.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::reading::{echo, until_stopped, words};
use super::resource::{Fault, OperationApi, Stop};
use super::{Diagnostics, Model, Schema, Value, validate};

/// Something that is read and not managed.
pub trait DataSource: Send + Sync + 'static {
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

    /// Reads it. What the configuration says stands, whatever the model that comes back says.
    fn read(api: &Self::Api, config: Self::Model) -> impl Future<Output = Result<Self::Model, Fault>> + Send;
}

/// A data source, whatever its model.
pub trait DataSourceEntry<A>: Send + Sync {
    /// Type name in configurations.
    fn type_name(&self) -> &'static str;

    /// Its schema.
    fn schema(&self) -> &Schema;

    /// Checks a configuration without any request.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Reads it.
    fn read(&self, api: Arc<A>, stop: Stop, config: Value) -> BoxFuture<'_, Result<Value, Diagnostics>>;
}

struct Entry<D> {
    schema: Schema,
    source: PhantomData<fn() -> D>,
}

/// Puts a data source into a registry.
pub fn data_source<D: DataSource>() -> Box<dyn DataSourceEntry<D::Api>> {
    Box::new(Entry::<D> { schema: Schema::new(D::Model::block()), source: PhantomData })
}

impl<D: DataSource> DataSourceEntry<D::Api> for Entry<D> {
    fn type_name(&self) -> &'static str {
        D::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = validate(&self.schema.block, config, true);
        if let Some(model) = diagnostics.absorb(D::Model::from_value(config)) {
            diagnostics.extend(D::validate(&model));
        }
        diagnostics.titled(&format!("Invalid {}", D::TYPE))
    }

    fn read(&self, api: Arc<D::Api>, stop: Stop, config: Value) -> BoxFuture<'_, Result<Value, Diagnostics>> {
        async move {
            let title = format!("Cannot read {}", D::TYPE);
            let model = D::Model::from_value(&config)?;
            match until_stopped(stop, D::read(&api, model)).await {
                Ok(model) => Ok(echo(&self.schema.block, &config, model.to_value())),
                Err(fault) => Err(words(fault, "No such object exists.").titled(&title)),
            }
        }
        .boxed()
    }
}
