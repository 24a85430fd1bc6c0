//! The door of the server: which connections are open, and whether new ones are let in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::link::{End, Link};

#[derive(Debug, Default)]
struct State {
    open: Vec<Link>,
    refusing: Option<Duration>,
}

/// Shared by the listener and the requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    state: Arc<Mutex<State>>,
    closing: Arc<Notify>,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a new connection.
    pub(super) fn enter(&self) -> Link {
        let link = Link::default();
        let mut state = self.state();
        state.open.retain(Link::is_open);
        state.open.push(link.clone());
        link
    }

    /// Resets every connection and lets nobody in for a while, as a fault rule says.
    pub(super) fn shut(&self, time: Duration, rule: &str) {
        let mut state = self.state();
        state.refusing = Some(time);
        let open = std::mem::take(&mut state.open);
        drop(state);
        self.closing.notify_one();
        open.iter().for_each(|link| link.end(End::Reset, rule));
    }

    /// Waits until the gate is shut; for how long it is.
    pub(super) async fn shutting(&self) -> Duration {
        loop {
            if let Some(time) = self.state().refusing.take() {
                return time;
            }
            self.closing.notified().await;
        }
    }
}
