//! The HTTPS listener.

mod listener;
mod service;
mod tls;

pub(crate) use listener::TlsListener;
pub(crate) use service::{Shared, app};
pub(crate) use tls::Certificates;
pub use tls::TlsError;
