//! Errors by meaning. Nothing outside this module reads a status or an error code.

mod codes;
mod kind;
mod read;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use kind::{ConnectionFault, ErrorKind};
pub(super) use read::{Refusal, Retry, excerpt, failed_to_send, is_certificate, of_response};
#[cfg(any(test, feature = "fuzzing"))]
pub(super) use words::MESSAGE_LENGTH;
pub(super) use words::words;

/// Why an operation did not succeed, and where.
///
/// Cloning is cheap: requests that shared one query share its error.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    context: Context,
}

/// The request behind an error, for messages and support calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// HTTP method.
    pub method: String,
    /// Path below the service root, without query values.
    pub path: String,
    /// Request id of the service (`x-ms-service-request-id` or `REQ_ID`), for Microsoft support.
    pub service_request_id: Option<String>,
    /// Attempts made.
    pub attempts: u32,
    /// Time since the first attempt.
    pub elapsed: Duration,
    /// Whether an attempt may have been carried out although no success was seen.
    pub unclear: bool,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, context: Context) -> Error {
        Error(Arc::new(Inner { kind, context }))
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where it went wrong.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// The row does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotFound { .. })
    }

    /// A row with the same key, name or identity exists already.
    pub fn is_duplicate(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Duplicate { .. }
                | ErrorKind::NameTaken { .. }
                | ErrorKind::RoleNameTaken { .. }
                | ErrorKind::UserExists { .. }
        )
    }

    /// The caller may not do this.
    pub fn is_denied(&self) -> bool {
        matches!(self.kind(), ErrorKind::Denied { .. } | ErrorKind::ElevationRefused { .. })
    }

    /// The request may have been carried out although no success was seen.
    pub fn is_unclear(&self) -> bool {
        self.context().unclear
    }

    /// The same, of a request that may have been carried out.
    pub(super) fn made_unclear(&self) -> Error {
        Error::new(self.kind().clone(), Context { unclear: true, ..self.context().clone() })
    }

    /// The user interrupted the run: this concerns who asked, and no other who waits for the same.
    pub(super) fn is_interruption(&self) -> bool {
        matches!(self.kind(), ErrorKind::Interrupted { .. })
    }

    /// The credential was not accepted.
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unauthenticated(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Context { method, path, service_request_id, attempts, elapsed, .. } = self.context();
        write!(f, "{}", self.kind())?;
        if method.is_empty() {
            return Ok(());
        }
        write!(f, " ({method} {path}")?;
        if *attempts > 1 {
            write!(f, ", {attempts} attempts in {:.0} s", elapsed.as_secs_f64())?;
        }
        if let Some(id) = service_request_id {
            write!(f, ", service request {id}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", self.kind()).field("context", self.context()).finish()
    }
}

impl std::error::Error for Error {}
