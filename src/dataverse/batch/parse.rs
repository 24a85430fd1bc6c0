//! The parts of a `$batch` answer, in their order.

use super::Part;
use crate::dataverse::http::short;

/// Most parts of one multipart body: a batch has at most 1,000 operations, and each has one answer.
const MOST_PARTS: usize = 1_000;

/// What stands in the place of one request or one change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dataverse) enum Section {
    /// The answer to a request, or the error of a change set as a whole.
    One(Part),
    /// The answers to the operations of a change set.
    Set(Vec<Part>),
}

/// Reads all parts; those of change sets stand where their set stood.
///
/// # Errors
/// A sentence about what does not fit, when the body is not multipart or a part is no HTTP answer.
pub(in crate::dataverse) fn parts(content_type: &str, body: &[u8]) -> Result<Vec<Part>, String> {
    let parts = sections(content_type, body)?.into_iter().flat_map(|section| match section {
        Section::One(part) => vec![part],
        Section::Set(parts) => parts,
    });
    Ok(parts.collect())
}

/// Reads what stands in the place of each request and change set.
///
/// # Errors
/// As [`parts`].
pub(in crate::dataverse) fn sections(content_type: &str, body: &[u8]) -> Result<Vec<Section>, String> {
    let boundary = boundary_of(content_type)
        .ok_or_else(|| format!("content type \"{content_type}\" has no boundary"))?;
    delimited(&boundary, body)?
        .into_iter()
        .map(|section| {
            let (headers, content) = split_head(section).ok_or("a part has no end of headers")?;
            match header(&headers, "content-type") {
                Some(kind) if is_multipart(&kind) => {
                    let inner = boundary_of(&kind).ok_or("a change set has no boundary")?;
                    let parts = delimited(&inner, content)?.into_iter().map(|part| {
                        let (headers, content) = split_head(part).ok_or("a part has no end of headers")?;
                        if header(&headers, "content-type").is_some_and(|kind| is_multipart(&kind)) {
                            return Err("a change set holds another one".to_owned());
                        }
                        http_answer(content, header(&headers, "content-id"))
                    });
                    Ok(Section::Set(parts.collect::<Result<_, String>>()?))
                }
                _ => Ok(Section::One(http_answer(content, header(&headers, "content-id"))?)),
            }
        })
        .collect()
}

fn is_multipart(content_type: &str) -> bool {
    content_type.to_ascii_lowercase().starts_with("multipart/mixed")
}

fn http_answer(content: &[u8], content_id: Option<String>) -> Result<Part, String> {
    let content = content.trim_ascii_start();
    // An answer without headers and body may end right after its status line.
    let (headers, body) =
        split_head(content).unwrap_or_else(|| (String::from_utf8_lossy(content).into_owned(), &[][..]));
    let status_line = headers.lines().next().unwrap_or_default();
    let status = status_line
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| {
            format!("a part begins with \"{}\"", status_line.chars().take(40).collect::<String>())
        })?;
    let request_id = header(&headers, "x-ms-service-request-id").or_else(|| header(&headers, "req_id"));
    let request_id = request_id.as_deref().map(short);
    let content_id = content_id.or_else(|| header(&headers, "content-id"));
    Ok(Part { status, content_id, request_id, body: body.trim_ascii().to_vec() })
}

/// The text between delimiter lines. A delimiter counts only at the start of a line.
fn delimited<'a>(boundary: &str, body: &'a [u8]) -> Result<Vec<&'a [u8]>, String> {
    let delimiter = format!("--{boundary}");
    let mut sections = Vec::new();
    let mut open: Option<usize> = None;
    let mut line_start = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let is_end = text.strip_suffix(b"--").is_some_and(|text| text == delimiter.as_bytes());
        if text == delimiter.as_bytes() || is_end {
            if let Some(start) = open {
                sections.push(&body[start..line_start]);
            }
            if sections.len() > MOST_PARTS {
                return Err(format!("it has more than {MOST_PARTS} parts"));
            }
            open = if is_end { None } else { Some(line_start + line.len()) };
        }
        line_start += line.len();
    }
    // A missing end mark leaves the last part open; it is complete if it reads.
    if let Some(start) = open {
        sections.push(&body[start..]);
    }
    Ok(sections)
}

/// Headers and body, parted by the first empty line.
fn split_head(section: &[u8]) -> Option<(String, &[u8])> {
    let mut end = 0;
    for line in section.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            let headers = String::from_utf8_lossy(&section[..end]).into_owned();
            return Some((headers, &section[end + line.len()..]));
        }
        end += line.len();
    }
    None
}

fn header(headers: &str, wanted: &str) -> Option<String> {
    headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
    })
}

fn boundary_of(content_type: &str) -> Option<String> {
    content_type.split(';').find_map(|field| {
        let (name, value) = field.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"').to_owned())
    })
}
