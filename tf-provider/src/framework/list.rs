//! What an author writes for a list resource, and its erased form.

mod reading;

use std::marker::PhantomData;
use std::sync::Arc;

use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};

use self::reading::Reading;
use super::resource::{Fault, Stop};
use super::{Diagnostics, Model, Resource, Schema, Value, validate};

/// Finds the objects of a managed resource that exist, whoever made them: `list` blocks of `terraform query` ask for them.
pub trait ListResource: Send + Sync + 'static {
    /// The managed resource; the list has its type name, identity and object.
    type Resource: Resource;
    /// What a `config` block may say: which objects to find.
    type Config: Model;

    /// Rules across attributes, without any request; unknown values must pass.
    fn validate(_config: &Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Finds the objects page by page. The next page is asked for only when the host has taken the one before, and no more
    /// once it has as many as it wants. An error ends the list.
    fn pages(
        api: Arc<<Self::Resource as Resource>::Api>,
        query: ListQuery<Self::Config>,
    ) -> impl Stream<Item = Result<Page<<Self::Resource as Resource>::Model>, Fault>> + Send + 'static;
}

/// What a list is asked for.
#[derive(Clone, Debug)]
pub struct ListQuery<C> {
    /// The `config` block.
    pub config: C,
    /// Whether whole objects are wanted, beside identity and name.
    pub include_resource: bool,
    /// How many objects are wanted at most; no limit when absent.
    pub limit: Option<usize>,
}

/// One object of a list.
#[derive(Clone, Debug)]
pub struct Listed<M> {
    /// What people call it.
    pub name: String,
    /// The object as far as [`Resource::read`] needs to know it: its identity attributes. Where whole objects are wanted, the
    /// engine reads them as after an import, all of a page at once.
    pub key: M,
}

/// Some objects that were found, in the order of the list.
#[derive(Clone, Debug)]
pub struct Page<M> {
    /// The objects.
    pub objects: Vec<Listed<M>>,
    /// What the user should hear beside them.
    pub warnings: Diagnostics,
}

/// One event of a list: an object, or messages alone.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Identity of the object; null when the event is only messages.
    pub identity: Value,
    /// What people call the object.
    pub name: String,
    /// The object, if it was asked for.
    pub object: Option<Value>,
    /// Messages. An error ends the list.
    pub diagnostics: Diagnostics,
}

/// A list resource, whatever its models.
pub trait ListEntry<A>: Send + Sync {
    /// Type name in configurations: that of the managed resource.
    fn type_name(&self) -> &'static str;

    /// Schema of the `config` block.
    fn schema(&self) -> &Schema;

    /// Checks a configuration without any request.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Finds the objects.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    fn list(
        &self,
        api: Arc<A>,
        stop: Stop,
        query: ListQuery<Value>,
    ) -> Result<BoxStream<'static, Found>, Diagnostics>;
}

struct Entry<L> {
    schema: Schema,
    list: PhantomData<fn() -> L>,
}

/// Puts a list resource into a registry.
pub fn list_resource<L: ListResource>() -> Box<dyn ListEntry<<L::Resource as Resource>::Api>> {
    Box::new(Entry::<L> { schema: Schema::new(L::Config::block()), list: PhantomData })
}

impl<L: ListResource> ListEntry<<L::Resource as Resource>::Api> for Entry<L> {
    fn type_name(&self) -> &'static str {
        L::Resource::TYPE
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = validate(&self.schema.block, config, true);
        if let Some(model) = diagnostics.absorb(L::Config::from_value(config)) {
            diagnostics.extend(L::validate(&model));
        }
        diagnostics.titled(&format!("Invalid list of {}", L::Resource::TYPE))
    }

    fn list(
        &self,
        api: Arc<<L::Resource as Resource>::Api>,
        stop: Stop,
        query: ListQuery<Value>,
    ) -> Result<BoxStream<'static, Found>, Diagnostics> {
        let (include_resource, limit) = (query.include_resource, query.limit);
        let config = L::Config::from_value(&query.config)?;
        let pages = L::pages(Arc::clone(&api), ListQuery { config, include_resource, limit });
        let reading = Reading::<_, L::Resource>::new(pages, limit, include_resource.then_some(api));
        Ok(stream::unfold((reading, stop), |(mut reading, stop)| async move {
            let found = reading.next(&stop).await?;
            Some((found, (reading, stop)))
        })
        .boxed())
    }
}
