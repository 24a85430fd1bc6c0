//! The text of a `$batch` request.

use std::fmt::Write as _;

use url::Url;
use uuid::Uuid;

use crate::dataverse::http::{Body, Request};
use crate::dataverse::writes::Work;

pub(in crate::dataverse) fn boundary(kind: &str) -> String {
    format!("{kind}_{}", Uuid::new_v4().as_simple())
}

/// Independent reads, each a part of the batch itself.
pub(super) fn reads(root: &Url, requests: &[Request], boundary: &str) -> String {
    let mut text = String::new();
    for request in requests {
        let _ = write!(text, "--{boundary}\r\n");
        part(&mut text, root, request, None);
    }
    let _ = write!(text, "--{boundary}--\r\n");
    text
}

/// Works one after the other: the operations of each as a change set, or as they are when there is only one, and then its
/// read. Operations are numbered through, from 1: ids must differ within a set, and some readers want more.
pub(in crate::dataverse) fn works(root: &Url, works: &[&Work], batch: &str) -> String {
    let mut text = String::new();
    let mut ids = 1..;
    for work in works {
        let _ = write!(text, "--{batch}\r\n");
        match work.operations.as_slice() {
            [only] => {
                ids.next();
                part(&mut text, root, only, None);
            }
            operations => {
                let set = boundary("changeset");
                let _ = write!(text, "Content-Type: multipart/mixed; boundary={set}\r\n\r\n");
                for operation in operations {
                    let _ = write!(text, "--{set}\r\n");
                    part(&mut text, root, operation, ids.next());
                }
                let _ = write!(text, "--{set}--\r\n\r\n");
            }
        }
        if let Some(read) = &work.read_back {
            let _ = write!(text, "--{batch}\r\n");
            part(&mut text, root, read, None);
        }
    }
    let _ = write!(text, "--{batch}--\r\n");
    text
}

fn part(text: &mut String, root: &Url, request: &Request, content_id: Option<usize>) {
    text.push_str("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    if let Some(id) = content_id {
        let _ = write!(text, "Content-ID: {id}\r\n");
    }
    let _ = write!(
        text,
        "\r\n{} {}{} HTTP/1.1\r\nAccept: application/json\r\n",
        request.method,
        root.path(),
        request.path
    );
    for (name, value) in &request.headers {
        let _ = write!(text, "{}: {value}\r\n", canonical(name));
    }
    match &request.body {
        Body::Json(value) => {
            let body = value.to_string();
            // Without a length the service has been seen to refuse the stream as unreadable (0x80048d19).
            let _ = write!(
                text,
                "Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}\r\n",
                body.len()
            );
        }
        _ => text.push_str("\r\n"),
    }
}

/// `if-match` as `If-Match`: header names inside a batch are read by simpler parsers than those of HTTP.
fn canonical(name: &str) -> String {
    let mut upper = true;
    name.chars()
        .map(|c| {
            let c = if upper { c.to_ascii_uppercase() } else { c };
            upper = c == '-';
            c
        })
        .collect()
}
