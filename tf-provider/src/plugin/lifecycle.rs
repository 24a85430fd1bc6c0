//! When the process ends: told to by the host, by a signal, or because the host is gone.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Why the server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The host called `Shutdown`.
    Shutdown,
    /// The process got SIGTERM.
    Terminated,
    /// The user pressed Ctrl-C in debug mode.
    Interrupted,
    /// The host died without a word.
    #[cfg_attr(not(unix), allow(dead_code, reason = "only Unix tells an orphan"))]
    Orphaned,
}

impl Ending {
    /// How long calls in flight may take to finish.
    ///
    /// The host calls `Shutdown` when it has all its answers and kills the process two seconds later. After SIGTERM it
    /// may still wait for the answer to a change that is half done.
    pub(crate) fn grace(self) -> Duration {
        match self {
            Self::Shutdown | Self::Orphaned => Duration::from_millis(500),
            Self::Terminated | Self::Interrupted => Duration::from_secs(30),
        }
    }
}

/// A flag that is raised once, by whoever ends the process first.
#[derive(Debug, Clone)]
pub(crate) struct Lifecycle(Arc<watch::Sender<Option<Ending>>>);

impl Lifecycle {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }

    /// Ends the process for this reason, unless another came first.
    pub(crate) fn end(&self, ending: Ending) {
        self.0.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(ending);
            }
            first
        });
    }

    /// Waits until the process is to end.
    pub(crate) async fn ended(&self) -> Ending {
        let mut receiver = self.0.subscribe();
        loop {
            if let Some(ending) = *receiver.borrow_and_update() {
                return ending;
            }
            if receiver.changed().await.is_err() {
                return Ending::Shutdown;
            }
        }
    }
}

/// Takes over the signals of the process. `debug`: a person started the provider and stops it with Ctrl-C.
///
/// Otherwise Ctrl-C is ignored: the terminal sends it to the provider too, and it is the host that decides what is
/// cancelled and saved.
pub(crate) fn watch_signals(lifecycle: &Lifecycle, debug: bool) -> io::Result<()> {
    signals::watch(lifecycle, move |lifecycle| {
        if debug {
            lifecycle.end(Ending::Interrupted);
        }
    })
}

#[cfg(unix)]
mod signals {
    use tokio::signal::unix::{SignalKind, signal};

    use super::{Ending, Lifecycle, io};

    pub(super) fn watch(
        lifecycle: &Lifecycle,
        on_interrupt: impl Fn(&Lifecycle) + Send + 'static,
    ) -> io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let lifecycle = lifecycle.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => on_interrupt(&lifecycle),
                    _ = terminate.recv() => lifecycle.end(Ending::Terminated),
                }
            }
        });
        Ok(())
    }
}

#[cfg(windows)]
mod signals {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

    use super::{Ending, Lifecycle, io};

    pub(super) fn watch(
        lifecycle: &Lifecycle,
        on_interrupt: impl Fn(&Lifecycle) + Send + 'static,
    ) -> io::Result<()> {
        let (mut interrupt, mut stop, mut close) = (ctrl_c()?, ctrl_break()?, ctrl_close()?);
        let lifecycle = lifecycle.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => on_interrupt(&lifecycle),
                    _ = stop.recv() => on_interrupt(&lifecycle),
                    _ = close.recv() => lifecycle.end(Ending::Terminated),
                }
            }
        });
        Ok(())
    }
}

/// Ends the process when its parent dies, so that a killed host leaves no orphan behind.
///
/// The system gives an orphan another parent, which is looked for once a second. (Linux could send a signal, but ties it
/// to the thread that started the process, and those of Go come and go.) Windows has no such thing.
pub(crate) fn watch_parent(lifecycle: &Lifecycle) {
    #[cfg(unix)]
    {
        use std::os::unix::process::parent_id;
        let lifecycle = lifecycle.clone();
        let parent = parent_id();
        tokio::spawn(async move {
            while parent_id() == parent {
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            lifecycle.end(Ending::Orphaned);
        });
    }
    #[cfg(not(unix))]
    let _ = lifecycle;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_to_end_stands() {
        let lifecycle = Lifecycle::new();
        lifecycle.end(Ending::Terminated);
        lifecycle.end(Ending::Shutdown);
        assert_eq!(lifecycle.ended().await, Ending::Terminated);
    }

    #[tokio::test]
    async fn everyone_who_waits_is_told() {
        let lifecycle = Lifecycle::new();
        let waiting = [lifecycle.clone(), lifecycle.clone()]
            .map(|lifecycle| tokio::spawn(async move { lifecycle.ended().await }));
        lifecycle.end(Ending::Shutdown);
        for waiter in waiting {
            assert_eq!(waiter.await.expect("it finishes"), Ending::Shutdown);
        }
    }

    #[test]
    fn a_shutdown_takes_less_than_a_second() {
        assert!(Ending::Shutdown.grace() < Duration::from_secs(1));
    }
}
