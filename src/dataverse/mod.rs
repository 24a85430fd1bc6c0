//! Dataverse as seen through its Web API: sign-in, requests, tables. Knows nothing of Terraform.
//!
//! ```text
//! tables::role, tables::system_user, ...   rows and operations, one file per table
//!   shared    one query for what many ask at the same time
//!   writes    what is asked for at the same moment in one request
//!   batch     several operations in one request
//!   odata     keys, literals, queries       pages, paging   rows as somebody takes them
//!   http      the one send(): headers, waiting, repeating, redaction
//!   auth      the token          error   the meaning of an answer
//! ```
//!
//! All operations are futures that may be dropped at any time: no permit, lock or half-filled cache stays behind.

pub mod admin_api;
pub mod auth;
pub mod batch;
mod bounds;
mod client;
pub mod cloud;
pub mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod http;
pub mod id;
pub mod odata;
pub mod pages;
mod paging;
pub mod settings;
pub mod shared;
pub mod tables;
#[cfg(test)]
mod tests;
mod tls;
mod writes;

pub use admin_api::AddUserError;
pub use auth::{
    AccessToken, AuthError, CertificateError, ClientCertificate, Credential, FederatedToken, Secret,
};
pub use client::Client;
pub use cloud::Cloud;
pub use error::{Error, ErrorKind};
pub use id::{Id, IdError};
pub use settings::{AdminApi, Settings, SettingsError, UrlError, parse_environment_url};
