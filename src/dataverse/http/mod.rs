//! Requests and answers.

mod governor;
mod recent;
mod request;
mod response;
mod retry_after;
mod send;

pub(super) use governor::Governor;
pub(super) use recent::Recent;
pub use request::{Body, Request};
pub use response::Response;
pub(super) use send::backoff;
