//! What becomes of a configuration when the service fails, and when a process is killed: the fault matrix and the kill
//! test. `cargo xtask reliability` runs all of both, `cargo test` a slice.
//!
//! | module | what it is |
//! |---|---|
//! | [`subjects`] | the resources, each with a configuration, a change of it, and what must stand before |
//! | [`faults`] | the faults, and which of them may end a command |
//! | [`footprint`] | what service and state hold, without what differs from run to run |
//! | [`matrix`] | fault by resource by operation: the life of a resource under one fault |
//! | [`kill`] | the processes of a run killed at each request, and what a user then does |
//! | [`hints`] | the import that a message asks for |
//! | [`processes`] | the provider below a Terraform, found and killed |
//! | [`crowd`] | a thousand application users in bad weather |
//! | [`pool`] | several runs at a time |

pub mod crowd;
pub mod faults;
pub mod footprint;
pub mod hints;
pub mod kill;
pub mod life;
pub mod matrix;
pub mod pool;
pub mod processes;
pub mod subjects;
