//! What the tests share: a host's side of the connection and a provider to connect to.

#![allow(dead_code, reason = "each test program uses a part")]
#![allow(clippy::expect_used, reason = "a test ends with what it did not expect")]

pub(crate) mod handshake;
pub(crate) mod identity;
pub(crate) mod provider;
#[cfg(unix)]
pub(crate) mod tls;

use tf_provider::plugin::ServeOptions;

pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

pub(crate) fn options() -> ServeOptions {
    ServeOptions {
        provider_name: "widget".to_owned(),
        provider_address: "registry.terraform.io/acme/widget".to_owned(),
        debug: false,
    }
}
