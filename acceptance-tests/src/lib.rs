//! A harness for tests of the built provider, as users meet it: a real `terraform` or `tofu` runs the binary against an
//! emulator, or against a live environment when `DATAVERSE_URL` is set.
//!
//! | module | what it is |
//! |---|---|
//! | [`binary`] | the provider, built once and alone in a directory |
//! | [`cli`] | the `terraform` or `tofu` in use, and one run of it |
//! | [`workspace`] | a folder with configuration, and the commands of the CLI in it |
//! | [`modules`] | the modules of `examples`: their own tests, and what their roles hold |
//! | [`plan`] | what a plan wants to change, read from its JSON form |
//! | [`diagnostics`] | the errors and warnings of a command |
//! | [`target`] | the environment under test, with ids and names to use there |
//! | [`api`] | a small Web API client, to look at the service and to change it behind Terraform's back |
//! | [`entra`] | what an administrator sets up in Entra, and what a platform gives to its jobs |
//! | [`secrets`] | a search for secrets in what a run leaves |
//! | [`service`] | what an administrator does there behind Terraform's back |
//! | [`state_server`] | states in memory, for large runs |
//! | [`flood`] | a service that answers with more than anybody can take |
//! | [`lifecycle`] | the suite that every resource passes |
//! | [`records`] | rows of business tables, and what they are shared for |
//! | [`refusal`] | a configuration that must be refused while planning |
//! | [`reliability`] | faults of the service and killed processes: the matrix, and the kill test |
//! | [`protocol`] | a plugin host without Terraform: handshake, mutual TLS, raw calls |
//!
//! | environment variable | meaning |
//! |---|---|
//! | `TF_CLI_PATH` | the CLI to run, instead of `terraform` or `tofu` on the `PATH` |
//! | `ACCEPTANCE_PARALLELISM` | `-parallelism` of every plan, apply and destroy, such as `1` or `50` |
//! | `ACCEPTANCE_PROVIDER_BINARY` | a built provider to test, instead of building it |
//! | `ACCEPTANCE_MODULE_VARIABLES` | with a live environment: a folder with `<module>.tfvars` for the tests of the modules |
//! | `DATAVERSE_URL` | a live environment to test against; then `ARM_TENANT_ID`, `ARM_CLIENT_ID` and `ARM_CLIENT_SECRET` are needed |
//! | `ACCEPTANCE_APPLICATION_IDS`, `ACCEPTANCE_ENTRA_OBJECT_IDS`, `ACCEPTANCE_USER_PRINCIPAL_NAMES`, `ACCEPTANCE_ENTRA_GROUP_IDS` | applications, people and security groups of the live tenant that tests may add, separated by commas |
//!
//! Live tests share one environment: run them with `--test-threads=1`.
//!
//! Every function panics with the whole story (command, output, expectation) when a step fails: a failed step is a failed
//! test. A missing prerequisite fails the test too; nothing is skipped.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a harness for tests: a failed step is a failed test"
)]

pub mod api;
pub mod binary;
pub mod cli;
pub mod diagnostics;
pub mod entra;
pub mod flood;
pub mod lifecycle;
pub mod modules;
pub mod plan;
pub mod protocol;
pub mod records;
pub mod refusal;
#[cfg(unix)]
pub mod reliability;
pub mod secrets;
pub mod service;
pub mod state_server;
pub mod target;
pub mod workspace;

pub use api::Api;

pub use diagnostics::Diagnostic;
pub use plan::Plan;
pub use state_server::StateServer;
pub use target::Target;
pub use workspace::Workspace;
