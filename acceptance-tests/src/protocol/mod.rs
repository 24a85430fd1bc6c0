//! A plugin host without Terraform: starts the binary, shakes hands, and makes raw calls.

mod configured;
mod host;
mod tls;
mod values;

pub use configured::{Configured, identity};
pub use host::{COOKIE, Handshake, Host, HostOptions, magic_cookie};
pub use tf_provider::plugin::proto::{goplugin, tfplugin5};
pub use tls::Identity;
pub use values::{Unknown, decode, encode, is_unknown, object};
