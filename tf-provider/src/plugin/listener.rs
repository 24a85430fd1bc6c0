//! The local socket: a Unix socket in a private directory, or a TCP port on the loopback interface on Windows.

use std::io;

use super::connection::Connection;
use super::handshake::{Address, Host};

/// A bound socket, removed when dropped.
pub(crate) struct Listener {
    address: Address,
    #[cfg(unix)]
    socket: tokio::net::UnixListener,
    /// Only its drop matters: it removes the socket.
    #[cfg(unix)]
    _directory: tempfile::TempDir,
    #[cfg(not(unix))]
    socket: tokio::net::TcpListener,
}

/// Longest path of a socket that every Unix takes: macOS has 104 bytes for it, with the closing zero.
#[cfg(unix)]
const MAX_PATH: usize = 103;

#[cfg(unix)]
impl Listener {
    /// Binds a socket in a new directory that only this user can enter.
    ///
    /// The directory is made where the host says, else in the system's directory for temporary files, else in `/tmp`
    /// if that path is too long for a socket or cannot be written.
    pub(crate) fn bind(host: &Host) -> io::Result<Self> {
        let preferred = host.socket_dir.clone().unwrap_or_else(std::env::temp_dir);
        let directory = match private_directory(&preferred) {
            Ok(directory) if socket_path(&directory).as_os_str().len() <= MAX_PATH => directory,
            _ => private_directory(std::path::Path::new("/tmp"))?,
        };
        let path = socket_path(&directory);
        let socket = tokio::net::UnixListener::bind(&path)?;
        Ok(Self { address: Address::Unix(path), socket, _directory: directory })
    }

    /// Waits for the next client.
    pub(crate) async fn accept(&self) -> io::Result<Connection> {
        let (stream, _) = self.socket.accept().await?;
        Ok(Connection::new(stream))
    }
}

#[cfg(unix)]
fn private_directory(parent: &std::path::Path) -> io::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix("plugin").permissions(mode).tempdir_in(parent)
}

#[cfg(unix)]
fn socket_path(directory: &tempfile::TempDir) -> std::path::PathBuf {
    directory.path().join("s")
}

#[cfg(not(unix))]
impl Listener {
    /// Binds the first free port of the host's range on the loopback interface.
    pub(crate) fn bind(host: &Host) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::AddrInUse, "the range of ports is empty");
        for port in host.ports.clone() {
            match std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)) {
                Ok(socket) => {
                    socket.set_nonblocking(true)?;
                    let address = Address::Tcp(socket.local_addr()?);
                    return Ok(Self { address, socket: tokio::net::TcpListener::from_std(socket)? });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Waits for the next client.
    pub(crate) async fn accept(&self) -> io::Result<Connection> {
        let (stream, _) = self.socket.accept().await?;
        // Requests and answers are small and wait for each other.
        stream.set_nodelay(true)?;
        Ok(Connection::new(stream))
    }
}

impl Listener {
    /// Where clients connect.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};

    use super::*;

    fn bind_in(dir: &Path) -> (Listener, PathBuf) {
        let dir = dir.to_owned();
        let host =
            Host::from_vars(move |name| (name == "PLUGIN_UNIX_SOCKET_DIR").then(|| dir.clone().into()));
        let listener = Listener::bind(&host).expect("the socket binds");
        let Address::Unix(path) = listener.address().clone() else { panic!("a Unix socket") };
        (listener, path)
    }

    #[tokio::test]
    async fn the_socket_lies_in_a_directory_of_its_own_that_only_the_user_enters() {
        let base = tempfile::tempdir().expect("a directory");
        let (_listener, path) = bind_in(base.path());
        let parent = path.parent().expect("a parent");
        assert_eq!(parent.parent(), Some(base.path()));
        let mode = std::fs::metadata(parent).expect("it exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[tokio::test]
    async fn socket_and_directory_vanish_with_the_listener() {
        let base = tempfile::tempdir().expect("a directory");
        let (listener, path) = bind_in(base.path());
        assert!(path.exists());
        drop(listener);
        assert_eq!(std::fs::read_dir(base.path()).expect("it is readable").count(), 0);
    }

    #[tokio::test]
    async fn a_directory_with_too_long_a_path_is_replaced_by_tmp() {
        let base = tempfile::tempdir().expect("a directory");
        let long = base.path().join("d".repeat(100));
        std::fs::create_dir(&long).expect("a directory");
        let (_listener, path) = bind_in(&long);
        assert!(path.starts_with("/tmp") && path.as_os_str().len() <= MAX_PATH);
        assert_eq!(std::fs::read_dir(&long).expect("it is readable").count(), 0);
    }

    #[tokio::test]
    async fn a_directory_that_does_not_exist_is_replaced_by_tmp() {
        let (_listener, path) = bind_in(Path::new("/nonexistent/for/sure"));
        assert!(path.starts_with("/tmp"));
    }
}
