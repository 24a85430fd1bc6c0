//! What is equal in two attempts of one request.

use ring::digest::{Context, SHA256};

use crate::wire::Request;

/// Lines inside a batch that differ between attempts of the same parts.
const TRACES: [&str; 4] =
    ["x-ms-client-request-id:", "client-request-id:", "x-ms-correlation-request-id:", "traceparent:"];

/// A digest of method, path, query and body; a batch is taken without the boundaries its client has made up, and a
/// request for a token without the assertion, which has another number each time.
pub(super) fn request_key(request: &Request, path: &str) -> [u8; 32] {
    let mut digest = Context::new(&SHA256);
    for part in [request.method.as_str(), path, request.query.as_str()] {
        digest.update(part.as_bytes());
        digest.update(b"\n");
    }
    let kind = request.header("content-type").unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/") {
        digest.update(plain_batch(kind, &String::from_utf8_lossy(&request.body)).as_bytes());
    } else if kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        let body = String::from_utf8_lossy(&request.body);
        for field in body.split('&').filter(|field| !field.starts_with("client_assertion=")) {
            digest.update(field.as_bytes());
            digest.update(b"&");
        }
    } else {
        digest.update(&request.body);
    }
    let mut key = [0; 32];
    key.copy_from_slice(digest.finish().as_ref());
    key
}

/// The value of `boundary=` in a line, if it has one.
fn boundary(line: &str) -> Option<&str> {
    let at = line.to_ascii_lowercase().find("boundary=")? + "boundary=".len();
    let value = line.get(at..)?.split(';').next()?.trim().trim_matches('"');
    (!value.is_empty()).then_some(value)
}

fn plain_batch(kind: &str, body: &str) -> String {
    let mut marks: Vec<String> = boundary(kind).map(str::to_owned).into_iter().collect();
    let mut text = String::with_capacity(body.len());
    for line in body.lines() {
        let lower = line.to_ascii_lowercase();
        if TRACES.iter().any(|trace| lower.starts_with(trace)) {
            continue;
        }
        if lower.starts_with("content-type:")
            && let Some(inner) = boundary(line)
        {
            marks.push(inner.to_owned());
        }
        let marked = line.starts_with("--") || lower.starts_with("content-type:");
        match marks.iter().position(|mark| marked && line.contains(mark.as_str())) {
            Some(position) => text += &line.replace(&marks[position], &format!("boundary-{position}")),
            None => text += line,
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::request_key;
    use crate::wire::Request;

    fn batch(mark: &str, inner: &str, id: &str) -> [u8; 32] {
        let body = format!(
            "--{mark}\r\nContent-Type: multipart/mixed; boundary={inner}\r\n\r\n--{inner}\r\nContent-ID: 1\r\n\r\nPOST teams HTTP/1.1\r\nx-ms-client-request-id: {id}\r\n\r\n{{}}\r\n--{inner}--\r\n--{mark}--\r\n"
        );
        let headers = vec![("content-type".to_owned(), format!("multipart/mixed; boundary=\"{mark}\""))];
        let request =
            Request { method: "POST".to_owned(), headers, body: body.into_bytes(), ..Request::default() };
        request_key(&request, "$batch")
    }

    #[test]
    fn boundaries_and_request_ids_do_not_tell_attempts_apart() {
        assert_eq!(batch("batch_1", "set_1", "a"), batch("batch_2", "set_2", "b"));
    }

    #[test]
    fn another_body_is_another_request() {
        let plain = |body: &str| {
            let request = Request { body: body.as_bytes().to_vec(), ..Request::default() };
            request_key(&request, "teams")
        };
        assert_eq!(plain("{}"), plain("{}"));
        assert_ne!(plain("{}"), plain("{\"name\":1}"));
    }
}
