//! What the host tells a plugin through its environment, and the one line that the plugin answers on stdout.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::serve::ServeError;

/// The variable that proves that the process was started by Terraform or OpenTofu (`internal/plugin/serve.go` of both).
const COOKIE_KEY: &str = "TF_PLUGIN_MAGIC_COOKIE";

/// The cookie's value, the same for every host and every provider.
const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Version of the handshake itself.
const CORE_PROTOCOL: u32 = 1;

/// The plugin protocol that this crate serves, `tfplugin5`.
pub(crate) const APP_PROTOCOL: u32 = 5;

/// What the host asked for, read from the environment that it gave the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    started_by_host: bool,
    /// PEM text of the certificate that the host will present; none means that it wants plain text.
    pub(crate) client_certificate: Option<String>,
    /// Where the host wants the socket; none means the system's directory for temporary files.
    pub(crate) socket_dir: Option<PathBuf>,
    /// Ports to choose from when listening on TCP.
    pub(crate) ports: RangeInclusive<u16>,
    /// Whether the line needs its seventh segment.
    pub(crate) wants_multiplexing: bool,
}

impl Host {
    /// Reads the environment of this process.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_vars(|name| std::env::var_os(name))
    }

    /// Reads the variables through `var`, which answers `None` for one that is not set. Meant for tests that play the host.
    ///
    /// `PLUGIN_PROTOCOL_VERSIONS` is not looked at: with one version to serve, that one is announced whatever the host
    /// lists, and the host explains the mismatch to the user, as it does for providers written in Go.
    #[must_use]
    pub fn from_vars(var: impl Fn(&str) -> Option<OsString>) -> Self {
        let text =
            |name| var(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty());
        let port = |name, default| text(name).and_then(|value| value.parse().ok()).unwrap_or(default);
        Self {
            started_by_host: text(COOKIE_KEY).is_some_and(|value| value == COOKIE_VALUE),
            client_certificate: text("PLUGIN_CLIENT_CERT"),
            socket_dir: var("PLUGIN_UNIX_SOCKET_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from),
            ports: port("PLUGIN_MIN_PORT", 10_000)..=port("PLUGIN_MAX_PORT", 25_000),
            wants_multiplexing: text("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }

    /// Fails unless the environment holds the cookie.
    pub(crate) fn check_cookie(&self) -> Result<(), ServeError> {
        if self.started_by_host { Ok(()) } else { Err(ServeError::NotStartedByHost) }
    }

    /// The handshake line, with its line break.
    ///
    /// `certificate` is the server's certificate as unpadded base64, or empty if there is no TLS.
    pub(crate) fn line(&self, address: &Address, certificate: &str) -> String {
        let (network, address) = (address.network(), address.text());
        // The server never multiplexes its services over brokered connections.
        let multiplexing = if self.wants_multiplexing { "|false" } else { "" };
        format!("{CORE_PROTOCOL}|{APP_PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplexing}\n")
    }
}

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// The path of a Unix socket.
    #[cfg_attr(not(unix), allow(dead_code, reason = "Windows listens on TCP"))]
    Unix(PathBuf),
    /// An address on the loopback interface.
    #[cfg_attr(unix, allow(dead_code, reason = "Unix listens on a Unix socket"))]
    Tcp(std::net::SocketAddr),
}

impl Address {
    /// The name of the network in the handshake line and in the reattach configuration.
    pub(crate) fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }

    /// The address as the host dials it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Unix(path) => path.display().to_string(),
            Self::Tcp(address) => address.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(vars: &[(&str, &str)]) -> Host {
        let vars: Vec<(String, String)> = vars.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Host::from_vars(move |name| vars.iter().find(|(key, _)| key == name).map(|(_, value)| value.into()))
    }

    fn unix() -> Address {
        Address::Unix("/tmp/p/s".into())
    }

    #[test]
    fn only_the_exact_cookie_opens_the_door() {
        assert!(host(&[(COOKIE_KEY, COOKIE_VALUE)]).check_cookie().is_ok());
        assert!(host(&[(COOKIE_KEY, "yes")]).check_cookie().is_err());
        assert!(host(&[(COOKIE_KEY, "")]).check_cookie().is_err());
        assert!(host(&[]).check_cookie().is_err());
    }

    #[test]
    fn the_line_has_an_empty_certificate_without_tls() {
        assert_eq!(host(&[]).line(&unix(), ""), "1|5|unix|/tmp/p/s|grpc|\n");
    }

    #[test]
    fn the_line_names_the_port_on_tcp() {
        let address = Address::Tcp(([127, 0, 0, 1], 10_004).into());
        assert_eq!(host(&[]).line(&address, "MIIB"), "1|5|tcp|127.0.0.1:10004|grpc|MIIB\n");
    }

    #[test]
    fn the_seventh_segment_appears_only_when_asked_for() {
        let asked = host(&[("PLUGIN_MULTIPLEX_GRPC", "true")]);
        assert_eq!(asked.line(&unix(), "MIIB"), "1|5|unix|/tmp/p/s|grpc|MIIB|false\n");
        let empty = host(&[("PLUGIN_MULTIPLEX_GRPC", "")]);
        assert_eq!(empty.line(&unix(), "MIIB"), "1|5|unix|/tmp/p/s|grpc|MIIB\n");
    }

    #[test]
    fn ports_and_socket_directory_come_from_the_host() {
        let host = host(&[
            ("PLUGIN_MIN_PORT", "12000"),
            ("PLUGIN_MAX_PORT", "12010"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/plugins"),
        ]);
        assert_eq!(host.ports, 12_000..=12_010);
        assert_eq!(host.socket_dir, Some("/run/plugins".into()));
    }

    #[test]
    fn empty_variables_count_as_absent() {
        let host =
            host(&[("PLUGIN_CLIENT_CERT", ""), ("PLUGIN_UNIX_SOCKET_DIR", ""), ("PLUGIN_MIN_PORT", "")]);
        assert_eq!((host.client_certificate, host.socket_dir, host.ports), (None, None, 10_000..=25_000));
    }
}
