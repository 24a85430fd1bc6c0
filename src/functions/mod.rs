//! Functions, sorted by name.

pub mod access;
pub mod merge_tables;
pub mod role_from_solution_xml;

use tf_provider::framework::{Function, FunctionError};

/// All functions.
pub fn all() -> Vec<Function> {
    vec![access::access(), merge_tables::merge_tables(), role_from_solution_xml::role_from_solution_xml()]
}

/// The refusal of the argument at `position`. Terraform adds the final period itself.
fn refuse(position: usize, text: &str) -> FunctionError {
    FunctionError { text: text.trim_end_matches('.').to_owned(), argument: Some(position) }
}
