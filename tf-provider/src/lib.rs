//! Write Terraform and OpenTofu providers in Rust: the plugin protocol, version 5.
//!
//! ```text
//! Terraform core
//!   │ starts the binary, cookie in the environment           plugin::handshake
//!   │ mutual TLS, local socket                               plugin::tls
//!   ▼ ApplyResourceChange(bytes)                             plugin::server
//!   ▼ Value            bytes read once, against the schema   plugin::wire
//!   ▼ Model            typed; unknowns handled here          framework (engine)
//!   ▼ create / read / update / delete                        your resource
//! ```
//!
//! Two modules: [`framework`] holds Terraform's ideas and knows neither gRPC nor any API; [`plugin`] is the border of the
//! process and the only place that knows both. An author writes models with [`model!`], implements
//! [`framework::Resource`], lists everything in a [`framework::Registry`], and serves it with [`plugin`].

pub mod framework;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod plugin;
