//! Requests and answers without a transport, so that the parts of a batch look like any request.

/// A request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// Upper case.
    pub(crate) method: String,
    /// The raw path, with its leading slash.
    pub(crate) path: String,
    /// The raw query string.
    pub(crate) query: String,
    /// Lower-case names.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A header by lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// An answer with OData JSON.
    pub(crate) fn odata(status: u16, body: String) -> Self {
        Self { status, headers: Vec::new(), body }
            .with("Content-Type", "application/json; odata.metadata=minimal")
    }

    /// An answer with plain JSON.
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        let plain = Self { status, headers: Vec::new(), body: body.to_string() };
        plain.with("Content-Type", "application/json; charset=utf-8")
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// The standard reason phrase of the statuses the emulator uses.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        412 => "Precondition Failed",
        429 => "Too Many Requests",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    }
}
