//! Readers of foreign bytes and the one writer of queries, with what must hold for any input.

use url::Url;

use super::batch;
use super::error::{self, MESSAGE_LENGTH};
use super::http::wait_in;
use super::id::Id;
use super::odata::{self, Query, are_one_of_texts, is_one_of, literal};

/// The content type of a `$batch` answer in the first line, its body in the others. Parts hold nothing that the body does
/// not hold.
pub fn batch(data: &[u8]) {
    let (content_type, body) = first_line(data);
    if let Ok(parts) = batch::parts(&content_type, body) {
        assert!(parts.iter().map(|part| part.body.len()).sum::<usize>() <= body.len());
    }
}

/// Two bytes make the status of a refusal, the first line is its `Retry-After`, the rest its body. The meaning fits on a
/// screen, and no wait is longer than a day.
pub fn refusal(data: &[u8]) {
    let Some(([high, low], rest)) = data.split_first_chunk() else { return };
    let (wait, body) = first_line(rest);
    let status = 300 + u16::from_be_bytes([*high, *low]) % 300;
    let meaning = error::of_response(status, body).kind.to_string();
    // The service's words, and the program's own around them.
    assert!(meaning.chars().count() <= MESSAGE_LENGTH + 500, "{} characters", meaning.chars().count());
    assert!(wait_in(&wait).is_none_or(|wait| wait.as_secs() <= 24 * 3600));
}

/// Texts, parted by the byte 255, in the places where queries have texts: `read` must find the same in the URL as it is
/// sent.
///
/// # Panics
/// When it does not.
pub fn odata(data: &[u8], read: impl Fn(&str) -> Result<Vec<String>, String>) {
    let texts: Vec<String> =
        data.split(|byte| *byte == 255).map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    let [first, ..] = texts.as_slice() else { return };
    let found_again = |path: &str, wanted: &[String]| {
        let url = Url::parse(&format!("{ROOT}{path}")).map_err(|error| error.to_string());
        let url = url.and_then(|url| {
            let path = url.as_str().strip_prefix(ROOT).map(str::to_owned);
            path.ok_or_else(|| format!("{url} is not below {ROOT}"))
        });
        assert_eq!(url.and_then(|path| read(&path)).as_deref(), Ok(wanted), "{path}");
    };
    for (filter, texts) in are_one_of_texts("name", &texts).iter().zip(texts.chunks(400)) {
        // Long texts part the filters elsewhere, which is tested beside the function.
        if data.len() < 10_000 {
            found_again(&Query::of("roles").select(&["name"]).filter(filter).path(), texts);
        }
    }
    let filter = format!("startswith(name,{0}) and not contains(name,{0})", literal(first));
    found_again(&Query::of("roles").filter(filter).path(), &[first.clone(), first.clone()]);
    let key = odata::key(first);
    let path =
        format!("EntityDefinitions(LogicalName={key})/Attributes?@l={}", odata::encode(&literal(first)));
    found_again(&path, &[first.clone(), first.clone()]);
    let ids: Vec<Id> = data
        .chunks_exact(16)
        .filter_map(|id| Some(u128::from_be_bytes(id.try_into().ok()?)))
        .map(Id::from_u128)
        .collect();
    if ids.len() > 1 {
        let wanted: Vec<String> =
            std::iter::once("roleid".to_owned()).chain(ids.iter().map(Id::to_string)).collect();
        found_again(&Query::of("roles").filter(is_one_of("roleid", &ids)).path(), &wanted);
    }
}

const ROOT: &str = "https://contoso.crm.dynamics.com/api/data/v9.2/";

fn first_line(data: &[u8]) -> (String, &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let rest = data.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&data[..end]).into_owned(), rest)
}
