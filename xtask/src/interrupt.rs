//! Ctrl-C. The commands that are being waited for get it from the terminal as well and end by themselves; what was
//! started must then be cleaned up, so the signal only raises a flag that is looked at between the steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Runtime;

use crate::error::{Error, Result};

/// Whether somebody asked to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on, on a thread of `runtime`.
    pub(crate) fn listen(runtime: &Runtime) -> Self {
        let interrupt = Self::default();
        let raised = interrupt.clone();
        runtime.spawn(async move {
            while asked().await.is_ok() {
                raised.0.store(true, Ordering::SeqCst);
            }
        });
        interrupt
    }

    /// Ends a command that was asked to stop.
    ///
    /// # Errors
    ///
    /// When somebody asked to stop.
    pub(crate) fn check(&self) -> Result<()> {
        if self.0.load(Ordering::SeqCst) { Err(Error::Interrupted) } else { Ok(()) }
    }
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
