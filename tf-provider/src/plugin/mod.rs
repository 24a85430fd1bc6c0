//! A provider as a process: what Terraform expects of the program that it starts.

#[doc(hidden)]
pub mod codec;
pub mod logging;
pub mod panics;
pub mod proto;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;

mod connection;
mod control;
mod convert;
mod handshake;
mod lifecycle;
mod listener;
mod p521;
mod reattach;
mod serve;
mod server;
mod tls;
mod wire;

pub use handshake::Host;
pub use serve::{ServeError, ServeOptions, run, serve, serve_host};
pub use server::Server;
pub use tls::TlsError;
