//! Reading the parts of a multipart body, with CRLF or LF line ends.

use crate::wire::Request;

/// One part of a batch body.
#[derive(Debug)]
pub(super) enum Part {
    /// A request.
    Request(Request),
    /// A change set.
    ChangeSet(Vec<(Request, Option<String>)>),
}

/// The boundary of a multipart content type.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    if !lower.trim_start().starts_with("multipart/mixed") {
        return None;
    }
    let start = lower.find("boundary=")? + "boundary=".len();
    let value = content_type[start..].split(';').next()?.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

/// The parts between boundaries, without the boundary lines.
fn sections<'t>(text: &'t str, boundary: &str) -> Vec<&'t str> {
    let mark = format!("--{boundary}");
    let mut found = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == mark || bare == format!("{mark}--") {
            if let Some(start) = start {
                found.push(&text[start..at]);
            }
            start = (bare == mark).then_some(at + line.len());
        }
        at += line.len();
    }
    found
}

/// Splits headers from content at the first empty line.
fn split_headers(text: &str) -> (Vec<(String, String)>, &str) {
    let mut headers = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let bare = line.trim_end();
        if bare.is_empty() {
            if headers.is_empty()
                && text[..at].trim().is_empty()
                && !text[at..].starts_with(['\r', '\n'])
                && at < 3
            {
                continue;
            }
            break;
        }
        if let Some((name, value)) = bare.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    (headers, &text[at..])
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Reads the parts of a batch; an error is the reason in words.
pub(super) fn parts(text: &str, mark: &str) -> Result<Vec<Part>, String> {
    sections(text, mark)
        .into_iter()
        .map(|section| {
            let (headers, content) = split_headers(section);
            let kind = header(&headers, "content-type").unwrap_or_default();
            if let Some(inner) = boundary(kind) {
                let members = sections(content, &inner)
                    .into_iter()
                    .map(|section| {
                        let (headers, content) = split_headers(section);
                        single(&headers, content)
                    })
                    .collect::<Result<_, _>>()?;
                return Ok(Part::ChangeSet(members));
            }
            single(&headers, content).map(|(request, _)| Part::Request(request))
        })
        .collect()
}

fn single(headers: &[(String, String)], content: &str) -> Result<(Request, Option<String>), String> {
    let kind = header(headers, "content-type").unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/http") {
        return Err(format!("The content type '{kind}' of a batch part is not supported."));
    }
    let content = content.trim_start_matches(['\r', '\n']);
    let (line, rest) = content.split_once('\n').unwrap_or((content, ""));
    let line = line.trim_end();
    let mut words = line.splitn(2, ' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default().trim();
    let target = target.strip_suffix("HTTP/1.1").unwrap_or(target).trim();
    if method.is_empty() || target.is_empty() {
        return Err(format!("The request line '{line}' of a batch part is not valid."));
    }
    let (inner, body) = if rest.starts_with("\r\n") || rest.starts_with('\n') || rest.trim().is_empty() {
        (Vec::new(), rest.trim_start_matches(['\r', '\n']))
    } else {
        split_headers(rest)
    };
    let id = header(headers, "content-id").or(header(&inner, "content-id")).map(str::to_owned);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: inner,
        body: body.trim_end_matches(['\r', '\n']).as_bytes().to_vec(),
    };
    Ok((request, id))
}
