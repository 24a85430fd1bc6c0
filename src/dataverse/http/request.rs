//! One request, with the facts that decide how it may be repeated.

use std::fmt::{self, Display, Formatter};

use reqwest::Method;
use serde_json::Value;

use crate::dataverse::error::ErrorKind;
use crate::dataverse::id::Id;

/// A request below the service root.
#[derive(Debug, Clone)]
pub struct Request {
    pub(in crate::dataverse) method: Method,
    pub(in crate::dataverse) path: String,
    pub(in crate::dataverse) body: Body,
    pub(in crate::dataverse) headers: Vec<(&'static str, String)>,
    pub(in crate::dataverse) replayable: bool,
    /// An earlier attempt may have been carried out.
    pub(in crate::dataverse) unclear: bool,
}

/// What a request carries.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    None,
    /// One JSON value.
    Json(Value),
    /// The parts of a `$batch`.
    Multipart {
        /// Text between the parts.
        boundary: String,
        /// The parts with their delimiters.
        text: String,
    },
}

impl Request {
    fn new(method: Method, path: impl Into<String>, body: Body) -> Request {
        Request { method, path: path.into(), body, headers: Vec::new(), replayable: false, unclear: false }
    }

    /// A read. `path` is below the service root and already percent-encoded (see [`odata`](crate::dataverse::odata)).
    ///
    /// Sent with `If-None-Match: null`, which keeps caches on the way from answering for expanded collections.
    pub fn get(path: impl Into<String>) -> Request {
        Request { replayable: true, ..Request::new(Method::GET, path, Body::None) }
            .header("if-none-match", "null")
    }

    /// A write that is not repeated after an unclear outcome, unless it is marked [`replayable`](Request::replayable).
    pub fn post(path: impl Into<String>, body: Value) -> Request {
        Request::new(Method::POST, path, Body::Json(body))
    }

    /// A change of a row that must exist: `If-Match: *` keeps it from creating one. Repeating it does no harm.
    pub fn patch(path: impl Into<String>, body: Value) -> Request {
        Request { replayable: true, ..Request::new(Method::PATCH, path, Body::Json(body)) }
            .header("if-match", "*")
    }

    /// A deletion; not repeated after an unclear outcome, because a second one means something else for users.
    pub fn delete(path: impl Into<String>) -> Request {
        Request::new(Method::DELETE, path, Body::None)
    }

    pub(in crate::dataverse) fn batch(boundary: String, text: String) -> Request {
        Request::new(Method::POST, "$batch", Body::Multipart { boundary, text })
    }

    /// States that carrying the request out twice leaves the same as once, or is recognised by the caller.
    #[must_use]
    pub fn replayable(mut self) -> Request {
        self.replayable = true;
        self
    }

    /// Asks the service to pass over its caches, which are up to 30 s old; for reads after own writes.
    #[must_use]
    pub fn strong(self) -> Request {
        self.header("consistency", "Strong")
    }

    /// Makes the request on behalf of the user with this Entra object id.
    #[must_use]
    pub fn acting_as(self, entra_object_id: Option<Id>) -> Request {
        match entra_object_id {
            Some(id) => self.header("callerobjectid", id.to_string()),
            None => self,
        }
    }

    /// Adds a preference.
    #[must_use]
    pub fn prefer(self, preference: &str) -> Request {
        self.header("prefer", preference)
    }

    /// Adds a header. The name must be lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.headers.push((name, value.into()));
        self
    }

    /// Whether it can be a part of a batch with others: a write that is not made on somebody's behalf.
    pub(in crate::dataverse) fn joins_others(&self) -> bool {
        let alone = self.headers.iter().any(|(name, _)| *name == "callerobjectid");
        self.method != Method::GET && matches!(self.body, Body::None | Body::Json(_)) && !alone
    }

    /// Whether a refusal for another version of the row comes from a race within the service: the request takes any version.
    pub(in crate::dataverse) fn takes_any_version(&self, kind: &ErrorKind) -> bool {
        matches!(kind, ErrorKind::Precondition { .. })
            && self.headers.iter().any(|(name, value)| *name == "if-match" && value == "*")
    }

    /// The request as the log tells it: method and path, and of a batch what it asks for.
    pub(super) fn told(&self) -> impl Display {
        Line(self)
    }

    /// The path without its query: what logs and errors show.
    pub fn redacted_path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// Written when it is logged, as looking through a large batch takes its time.
struct Line<'a>(&'a Request);

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.method, self.0.redacted_path())?;
        match &self.0.body {
            Body::Multipart { text, .. } => write!(f, " of {}", super::story::of_batch(text)),
            _ => Ok(()),
        }
    }
}
