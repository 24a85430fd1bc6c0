//! A provider: its block, its registries, and the one thing set at run time, the configured client.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::resource::{OperationApi, Stop};
use super::{
    DataSourceEntry, Diagnostic, Diagnostics, EphemeralEntry, Function, ListEntry, Model, ResourceEntry,
    Result, Schema, Value, validate,
};

/// What a provider's author writes.
pub trait ProviderDefinition: Send + Sync + 'static {
    /// Local name, the prefix of all its types.
    const NAME: &'static str;
    /// What the configured provider hands to resources and data sources.
    type Api: OperationApi;
    /// The provider block.
    type Config: Model;

    /// Rules across the attributes of the provider block, without any request; unknown values must pass.
    fn validate(_config: &Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the client, without any request: this runs in every walk.
    ///
    /// # Errors
    /// When the configuration cannot work, at the attribute in question.
    fn configure(config: Self::Config, terraform_version: &str) -> Result<Configured<Self::Api>>;

    /// All that the provider offers.
    fn registry() -> Registry<Self::Api>;
}

/// The outcome of a configuration.
#[derive(Debug)]
pub enum Configured<A> {
    /// The client.
    Ready(A),
    /// Some values are known only after apply: plans go on without the service, and whatever needs it says this.
    Waiting(Diagnostics),
}

/// All that a provider offers, sorted by name.
pub struct Registry<A> {
    /// Managed resources.
    pub resources: Vec<Box<dyn ResourceEntry<A>>>,
    /// Data sources.
    pub data_sources: Vec<Box<dyn DataSourceEntry<A>>>,
    /// Ephemeral resources.
    pub ephemerals: Vec<Box<dyn EphemeralEntry<A>>>,
    /// List resources, each for a managed resource of the same name.
    pub lists: Vec<Box<dyn ListEntry<A>>>,
    /// Functions.
    pub functions: Vec<Function>,
}

impl<A> Default for Registry<A> {
    /// A registry that offers nothing.
    fn default() -> Self {
        Registry {
            resources: Vec::new(),
            data_sources: Vec::new(),
            ephemerals: Vec::new(),
            lists: Vec::new(),
            functions: Vec::new(),
        }
    }
}

enum Client<A> {
    Unconfigured,
    Waiting(Diagnostics),
    Ready(Arc<A>),
}

/// A provider at run time.
pub struct Provider<D: ProviderDefinition> {
    /// The provider block.
    pub schema: Schema,
    /// What it offers.
    pub registry: Registry<D::Api>,
    client: Mutex<Client<D::Api>>,
    stop: Mutex<(watch::Sender<bool>, Stop)>,
}

impl<D: ProviderDefinition> Default for Provider<D> {
    fn default() -> Self {
        Provider {
            schema: Schema::new(D::Config::block()),
            registry: D::registry(),
            client: Mutex::new(Client::Unconfigured),
            stop: Mutex::new(Stop::channel()),
        }
    }
}

impl<D: ProviderDefinition> Provider<D> {
    /// Checks the provider block without any request.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = validate(&self.schema.block, config, true);
        if let Some(model) = diagnostics.absorb(D::Config::from_value(config)) {
            diagnostics.extend(D::validate(&model));
        }
        diagnostics.titled("Invalid provider configuration")
    }

    /// Makes the client; it replaces the one of an earlier configuration.
    pub fn configure(&self, config: &Value, terraform_version: &str) -> Diagnostics {
        let mut diagnostics = self.validate(config);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let configured =
            D::Config::from_value(config).and_then(|config| D::configure(config, terraform_version));
        let client = match diagnostics.absorb(configured) {
            Some(Configured::Ready(api)) => Client::Ready(Arc::new(api)),
            Some(Configured::Waiting(missing)) => Client::Waiting(missing),
            None => Client::Unconfigured,
        };
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
        diagnostics.titled("Invalid provider configuration")
    }

    /// The client.
    ///
    /// # Errors
    /// When the provider is not configured, or waits for values that are known only after apply.
    pub fn api(&self) -> Result<Arc<D::Api>> {
        match &*self.client.lock().unwrap_or_else(PoisonError::into_inner) {
            Client::Ready(api) => Ok(Arc::clone(api)),
            Client::Waiting(missing) => Err(missing.clone()),
            Client::Unconfigured => Err(Diagnostic::error(
                "The provider is not configured. This is a bug in the host or the provider.",
            )
            .titled("Provider not configured")
            .into()),
        }
    }

    /// The client for a plan: plans go on without it while the provider waits for its own values.
    ///
    /// # Errors
    /// When the provider is not configured.
    pub fn api_for_plan(&self) -> Result<Option<Arc<D::Api>>> {
        if let Client::Waiting(_) = &*self.client.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(None);
        }
        self.api().map(Some)
    }

    /// The signal for an operation that starts now.
    pub fn stop_signal(&self) -> Stop {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Asks all operations under way to end. Later ones are not affected.
    pub fn stop(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        stop.0.send_replace(true);
        *stop = Stop::channel();
    }
}
