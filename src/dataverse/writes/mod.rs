//! What is to be written: each caller its own [`Work`], and works that are asked for at the same moment in one `$batch`.
//!
//! Terraform applies resources one by one, ten at a time, so that a thousand users are a hundred waves of ten. Works that
//! [gather](queue) while others come, or while a batch is on its way, go out [together](deliver): each as a change set of its
//! own, each with an answer of its own, none with the failure of another.

mod deliver;
mod queue;

use serde::de::DeserializeOwned;

pub(super) use self::queue::Writes;
use super::client::Client;
use super::error::{Context, Error, ErrorKind, Retry};
use super::http::{Request, Response, backoff};
use super::odata::Query;

/// Further attempts when a work, not its batch, met something that passes.
const RETRIES: u32 = 4;

/// Operations that are carried out all or none, in their order.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// The operations; never empty.
    pub(super) operations: Vec<Request>,
    /// A read to be made right after them, on the same way.
    pub(super) read_back: Option<Request>,
}

impl From<Request> for Work {
    fn from(operation: Request) -> Work {
        Work { operations: vec![operation], read_back: None }
    }
}

impl From<Vec<Request>> for Work {
    fn from(operations: Vec<Request>) -> Work {
        Work { operations, read_back: None }
    }
}

impl Work {
    /// The work with a read after it.
    pub(super) fn reading(self, read: Request) -> Work {
        Work { read_back: Some(read), ..self }
    }

    fn is_replayable(&self) -> bool {
        self.operations.iter().all(|operation| operation.replayable)
    }

    fn is_set(&self) -> bool {
        self.operations.len() > 1
    }

    /// What stands for a path when it is not known which operation failed.
    fn path(&self) -> String {
        match self.operations.as_slice() {
            [only] => only.redacted_path().to_owned(),
            operations => {
                let first = operations.first();
                let first = first.map(|first| format!("{} {}", first.method, first.redacted_path()));
                format!("$batch, a change set that begins with {}", first.unwrap_or_default())
            }
        }
    }

    /// The first operation, for messages.
    fn context(&self) -> Context {
        let method = self.operations.first().map(|first| first.method.to_string()).unwrap_or_default();
        Context { method, path: self.path(), ..Context::default() }
    }

    /// Notes that an earlier attempt may have been carried out.
    fn after_unclear(&mut self) {
        self.operations.iter_mut().for_each(|operation| operation.unclear = true);
    }
}

/// What became of a work.
#[derive(Debug)]
struct Done {
    /// The answer to the last operation.
    written: Result<Response, Error>,
    /// The answer to its read, if that succeeded.
    read: Option<Response>,
    /// Whether it may be asked for again, beyond what was done on the way.
    retry: Retry,
}

impl Done {
    fn failed(error: Error) -> Done {
        Done { written: Err(error), read: None, retry: Retry::No }
    }
}

impl Client {
    /// Carries out all of `operations` or none, in their order. One operation is sent as it is, without a change set.
    ///
    /// The set may be repeated after an unclear outcome when each operation is
    /// [`replayable`](Request::replayable).
    ///
    /// # Errors
    /// That of the first failing operation, for the whole set: nothing was done. Unless the error
    /// [is unclear](Error::is_unclear).
    pub async fn change_set(&self, operations: Vec<Request>) -> Result<(), Error> {
        if operations.is_empty() {
            return Ok(());
        }
        self.work(operations.into()).await.written.map(drop)
    }

    /// As [`Client::change_set`], and then the row that `query` names, read on the same way. No row means that it could not
    /// be read.
    ///
    /// # Errors
    /// As [`Client::change_set`].
    pub(super) async fn change_set_reading<T: DeserializeOwned>(
        &self,
        operations: Vec<Request>,
        query: &Query,
    ) -> (Result<(), Error>, Option<T>) {
        let read = query.request(query.path());
        let done = self.work(Work::from(operations).reading(read)).await;
        (done.written.map(drop), done.read.and_then(|answer| answer.json().ok()))
    }

    /// Sends a write; it joins others that are asked for at the same moment.
    pub(super) async fn write(&self, request: Request) -> Result<Response, Error> {
        self.work(request.into()).await.written
    }

    async fn work(&self, mut work: Work) -> Done {
        let mut attempt = 1;
        loop {
            let done = self.inner().writes.submit(self, work.clone()).await;
            let recent = &self.inner().recent;
            let Err(error) = &done.written else {
                work.operations.iter().for_each(|operation| recent.written(operation));
                return done;
            };
            let unclear = error.is_unclear();
            // A failed set was rolled back as a whole, so that repeating it is safe whatever it holds.
            let safe = work.is_replayable() || (work.is_set() && !unclear) || done.retry.is_harmless();
            let lags = recent.explains(error.kind(), &work.operations).is_some()
                || work.operations.iter().any(|operation| operation.takes_any_version(error.kind()));
            let passes = lags || (safe && !matches!(done.retry, Retry::No | Retry::Token));
            if !passes || attempt > RETRIES || self.is_too_long(backoff(attempt)) {
                return done;
            }
            if unclear {
                work.after_unclear();
            }
            if let Err(interrupted) = self.pause(backoff(attempt), error).await {
                return Done { written: Err(interrupted), ..done };
            }
            attempt += 1;
        }
    }
}

/// Whether a failure of a batch says nothing about the single works in it, so that sending them one by one would meet it
/// again.
fn concerns_all(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unauthenticated(_)
            | ErrorKind::Throttled { .. }
            | ErrorKind::Unavailable { .. }
            | ErrorKind::Connection { .. }
            | ErrorKind::Interrupted { .. }
            | ErrorKind::NotMember
            | ErrorKind::NoRoles
            | ErrorKind::CallerDisabled { .. }
    )
}
