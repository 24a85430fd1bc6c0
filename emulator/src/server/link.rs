//! A connection that can be made to fail while requests are under way on it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::TlsListener;

/// How a connection ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With a FIN and without the closing message of TLS.
    Closed,
    /// With an RST.
    Reset,
}

#[derive(Debug, Default)]
struct State {
    end: Option<End>,
    /// The fault rule that ended it.
    rule: Option<String>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// The handle of one connection, which requests find through its connect info.
#[derive(Debug, Clone, Default)]
pub(crate) struct Link(Arc<Mutex<State>>);

impl Link {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the connection for all requests on it, as a fault rule says.
    pub(crate) fn end(&self, how: End, rule: &str) {
        let mut state = self.state();
        if state.end.is_some() {
            return;
        }
        state.end = Some(how);
        state.rule = Some(rule.to_owned());
        let wakers = [state.reader.take(), state.writer.take()];
        drop(state);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    /// Whether somebody besides the list of connections knows it.
    pub(super) fn is_open(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// The fault rule that has ended the connection.
    pub(crate) fn ended_by(&self) -> Option<String> {
        self.state().rule.clone()
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Link {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.io().link.clone()
    }
}

/// A TLS connection that its link can end.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: Option<TlsStream<TcpStream>>,
    link: Link,
}

#[derive(Clone, Copy)]
enum Side {
    Reader,
    Writer,
}

impl Wire {
    /// A connection after its handshake.
    pub(super) fn new(stream: TlsStream<TcpStream>, link: Link) -> Self {
        Self { stream: Some(stream), link }
    }

    /// The stream while it lives; who waits for it learns of its end.
    fn live(&mut self, side: Side, context: &Context<'_>) -> io::Result<Pin<&mut TlsStream<TcpStream>>> {
        let mut state = self.link.state();
        if let Some(end) = state.end {
            if let Some(stream) = self.stream.take()
                && end == End::Reset
                && let Err(error) = stream.get_ref().0.set_zero_linger()
            {
                tracing::warn!(%error, "the connection is closed instead of reset");
            }
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let kept = match side {
            Side::Reader => &mut state.reader,
            Side::Writer => &mut state.writer,
        };
        match kept {
            Some(waker) => waker.clone_from(context.waker()),
            None => *kept = Some(context.waker().clone()),
        }
        drop(state);
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut().live(Side::Reader, context) {
            Ok(stream) => stream.poll_read(context, buffer),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut().live(Side::Writer, context) {
            Ok(stream) => stream.poll_write(context, buffer),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut().live(Side::Writer, context) {
            Ok(stream) => stream.poll_flush(context),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut().live(Side::Writer, context) {
            Ok(stream) => stream.poll_shutdown(context),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}
