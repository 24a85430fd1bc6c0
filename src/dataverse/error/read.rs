//! From an answer to a meaning: the only reader of status and code.

use serde::Deserialize;

use super::codes;
use super::kind::{ConnectionFault, ErrorKind};
use super::words::words;

/// Whether and how a failed attempt may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Never.
    No,
    /// Refused unread for lack of quota; every request of the process should wait.
    Throttled,
    /// As `Throttled`, because too many requests were in flight at once.
    TooManyAtOnce,
    /// Refused because another job holds a lock; nothing was done.
    Busy,
    /// A failure that passes, after which the outcome of a write is not certain.
    Transient,
    /// A failure that may pass, but often does not; few attempts.
    Unexpected,
    /// The token is no longer valid.
    Token,
    /// No connection was made; nothing was sent.
    Connect,
}

impl Retry {
    /// Why there is another attempt, for the log.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Retry::No => "a change of this run may not show everywhere yet",
            Retry::Throttled => "the service limits requests",
            Retry::TooManyAtOnce => "too many requests are under way",
            Retry::Busy => "another job holds a lock",
            Retry::Transient | Retry::Unexpected => "the service failed",
            Retry::Token => "the token is refused",
            Retry::Connect => "there is no connection",
        }
    }

    /// Whether the failed attempt was certainly not carried out.
    pub(crate) fn is_harmless(self) -> bool {
        matches!(
            self,
            Retry::No | Retry::Throttled | Retry::TooManyAtOnce | Retry::Busy | Retry::Token | Retry::Connect
        )
    }
}

/// A failed attempt: its meaning and what may be done about it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    pub(crate) retry: Retry,
}

#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// Code and message of an error body; `None` when it is not the service's envelope.
fn parse_refusal(body: &[u8]) -> Option<(Option<u32>, String)> {
    let Envelope { error } = serde_json::from_slice(body).ok()?;
    Some((codes::parse(&error.code), words(&error.message)))
}

/// The meaning of an answer that is not a success.
pub(crate) fn of_response(status: u16, body: &[u8]) -> Refusal {
    let Some((code, message)) = parse_refusal(body) else {
        return Refusal { kind: of_stranger(status, excerpt(body)), retry: by_status(status) };
    };
    if let Some(retry) = code.and_then(codes::retry) {
        return Refusal { kind: passing(status, code, message), retry };
    }
    let message = match code.map(|code| codes::meaning(code, message.clone())) {
        Some(Ok(kind)) => return Refusal { kind, retry: Retry::No },
        _ => message,
    };
    let kind = match status {
        403 => ErrorKind::Denied { privilege: codes::privilege_in(&message), message },
        // An address that does not exist at all has a code of its own (0x80060888) and is not an absent row.
        404 if code.is_none() => ErrorKind::NotFound { message },
        412 => ErrorKind::Precondition { message },
        401 | 408 | 429 | 502..=504 => of_stranger(status, message),
        _ => ErrorKind::Rejected { status, code, message },
    };
    Refusal { kind, retry: by_status(status) }
}

fn by_status(status: u16) -> Retry {
    match status {
        401 => Retry::Token,
        429 => Retry::Throttled,
        408 | 502 | 503 | 504 => Retry::Transient,
        500 => Retry::Unexpected,
        _ => Retry::No,
    }
}

/// The meaning of an answer that is not in the service's own form: a gateway's, a proxy's. Its 404 says nothing about
/// a row, which would be taken for deleted otherwise, and its 403 nothing about privileges.
fn of_stranger(status: u16, message: String) -> ErrorKind {
    match status {
        401 => token_refused(message),
        429 => ErrorKind::Throttled { retry_after: None, message },
        408 | 502 | 503 | 504 => ErrorKind::Unavailable { status, message },
        _ => ErrorKind::Rejected { status, code: None, message },
    }
}

fn passing(status: u16, code: Option<u32>, message: String) -> ErrorKind {
    match code.and_then(codes::retry) {
        Some(Retry::Throttled | Retry::TooManyAtOnce) => ErrorKind::Throttled { retry_after: None, message },
        Some(Retry::Token) => token_refused(message),
        Some(Retry::Unexpected) => ErrorKind::Rejected { status, code, message },
        _ => ErrorKind::Unavailable { status, message },
    }
}

fn token_refused(message: String) -> ErrorKind {
    let message = if message.is_empty() { "status 401".to_owned() } else { message };
    ErrorKind::Unauthenticated(crate::dataverse::auth::AuthError::TokenRefused(message))
}

/// The meaning of a request that got no complete answer.
pub(crate) fn failed_to_send(error: &reqwest::Error) -> Refusal {
    let (fault, retry) = if is_certificate(error) {
        (ConnectionFault::Certificate, Retry::No)
    } else if error.is_connect() {
        (ConnectionFault::Connect, Retry::Connect)
    } else if error.is_timeout() {
        (ConnectionFault::Timeout, Retry::Transient)
    } else {
        (ConnectionFault::Broken, Retry::Transient)
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    Refusal { kind: ErrorKind::Connection { fault, message: cause.to_string() }, retry }
}

/// Whether an untrusted certificate is among the causes of an error.
pub(crate) fn is_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return matches!(error, rustls::Error::InvalidCertificate(_));
    }
    // An I/O error leaves the error that it wraps out of the chain of sources.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    wrapped.is_some_and(|error| is_certificate(error)) || error.source().is_some_and(is_certificate)
}

/// One line of at most 200 characters from a body that is not the service's: tags and line breaks removed.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let mut plain = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                plain.push(' ');
            }
            _ if in_tag => {}
            c => plain.push(c),
        }
    }
    let parts: Vec<&str> = plain.split_whitespace().collect();
    let line = words(&parts.join(" "));
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None if line.is_empty() => "the answer has no text".to_owned(),
        None => line,
    }
}
