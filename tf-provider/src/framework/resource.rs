//! What an author writes for a managed resource.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::{Diagnostic, Diagnostics, Model, MoveSource, Path, Timeouts, Value};

/// Why an operation on an object did not succeed.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The object does not exist (any more).
    Gone,
    /// Anything else, in words for the user.
    Failed(Diagnostics),
}

impl From<Diagnostics> for Fault {
    fn from(diagnostics: Diagnostics) -> Self {
        Fault::Failed(diagnostics)
    }
}

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Self {
        Fault::Failed(diagnostic.into())
    }
}

/// A managed resource: its attributes (`Model`) and what its operations do. What every resource must do is the
/// engine's: unknown values are filled from the result or a read, objects gone on read leave the state, objects gone on
/// delete are deleted, failures keep the truth in state, operations end in time, messages have one form.
pub trait Resource: Send + Sync + 'static {
    /// Type name in configurations, with the provider's prefix.
    const TYPE: &'static str;
    /// String attributes that together say which remote object this is.
    const IDENTITY: &'static [&'static str] = &["id"];
    /// What the configured provider hands to its resources.
    type Api: OperationApi;
    /// The attributes.
    type Model: Model;

    /// How long operations may take when the configuration does not say.
    fn timeouts() -> Timeouts {
        Timeouts::default()
    }

    /// Rules across attributes, without any request; unknown values must pass.
    fn validate(_config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Checks a plan against the service and makes values known that the service knows by now.
    fn plan(_api: &Self::Api, _plan: &mut Planning<Self::Model>) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Refuses or warns about a destroy.
    fn plan_destroy(_api: &Self::Api, _prior: Self::Model) -> impl Future<Output = Diagnostics> + Send {
        async { Diagnostics::new() }
    }

    /// Creates the object. Says with [`Created::announce`], before the first request that could create it, what to look
    /// for if the answer is lost. Returns what is known of it; the engine reads the rest.
    fn create(
        api: &Self::Api,
        context: &Context,
        plan: Self::Model,
        created: &Created<Self::Model>,
    ) -> impl Future<Output = Result<Self::Model, Fault>> + Send;

    /// Reads the object that `state` names, keeping the spelling of values that still mean the same. After an import,
    /// only what [`import`](Self::import) set is there.
    fn read(
        api: &Self::Api,
        context: &Context,
        state: Self::Model,
    ) -> impl Future<Output = Result<Self::Model, Fault>> + Send;

    /// Changes the object from `prior` to `plan`.
    fn update(
        api: &Self::Api,
        context: &Context,
        prior: Self::Model,
        plan: Self::Model,
    ) -> impl Future<Output = Result<Self::Model, Fault>> + Send;

    /// Deletes the object.
    fn delete(
        api: &Self::Api,
        context: &Context,
        state: Self::Model,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Finds the object that the import id names; a partial model is enough, [`read`](Self::read) follows.
    fn import(api: &Self::Api, id: &str) -> impl Future<Output = Result<Self::Model, Fault>> + Send;

    /// The object that `source`, a resource of another type, stands for in the state: a `moved` block asks for it. Without
    /// any request; a partial model is enough, [`read`](Self::read) follows. None when that type cannot be moved here.
    fn move_from(_source: &MoveSource<'_>) -> Option<super::Result<Self::Model>> {
        None
    }

    /// Takes out of an object what generated configuration should not say, although it may: what something else decides as
    /// a rule. Attributes that only the provider sets, defaults and secrets are left out without this.
    fn generate(_model: &mut Self::Model) {}

    /// Marks as managed what an import shall read although it may be left unmanaged.
    fn manage_all(_model: &mut Self::Model) {}
}

/// A plan under way, for [`Resource::plan`] to complete.
#[derive(Debug)]
pub struct Planning<M> {
    /// The object as it is; absent when it is to be created.
    pub prior: Option<M>,
    /// What the configuration says.
    pub config: M,
    /// The object as it will be. Only computed attributes may be changed.
    pub planned: M,
    /// Attributes whose change makes a new object, beside those that the schema says.
    pub replace: Vec<Path>,
    /// Attributes whose change makes no new object although the schema says so.
    pub in_place: Vec<Path>,
    /// Messages to the user.
    pub diagnostics: Diagnostics,
    /// Names this resource instance, the same in all its plans of a run and different from that of every other one: by it,
    /// two that claim the same object are told from one that is planned twice.
    pub claimant: String,
    pub(crate) managed: Managed,
    /// The identity that this create replaces, if core said so.
    pub(crate) replaced: Option<Key>,
}

/// Objects of one type that this process has met in the state, and what the plans of the run do with them.
///
/// A replacement is planned as a create that knows nothing of the object it replaces, so what is there already may be that
/// object: it is when private data says so, or when the object is in the state and nobody plans to keep it (it is tainted).
#[derive(Clone, Debug, Default)]
pub(crate) struct Managed(Arc<Mutex<HashMap<Key, Fate>>>);

pub(crate) type Key = Vec<String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// In the state; not planned yet, or tainted.
    Stored,
    /// Planned to stay.
    Kept,
    /// Planned to be destroyed.
    Leaving,
    /// A create that is planned takes its place.
    Taken,
}

pub(crate) fn key(identity: &Value) -> Option<Key> {
    Some(identity.as_object()?.values().filter_map(Value::as_str).map(str::to_lowercase).collect())
}

