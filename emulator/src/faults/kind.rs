//! What can happen to a request.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::catalogue;

/// A fault with its particulars. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// 429, not carried out.
    Throttle {
        #[serde(default)]
        limit: Limit,
        #[serde(default)]
        retry_after: RetryAfter,
        #[serde(default)]
        body: Body,
    },
    /// Any answer; with `carried_out` in place of the true one.
    Error {
        status: u16,
        code: Option<String>,
        message: Option<String>,
        #[serde(default)]
        body: Body,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        carried_out: bool,
    },
    /// 401, and the token of the request is not valid any more.
    ExpiredToken {
        #[serde(default = "Body::nothing")]
        body: Body,
    },
    /// What Entra says to a client it does not give a token.
    SignIn { error: SignIn },
    /// The connection is reset.
    Reset {
        #[serde(default)]
        carried_out: bool,
    },
    /// Carried out; the answer ends after `keep` bytes of the length it declares.
    Truncate { keep: usize },
    /// Carried out; after `keep` bytes, or nothing at all, there is silence, then the connection is closed.
    Stall { keep: Option<usize>, ms: u64 },
    /// Carried out; the answer takes so long for each byte.
    Trickle { ms: u64 },
    /// Carried out after a wait.
    Delay { ms: u64 },
    /// Open connections are reset and new ones refused.
    Refuse { ms: u64 },
    /// Handshakes take so long.
    SlowTls { ms: u64 },
    /// 403 that names a privilege.
    Denied { privilege: String },
    /// What the request creates cannot be read for so long.
    NotVisible { ms: u64 },
    /// 412, the row was changed.
    Precondition {},
    /// Carried out; the answer ends after so many parts, without its end mark.
    BatchCut { keep_parts: usize },
    /// Carried out; this part (from 1) is missing in the answer.
    BatchGap { part: usize },
    /// Parts before this one (from 1) are carried out; the answer is 400 and holds this part only, failed.
    BatchFirstFailure { part: usize },
    /// The request waits until it is released.
    Hold {
        #[serde(default)]
        carried_out: bool,
    },
    /// A sign-in page.
    Html {
        #[serde(default = "ok")]
        status: u16,
    },
    /// A redirect.
    Redirect {
        #[serde(default = "found")]
        status: u16,
        #[serde(default = "sign_in_page")]
        location: String,
    },
    /// An answer that means harm.
    Hostile { what: Hostile, bytes: Option<usize> },
}

fn ok() -> u16 {
    200
}

fn found() -> u16 {
    302
}

fn sign_in_page() -> String {
    "https://login.microsoftonline.com/common/oauth2/authorize".to_owned()
}

/// Which limit a throttled request has exceeded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Limit {
    #[default]
    Requests,
    ExecutionTime,
    Concurrency,
}

/// The values of `Retry-After`, each a header of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum RetryAfter {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

/// The form of a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    #[default]
    Json,
    Html,
    Empty,
    Text,
}

impl Body {
    fn nothing() -> Self {
        Self::Empty
    }
}

/// Why Entra gives no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignIn {
    WrongSecret,
    ExpiredSecret,
    ApplicationGone,
    TenantUnknown,
    Unavailable,
}

/// Which harm an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Hostile {
    EndlessPages,
    ForeignNextLink,
    DeepJson,
    WrongTypes,
    DuplicateKeys,
    Huge,
    NotJson,
}

impl Fault {
    /// Its `kind`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Throttle { .. } => "throttle",
            Self::Error { .. } => "error",
            Self::ExpiredToken { .. } => "expired_token",
            Self::SignIn { .. } => "sign_in",
            Self::Reset { .. } => "reset",
            Self::Truncate { .. } => "truncate",
            Self::Stall { .. } => "stall",
            Self::Trickle { .. } => "trickle",
            Self::Delay { .. } => "delay",
            Self::Refuse { .. } => "refuse",
            Self::SlowTls { .. } => "slow_tls",
            Self::Denied { .. } => "denied",
            Self::NotVisible { .. } => "not_visible",
            Self::Precondition {} => "precondition",
            Self::BatchCut { .. } => "batch_cut",
            Self::BatchGap { .. } => "batch_gap",
            Self::BatchFirstFailure { .. } => "batch_first_failure",
            Self::Hold { .. } => "hold",
            Self::Html { .. } => "html",
            Self::Redirect { .. } => "redirect",
            Self::Hostile { .. } => "hostile",
        }
    }

    /// Whether it happens to a `$batch` as a whole and to nothing else.
    pub(super) fn is_for_batches(&self) -> bool {
        matches!(self, Self::BatchCut { .. } | Self::BatchGap { .. } | Self::BatchFirstFailure { .. })
    }

    /// Whether it happens before there is a request.
    pub(super) fn is_of_handshakes(&self) -> bool {
        matches!(self, Self::SlowTls { .. })
    }

    /// Whether it can happen to one part of a batch: an answer that leaves the other parts alone.
    pub(super) fn suits_parts(&self) -> bool {
        match self {
            Self::Throttle { .. } | Self::Denied { .. } | Self::NotVisible { .. } | Self::Precondition {} => {
                true
            }
            Self::Error { carried_out, .. } => !carried_out,
            _ => false,
        }
    }

    /// Refuses particulars that contradict each other.
    pub(super) fn check(&self) -> Result<(), String> {
        let status = match self {
            Self::Error { status, .. } | Self::Html { status } | Self::Redirect { status, .. } => *status,
            Self::Throttle { body, .. } if !matches!(body, Body::Json | Body::Html) => {
                return Err("the body of a throttle is json or html".to_owned());
            }
            Self::ExpiredToken { body } if !matches!(body, Body::Empty | Body::Json) => {
                return Err("the body of an expired_token is empty or json".to_owned());
            }
            Self::Denied { privilege } if catalogue().position_of(privilege).is_none() => {
                return Err(format!("there is no privilege {privilege}"));
            }
            Self::BatchGap { part: 0 } | Self::BatchFirstFailure { part: 0 } => {
                return Err("parts count from 1".to_owned());
            }
            Self::Hostile { what: Hostile::Huge, bytes: None } => {
                return Err("an answer that is huge needs bytes".to_owned());
            }
            Self::Hostile { what, bytes: Some(_) } if *what != Hostile::Huge => {
                return Err("bytes are for an answer that is huge".to_owned());
            }
            _ => return Ok(()),
        };
        // A status below 200 is no answer yet: HTTP has the true one follow.
        if (200..600).contains(&status) { Ok(()) } else { Err(format!("{status} is no status of an answer")) }
    }
}
