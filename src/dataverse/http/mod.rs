//! Requests and answers.

mod governor;
mod request;
mod response;
mod retry_after;
mod send;

pub(super) use governor::Governor;
pub use request::{Body, Request};
pub use response::Response;
pub(super) use send::backoff;