impl Managed {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Fate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The object is in the state.
    pub(crate) fn store(&self, identity: &Value) {
        if let Some(key) = key(identity) {
            self.lock().entry(key).or_insert(Fate::Stored);
        }
    }

    /// The object is planned as one that exists.
    ///
    /// # Errors
    /// When another resource of this run is planned to create what this object is.
    pub(crate) fn keep(&self, identity: &Value) -> Result<(), Diagnostic> {
        let Some(key) = key(identity) else { return Ok(()) };
        match self.lock().insert(key, Fate::Kept) {
            Some(Fate::Taken) => Err(Diagnostic::error(
                "Another resource of this configuration is planned to create the object that this resource manages already. \
                 Remove one of the two.",
            )),
            _ => Ok(()),
        }
    }

    /// The object is planned to be destroyed.
    ///
    /// # Errors
    /// When another resource of this run is planned to create what this object is: which comes first would be chance.
    pub(crate) fn leave(&self, identity: &Value) -> Result<(), Diagnostic> {
        let Some(key) = key(identity) else { return Ok(()) };
        match self.lock().insert(key, Fate::Leaving) {
            Some(Fate::Taken) => Err(Diagnostic::error(
                "Another resource of this configuration is planned to create the object that this resource is to destroy. If \
                 it only has a new name in the configuration, say so with a moved block.",
            )),
            _ => Ok(()),
        }
    }

    fn take(&self, identity: &[&str]) -> bool {
        let key: Key = identity.iter().map(|part| part.to_lowercase()).collect();
        match self.lock().get_mut(&key) {
            Some(fate) if !matches!(*fate, Fate::Kept | Fate::Leaving) => {
                *fate = Fate::Taken;
                true
            }
            _ => false,
        }
    }
}

impl<M> Planning<M> {
    /// Whether the object of this identity (its attributes in the order of their names), which is there already, is the one
    /// that this create replaces.
    pub fn replaces(&self, identity: &[&str]) -> bool {
        let same =
            |replaced: &Key| identity.iter().map(|part| part.to_lowercase()).eq(replaced.iter().cloned());
        match &self.replaced {
            Some(replaced) => same(replaced),
            None => self.prior.is_none() && self.managed.take(identity),
        }
    }

    /// Refuses the plan because of the attribute at `path`.
    pub fn refuse(&mut self, path: impl Into<Path>, detail: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(detail).at(path));
    }
}

/// What a create under way has told the engine about the object that may exist by now.
#[derive(Debug)]
pub struct Created<M>(Arc<Mutex<Option<M>>>);

impl<M> Clone for Created<M> {
    fn clone(&self) -> Self {
        Created(Arc::clone(&self.0))
    }
}

impl<M> Default for Created<M> {
    fn default() -> Self {
        Created(Arc::new(Mutex::new(None)))
    }
}

impl<M: Clone> Created<M> {
    /// From now on the object may exist, under the key in `model`.
    pub fn announce(&self, model: M) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(model);
    }

    /// The service refused: the object was certainly not created.
    pub fn refused(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn announced(&self) -> Option<M> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Tells operations that the user asked to stop. One per Stop request; later operations get a fresh one.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A signal and the handle that raises it.
    pub fn channel() -> (watch::Sender<bool>, Stop) {
        let (sender, receiver) = watch::channel(false);
        (sender, Stop(receiver))
    }

    /// Ends when the user asked to stop; never, if nobody can ask any more.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The signal itself, which turns true.
    pub fn signal(&self) -> watch::Receiver<bool> {
        self.0.clone()
    }

    /// Whether the user asked to stop.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }
}

/// What resources work with, as the engine sees it.
pub trait OperationApi: Send + Sync + 'static {
    /// The same for one operation, which ends when `context` says: so that it can refuse to begin what would take longer, and
    /// say why. The default knows no bounds; the engine then cuts the operation off.
    fn within(self: &Arc<Self>, context: &Context) -> Arc<Self> {
        let _ = context;
        Arc::clone(self)
    }
}

impl OperationApi for () {}

/// The circumstances of an operation: how long it may take and whether it should end early.
#[derive(Clone, Debug)]
pub struct Context {
    /// Raised when the user interrupts the run.
    pub stop: Stop,
    /// When the operation will be given up.
    pub deadline: Instant,
    /// Names the resource instance, as in [`Planning::claimant`]; empty for reads and imports.
    pub claimant: String,
    /// A look at what a change left: worth a request also after an interrupt, but no waiting.
    pub after_change: bool,
    pub(crate) warnings: Warnings,
}

/// Warnings that an operation under way has for the user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warnings(Arc<Mutex<Diagnostics>>);

impl Warnings {
    pub(crate) fn take(&self) -> Diagnostics {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Context {
    /// Tells the user something beside the result.
    pub fn warn(&self, warning: Diagnostic) {
        self.warnings.0.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// Waits before looking again at something that takes its time.
    ///
    /// # Errors
    /// When the user asked to stop, or the operation's time would be over.
    pub async fn wait(&self, pause: Duration) -> Result<(), Fault> {
        // Somewhat before the engine gives the operation up, so that there is time for a better message.
        let end = self.deadline.checked_sub(Duration::from_millis(300)).unwrap_or(self.deadline);
        if Instant::now() + pause >= end {
            tokio::select! {
                () = tokio::time::sleep_until(end.into()) => {}
                () = self.stop.requested() => {}
            }
            return Err(Diagnostic::error("It did not come about within the operation's time-out.").into());
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.stop.requested() => Err(Diagnostic::error("The run was interrupted while waiting.").into()),
        }
    }
}
