//! Accepting connections: handshakes run beside each other, so a slow client holds nobody up.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

type Accepted = (TlsStream<TcpStream>, SocketAddr);

/// A listener of TLS connections.
#[derive(Debug)]
pub(crate) struct TlsListener {
    accepted: Receiver<Accepted>,
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl TlsListener {
    /// Takes connections from a bound socket.
    pub(crate) fn new(socket: TcpListener, config: Arc<ServerConfig>) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let (sender, accepted) = channel(64);
        let task = tokio::spawn(accept(socket, TlsAcceptor::from(config), sender));
        Ok(Self { accepted, address, task })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(socket: TcpListener, acceptor: TlsAcceptor, sender: Sender<Accepted>) {
    loop {
        let Ok((stream, peer)) = socket.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY was refused");
            }
            match acceptor.accept(stream).await {
                // A closed channel means that the server is going down.
                Ok(stream) => drop(sender.send((stream, peer)).await),
                Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
            }
        });
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
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
