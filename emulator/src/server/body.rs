//! Bodies that do not arrive as they should.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use tokio::sync::mpsc::channel;
use tokio_stream::wrappers::ReceiverStream;

/// How long what was sent may take to leave: over HTTP/2 an error overtakes the bytes before it.
const FLUSH: Duration = Duration::from_millis(50);

/// The pace of a body.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    /// So many bytes, a silence, then an error in place of the rest.
    Broken { keep: usize, silence: Duration },
    /// A wait after each byte.
    Slow(Duration),
}

/// The answer with its full length declared and its body at this pace.
pub(super) fn paced(mut response: Response<Body>, text: String, pace: Pace) -> Response<Body> {
    let bytes = Bytes::from(text);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let (sender, receiver) = channel::<io::Result<Bytes>>(1);
    tokio::spawn(async move {
        match pace {
            Pace::Broken { keep, silence } => {
                let kept = bytes.slice(..keep.min(bytes.len()));
                if !kept.is_empty() && sender.send(Ok(kept)).await.is_err() {
                    return;
                }
                tokio::time::sleep(silence.max(FLUSH)).await;
                // A client that has gone needs no error.
                let _ = sender.send(Err(io::ErrorKind::ConnectionAborted.into())).await;
            }
            Pace::Slow(wait) => {
                for at in 0..bytes.len() {
                    if sender.send(Ok(bytes.slice(at..=at))).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(wait).await;
                }
            }
        }
    });
    *response.body_mut() = Body::from_stream(ReceiverStream::new(receiver));
    response
}

/// An answer of JSON with a body of about this length, made while it is sent.
pub(super) fn huge(length: usize) -> Response<Body> {
    const START: &[u8] = b"{\"value\":[{\"name\":\"";
    const END: &[u8] = b"\"}]}";
    static BLOCK: [u8; 1 << 16] = [b'a'; 1 << 16];
    let filling = length.saturating_sub(START.len() + END.len());
    let (sender, receiver) = channel::<io::Result<Bytes>>(1);
    tokio::spawn(async move {
        let mut left = filling;
        let blocks = std::iter::from_fn(|| {
            let size = left.min(BLOCK.len());
            left -= size;
            (size > 0).then(|| Bytes::from_static(&BLOCK).slice(..size))
        });
        let ends = (Bytes::from_static(START), Bytes::from_static(END));
        for bytes in std::iter::once(ends.0).chain(blocks).chain([ends.1]) {
            if sender.send(Ok(bytes)).await.is_err() {
                return;
            }
        }
    });
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(receiver)));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(START.len() + filling + END.len()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json; odata.metadata=minimal"));
    response
}
