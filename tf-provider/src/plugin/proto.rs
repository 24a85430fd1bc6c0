//! Code generated from the definitions in the `proto` directory: messages, server traits and clients.
//!
//! See those files for the meaning of each message and field.

/// Terraform plugin protocol 5: the package `tfplugin5`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod tfplugin5 {
    tonic::include_proto!("tfplugin5");
}

/// What every plugin serves besides its own service: the package `plugin` of go-plugin.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod goplugin {
    tonic::include_proto!("plugin");
}
