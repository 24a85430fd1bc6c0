//! Functions, sorted by name.

pub mod access;

use tf_provider::framework::Function;

/// All functions.
pub fn all() -> Vec<Function> {
    vec![access::access()]
}
