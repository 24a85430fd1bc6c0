//! Panics: those of a handler become an error for the user, those that end the process are printed for the host.
//!
//! Terraform watches a provider's stderr for a line that starts with `panic: ` and then reports a crash with the text
//! that follows. So that line is printed only when the process is about to die, which is decided like this:
//!
//! - inside [`catch_panic`], or in any task of the runtime (which ends with its panic and leaves the process running),
//!   the panic goes to the log at level error;
//! - anywhere else, on the main thread above all, it is printed.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::pin::pin;
use std::task::Poll;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static LAST_LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Panic {
    /// The message, as given to `panic!`.
    pub message: String,
    /// Where it happened, as `file:line:column`, if the hook of [`install_panic_hook`] is in place.
    pub location: Option<String>,
}

/// Runs a future and turns a panic in it into a value. The backtrace goes to the log, nothing to stderr.
///
/// # Errors
///
/// The panic. The state that the future shared with others may be half changed; that is for the caller to judge.
pub async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        let outer = CATCHING.replace(true);
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        CATCHING.set(outer);
        match result {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(payload) => Poll::Ready(Err(Panic {
                message: message(payload.as_ref()).to_owned(),
                location: LAST_LOCATION.take(),
            })),
        }
    })
    .await
}

/// Replaces Rust's way of reporting panics, for the whole process, by the one that this module describes.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let deadly = cfg!(panic = "abort") || !(CATCHING.get() || tokio::task::try_id().is_some());
        if deadly {
            let _ = std::io::stderr().lock().write_all(crash_report(info).as_bytes());
        } else {
            LAST_LOCATION.set(info.location().map(ToString::to_string));
            tracing::error!(
                panic = message(info.payload()),
                location = info.location().map(tracing::field::display),
                backtrace = %Backtrace::force_capture(),
                "a panic was caught",
            );
        }
    }));
}

fn crash_report(info: &PanicHookInfo<'_>) -> String {
    let location = info.location().map(|location| format!("\nat {location}")).unwrap_or_default();
    format!("panic: {}{location}\n\n{}\n", message(info.payload()), Backtrace::force_capture())
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_value_with_its_message() {
        let number = 7;
        let caught = catch_panic(async move { panic!("bad number {number}") }).await;
        assert_eq!(caught.map_err(|panic| panic.message), Err::<(), _>("bad number 7".to_owned()));
    }

    #[tokio::test]
    async fn a_future_without_panic_keeps_its_output_across_waits() {
        let output = catch_panic(async {
            tokio::task::yield_now().await;
            42
        });
        assert_eq!(output.await, Ok(42));
    }

    #[tokio::test]
    async fn a_panic_after_a_wait_is_caught_too() {
        let caught = catch_panic(async {
            tokio::task::yield_now().await;
            panic!("late");
        });
        assert_eq!(caught.await.map_err(|panic| panic.message), Err::<(), _>("late".to_owned()));
        assert!(!CATCHING.get(), "the thread is as it was");
    }
}
