//! What bounds the requests of an operation: its time-out, and the user who interrupts the run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::client::Client;
use super::error::{Context, Error, ErrorKind};

/// Until when an operation may wait, and how it learns that it should stop.
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds {
    stop: Option<watch::Receiver<bool>>,
    deadline: Option<Instant>,
    /// Whether the operation has sent a write: it is better brought to its end then, as far as that needs no waiting.
    begun: Arc<AtomicBool>,
}

impl Bounds {
    /// The bounds of those who can wait longest.
    pub(super) fn longest<'a>(bounds: impl Iterator<Item = &'a Bounds>) -> Bounds {
        let longest = bounds.max_by_key(|bounds| (bounds.deadline.is_none(), bounds.deadline));
        longest.cloned().unwrap_or_default()
    }

    /// Notes that the operation sends a write.
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::Relaxed);
    }
}

impl Client {
    /// The client for one operation, which ends at `deadline`: no wait begins that would end after it. When `stop` becomes
    /// true all waits end, and an operation that has written nothing sends nothing more. What is on the wire is not cut off.
    #[must_use]
    pub fn within(&self, stop: watch::Receiver<bool>, deadline: std::time::Instant) -> Client {
        self.bounded(Bounds { stop: Some(stop), deadline: Some(deadline.into()), begun: Arc::default() })
    }

    /// The client for a look at what a change left, which is made after an interrupt too.
    #[must_use]
    pub fn after_change(self) -> Client {
        self.bounds().begin();
        self
    }

    /// Whether the user asked to stop before the operation wrote anything.
    pub(super) fn is_stopped(&self) -> bool {
        let bounds = self.bounds();
        !bounds.begun.load(Ordering::Relaxed) && bounds.stop.as_ref().is_some_and(|stop| *stop.borrow())
    }

    /// Ends when the user asks to stop.
    pub(super) async fn stopped(&self) {
        if let Some(stop) = &self.bounds().stop
            && stop.clone().wait_for(|stop| *stop).await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }

    /// Whether the operation's time is over before `wait` is.
    pub(super) fn is_too_long(&self, wait: Duration) -> bool {
        self.bounds().deadline.is_some_and(|deadline| Instant::now() + wait >= deadline)
    }

    /// Waits before asking again for what failed with `error`.
    ///
    /// # Errors
    /// That it was interrupted.
    pub(super) async fn pause(&self, wait: Duration, error: &Error) -> Result<(), Error> {
        tokio::select! {
            () = sleep(wait) => Ok(()),
            () = self.stopped() => Err(interrupted(error.context().clone(), Some(error))),
        }
    }
}

/// That the user interrupted before a request was made, or before it was made again after `last`.
pub(super) fn interrupted(context: Context, last: Option<&Error>) -> Error {
    let message = last.map_or_else(|| "nothing was sent".to_owned(), |last| last.kind().to_string());
    Error::new(ErrorKind::Interrupted { message }, context)
}
