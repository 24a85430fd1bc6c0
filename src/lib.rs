//! A Terraform and OpenTofu provider for the security of Microsoft Dataverse.
//!
//! ```text
//! main ──► tf_provider::plugin         the process that Terraform talks to
//!   └────► provider                    the provider block: credentials to client
//!            ├──► resources            one file per resource
//!            ├──► data_sources         one file per data source
//!            ├──► ephemeral            one file per ephemeral resource
//!            ├──► lists                one file per list resource
//!            ├──► functions            one file per function
//!            └──► dataverse            the Web API; no word of Terraform
//! ```

pub mod claims;
pub mod data_sources;
pub mod dataverse;
pub mod effective;
pub mod ephemeral;
pub mod faults;
pub mod functions;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod lists;
pub mod planned;
pub mod privileges;
pub mod provider;
pub mod records;
pub mod references;
pub mod resources;
pub mod terms;
