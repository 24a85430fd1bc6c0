//! Operations under guard: in a task of their own, so that neither a panic nor a dropped call can cut them off, with a
//! time limit, and with an end when the user interrupts the run.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;

pub(super) use super::super::reading::interrupted;
use super::super::resource::{Context, Fault, Stop, Warnings};
use super::super::{Diagnostic, Timeouts};

/// How long a change that is on its way may go on after the user interrupted: its request should be answered.
const GRACE: Duration = Duration::from_secs(15);

/// Whom an operation is for.
#[derive(Default)]
pub(super) struct Subject {
    /// The resource instance.
    pub(super) claimant: String,
    /// Where its warnings go.
    pub(super) warnings: Warnings,
    /// It looks at what a change left.
    pub(super) after_change: bool,
}

/// Why an operation ended without success.
pub(super) struct Ended {
    pub(super) fault: Fault,
    /// It was cut off with a request perhaps on its way, which the service may still carry out.
    pub(super) midway: bool,
}

impl Ended {
    fn midway(fault: Fault) -> Ended {
        Ended { fault, midway: true }
    }
}

/// Runs a read: it ends at once when the user interrupts.
pub(super) async fn read<T: Send + 'static>(
    operation: &'static str,
    limit: Duration,
    stop: Stop,
    work: impl FnOnce(Context) -> BoxFuture<'static, Result<T, Fault>>,
) -> Result<T, Fault> {
    run(operation, limit, stop, Duration::ZERO, Subject::default(), work).await.map_err(|ended| ended.fault)
}

/// Reads what a change made: it belongs to the change, so an interrupt lets it end.
pub(super) async fn read_back<T: Send + 'static>(
    limit: Duration,
    stop: Stop,
    work: impl FnOnce(Context) -> BoxFuture<'static, Result<T, Fault>>,
) -> Result<T, Fault> {
    let subject = Subject { after_change: true, ..Subject::default() };
    run("read", limit, stop, GRACE, subject, work).await.map_err(|ended| ended.fault)
}

/// Runs a change: when the user interrupts, it may still end what is on its way.
pub(super) async fn change<T: Send + 'static>(
    operation: &'static str,
    limit: Duration,
    stop: Stop,
    subject: Subject,
    work: impl FnOnce(Context) -> BoxFuture<'static, Result<T, Fault>>,
) -> Result<T, Ended> {
    run(operation, limit, stop, GRACE, subject, work).await
}

async fn run<T: Send + 'static>(
    operation: &'static str,
    limit: Duration,
    stop: Stop,
    grace: Duration,
    subject: Subject,
    work: impl FnOnce(Context) -> BoxFuture<'static, Result<T, Fault>>,
) -> Result<T, Ended> {
    let Subject { claimant, warnings, after_change } = subject;
    let deadline = Instant::now() + limit;
    let context = Context { stop: stop.clone(), deadline, claimant, warnings, after_change };
    let mut task = tokio::spawn(work(context));
    let ended = tokio::select! {
        ended = &mut task => ended,
        () = tokio::time::sleep(limit) => {
            task.abort();
            return Err(Ended::midway(Timeouts::exceeded(operation, limit).into()));
        }
        () = stop.requested() => match tokio::time::timeout(grace, &mut task).await {
            Ok(ended) => ended,
            Err(_) => {
                task.abort();
                return Err(Ended::midway(interrupted().into()));
            }
        },
    };
    let fault = match ended {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(fault)) => fault,
        Err(failure) => Diagnostic::error(format!(
            "The provider came upon a case that it was not written for ({failure}). This is a bug; please report it with the \
             log of a run under TF_LOG=DEBUG."
        ))
        .into(),
    };
    Err(Ended { fault, midway: false })
}
