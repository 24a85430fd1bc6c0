//! Ephemeral resources, sorted by name.

pub mod access_token;

use tf_provider::framework::{EphemeralEntry, ephemeral_resource};

use crate::provider::Api;

/// All ephemeral resources.
pub fn all() -> Vec<Box<dyn EphemeralEntry<Api>>> {
    vec![ephemeral_resource::<access_token::AccessTokenResource>()]
}
