//! A table as a whole, read once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Mutex as AsyncMutex;

use crate::dataverse::error::Error;

/// A value that is loaded once and shared until somebody writes to what it shows.
pub struct Snapshot<T> {
    state: Mutex<State<T>>,
    flight: AsyncMutex<()>,
}

struct State<T> {
    value: Option<Arc<T>>,
    /// Counts own writes; a load that sees it move is not kept.
    generation: u64,
    /// Counts loads that ended, to know whether a failure is news to a waiter.
    ended: u64,
    failure: Option<(u64, Error)>,
}

impl<T> Default for Snapshot<T> {
    fn default() -> Self {
        let state = State { value: None, generation: 0, ended: 0, failure: None };
        Snapshot { state: Mutex::new(state), flight: AsyncMutex::default() }
    }
}

impl<T> Snapshot<T> {
    /// The value, loaded by `load` if nobody did. `load` is told whether there were own writes, in which case the
    /// caches of the service are to be passed over.
    ///
    /// # Errors
    /// That of the load, also when it was somebody else's.
    pub async fn get<F, Fut>(&self, load: F) -> Result<Arc<T>, Error>
    where
        F: FnOnce(bool) -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        let ended = {
            let state = self.lock();
            if let Some(value) = &state.value {
                return Ok(Arc::clone(value));
            }
            state.ended
        };
        let _flight = self.flight.lock().await;
        let generation = {
            let state = self.lock();
            if let Some(value) = &state.value {
                return Ok(Arc::clone(value));
            }
            if let Some((when, error)) = &state.failure
                && *when > ended
            {
                return Err(error.clone());
            }
            state.generation
        };
        let result = load(generation > 0).await.map(Arc::new);
        let mut state = self.lock();
        state.ended += 1;
        match &result {
            Ok(value) if state.generation == generation => {
                state.value = Some(Arc::clone(value));
                state.failure = None;
            }
            Ok(_) => {}
            Err(error) => state.failure = Some((state.ended, error.clone())),
        }
        result
    }

    /// The value, if it is known.
    pub fn peek(&self) -> Option<Arc<T>> {
        self.lock().value.clone()
    }

    /// Puts an own write into the value, or forgets it when `change` gives nothing; a load under way, which may have
    /// begun before the write, will not be kept.
    pub fn change(&self, change: impl FnOnce(&T) -> Option<T>) {
        let mut state = self.lock();
        state.generation += 1;
        state.value = state.value.take().and_then(|value| change(&value)).map(Arc::new);
    }

    /// Forgets the value; a load under way will not be kept.
    pub fn invalidate(&self) {
        let mut state = self.lock();
        state.generation += 1;
        state.value = None;
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
