//! One governor for all requests of the process.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// How many requests may be in flight, and until when none may start.
///
/// Dataverse counts per user, not per connection, and its `Retry-After` grows when a client keeps pushing
/// ("Service protection API limits"): so one refusal holds everybody.
pub(in crate::dataverse) struct Governor {
    permits: Semaphore,
    state: Mutex<State>,
}

struct State {
    hold_until: Option<Instant>,
    limit: usize,
    most: usize,
    /// Permits that are still in use and must be given up when they come back.
    surplus: usize,
    successes: usize,
}

/// After this many successes one request more is allowed again.
const RECOVERY: usize = 25;

/// The right to have one request in flight; given back on drop.
pub(in crate::dataverse) struct Permit<'a> {
    governor: &'a Governor,
    permit: Option<SemaphorePermit<'a>>,
}

impl Governor {
    pub(in crate::dataverse) fn new(most: usize) -> Governor {
        let state = State { hold_until: None, limit: most, most, surplus: 0, successes: 0 };
        Governor { permits: Semaphore::new(most), state: Mutex::new(state) }
    }

    /// Waits for a place and for the end of a hold.
    pub(in crate::dataverse) async fn enter(&self) -> Permit<'_> {
        loop {
            // The semaphore is never closed, so acquiring cannot fail; without a permit the gate still holds.
            let permit = self.permits.acquire().await.ok();
            let permit = Permit { governor: self, permit };
            match self.held_until() {
                None => return permit,
                Some(until) => {
                    drop(permit);
                    sleep_until(until).await;
                }
            }
        }
    }

    /// For how long no request may start.
    pub(in crate::dataverse) fn hold_left(&self) -> Duration {
        self.held_until().map(|until| until.duration_since(Instant::now())).unwrap_or_default()
    }

    /// Lets no request start before `until`.
    pub(in crate::dataverse) fn hold(&self, until: Instant) {
        let mut state = self.lock();
        state.hold_until = state.hold_until.max(Some(until));
    }

    /// Halves the number of requests in flight; it recovers with success.
    pub(in crate::dataverse) fn halve(&self) {
        let mut state = self.lock();
        let less = state.limit - (state.limit / 2).max(1);
        state.limit -= less;
        state.successes = 0;
        let forgotten = self.permits.forget_permits(less);
        state.surplus += less - forgotten;
    }

    /// Notes a success.
    pub(in crate::dataverse) fn succeeded(&self) {
        let mut state = self.lock();
        if state.limit == state.most {
            return;
        }
        state.successes += 1;
        if state.successes >= RECOVERY {
            state.successes = 0;
            state.limit += 1;
            if state.surplus > 0 {
                state.surplus -= 1;
            } else {
                self.permits.add_permits(1);
            }
        }
    }

    /// How many requests may be in flight now.
    #[cfg(test)]
    fn limit(&self) -> usize {
        self.lock().limit
    }

    fn held_until(&self) -> Option<Instant> {
        self.lock().hold_until.filter(|until| *until > Instant::now())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.governor.lock();
        if state.surplus > 0
            && let Some(permit) = self.permit.take()
        {
            state.surplus -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_hold_stops_everybody_until_its_end() {
        let governor = Governor::new(3);
        let begin = Instant::now();
        governor.hold(begin + Duration::from_secs(7));
        governor.hold(begin + Duration::from_secs(2));
        tokio::join!(governor.enter(), governor.enter(), governor.enter());
        assert!(begin.elapsed() >= Duration::from_secs(7));
    }

    #[tokio::test]
    async fn a_concurrency_refusal_halves_and_success_restores() {
        let governor = Governor::new(8);
        let in_flight =
            [governor.enter().await, governor.enter().await, governor.enter().await, governor.enter().await];
        let rest = [governor.enter().await, governor.enter().await, governor.enter().await];
        governor.halve();
        assert_eq!(governor.limit(), 4);
        drop(rest);
        drop(in_flight);
        assert_eq!(governor.permits.available_permits(), 4);
        for _ in 0..RECOVERY * 10 {
            governor.succeeded();
        }
        assert_eq!((governor.limit(), governor.permits.available_permits()), (8, 8));
    }

    #[tokio::test]
    async fn one_request_is_always_allowed() {
        let governor = Governor::new(2);
        for _ in 0..5 {
            governor.halve();
        }
        assert_eq!(governor.limit(), 1);
        drop(governor.enter().await);
        drop(governor.enter().await);
    }
}
