//! Requests and answers.

mod body;
mod governor;
mod link;
mod recent;
mod request;
mod response;
mod retry_after;
mod send;
mod story;

pub(super) use body::{BodyError, LARGEST_OTHER, read as read_body};
pub(super) use governor::Governor;
pub(super) use recent::Recent;
pub use request::{Body, Request};
pub use response::Response;
pub(super) use retry_after::wait_in;
pub(super) use send::{backoff, short};
pub(super) use story::{Told, service_request_id};
