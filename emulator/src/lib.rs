//! A Dataverse Web API on your machine: tables, roles, privileges, batches and the token endpoint of Entra,
//! served over HTTPS from memory.
//!
//! It is written from the public documentation of the API and refuses what it does not know.
//!
//! ```no_run
//! # async fn example() -> Result<(), dataverse_emulator::StartError> {
//! use dataverse_emulator::{Emulator, Options};
//!
//! let emulator = Emulator::start(Options::default()).await?;
//! let url = emulator.url();
//! # let _ = url;
//! emulator.stop().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod actions;
mod admin;
mod batch;
mod call;
mod catalogue;
mod clock;
mod collection;
mod column_security;
mod coverage;
mod directory;
mod emulator;
mod entra;
mod errors;
mod faults;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod issuers;
mod links;
mod managed_identity;
mod metadata;
mod odata;
mod ownership;
mod payload;
mod pipeline;
mod power_platform;
mod read;
mod render;
mod router;
mod rows;
mod rules;
mod schema;
mod seed;
pub mod seed_ids;
mod server;
mod setup;
mod store;
mod watch;
mod wire;
mod world;
mod write;

pub use coverage::coverage;
pub use emulator::{Emulator, Options, StartError};
pub use server::TlsError;
