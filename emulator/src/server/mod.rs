//! The HTTPS listener.

mod body;
mod gate;
mod link;
mod listener;
mod play;
mod service;
mod tls;

pub(crate) use link::Link;
pub(crate) use listener::TlsListener;
pub(crate) use service::{Shared, app};
pub(crate) use tls::Certificates;
pub use tls::TlsError;
