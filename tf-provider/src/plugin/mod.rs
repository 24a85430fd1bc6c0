//! A provider as a process: what Terraform expects of the program that it starts.

pub mod proto;
