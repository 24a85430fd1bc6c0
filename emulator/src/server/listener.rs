//! Accepting connections: handshakes run beside each other, so a slow client holds nobody up.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_rustls::TlsAcceptor;

use super::link::Wire;
use super::service::Shared;

type Accepted = (Wire, SocketAddr);

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// A listener of TLS connections.
#[derive(Debug)]
pub(crate) struct TlsListener {
    accepted: Receiver<Accepted>,
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl TlsListener {
    /// Takes connections from a bound socket.
    pub(crate) fn new(socket: TcpListener, config: Arc<ServerConfig>, shared: Shared) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let (sender, accepted) = channel(64);
        let door = Door { acceptor: TlsAcceptor::from(config), sender, shared };
        let task = tokio::spawn(async move {
            if let Err(error) = door.keep(socket, address).await {
                tracing::error!(%error, "the port cannot be opened again");
            }
        });
        Ok(Self { accepted, address, task })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Door {
    acceptor: TlsAcceptor,
    sender: Sender<Accepted>,
    shared: Shared,
}

impl Door {
    /// Accepts connections, except while a fault keeps the port shut.
    async fn keep(self, mut socket: TcpListener, address: SocketAddr) -> io::Result<()> {
        loop {
            let time = tokio::select! {
                time = self.shared.gate().shutting() => time,
                accepted = socket.accept() => {
                    match accepted {
                        Ok((stream, peer)) => drop(tokio::spawn(self.clone().greet(stream, peer))),
                        Err(_) => tokio::task::yield_now().await,
                    }
                    continue;
                }
            };
            drop(socket);
            // A socket that is bound and does not listen refuses connections, and nobody else gets the port.
            let closed = TcpSocket::new_v4()?;
            closed.set_reuseaddr(true)?;
            closed.bind(address)?;
            tokio::time::sleep(time).await;
            socket = closed.listen(BACKLOG)?;
        }
    }

    async fn greet(self, stream: TcpStream, peer: SocketAddr) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        let link = self.shared.gate().enter();
        let slow = {
            let mut world = self.shared.lock();
            let slow = world.faults.handshake();
            world.watch.fired(slow.as_ref().map(|(rule, _)| rule.as_str()));
            slow
        };
        if let Some((_, time)) = slow {
            tokio::time::sleep(time).await;
        }
        match self.acceptor.accept(stream).await {
            // A closed channel means that the server is going down.
            Ok(stream) => drop(self.sender.send((Wire::new(stream, link), peer)).await),
            Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
        }
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.accepted.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}
