//! Faults on demand: rules that say which requests fail, when and how, and counts of what they did.
//!
//! Deciding happens under the lock of the world and takes no time; waiting and everything on the wire happens outside
//! of it, in `server`.

mod answers;
mod batch_edits;
mod hostile;
mod kind;
mod matching;
mod meeting;
mod profiles;
mod request_key;
mod rule;
mod set;
mod surface;
mod when;

pub(crate) use answers::{Refused, answer, throttled};
pub(crate) use batch_edits::{cut, gap};
pub(crate) use hostile::harm;
pub(crate) use kind::{Body, Fault, Limit, RetryAfter};
pub(crate) use matching::{Facts, changes, first_segment, is_token_path};
pub(crate) use profiles::load;
pub(crate) use set::{Faults, Hit};
pub(crate) use surface::admin;
