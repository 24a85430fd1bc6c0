//! Running a batch: change sets are atomic, and parts may refer to earlier ones.

use std::collections::HashMap;
use std::fmt::Write;

use uuid::Uuid;

use super::multipart::{Part, boundary, parts};
use crate::call::Call;
use crate::errors::{ApiError, Code, bad_payload};
use crate::pipeline::{answer, error_answer};
use crate::wire::{Answer, Request, reason};

/// At most so many requests in a batch.
const LIMIT: usize = 1000;

/// What a batch has done so far.
struct Progress {
    text: String,
    status: u16,
}

/// Runs the body of a batch.
pub(crate) fn run(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    if call.request.method != "POST" {
        return Err(crate::router::method_not_allowed(&call.request.method));
    }
    call.world.watch.counters.batch += 1;
    let kind = call.request.header("content-type").unwrap_or_default();
    let mark = boundary(kind)
        .ok_or_else(|| bad_payload("$batch", "The content type is not multipart/mixed with a boundary."))?;
    let body = String::from_utf8_lossy(&call.request.body).into_owned();
    let parts = parts(&body, &mark).map_err(|why| bad_payload("$batch", &why))?;
    let total: usize =
        parts.iter().map(|part| if let Part::ChangeSet(set) = part { set.len() } else { 1 }).sum();
    if total > LIMIT {
        let text = format!("The number of requests in the batch ({total}) exceeds the maximum of {LIMIT}.");
        return Err(Code::Query.error(&[&text]));
    }
    let id = format!("batchresponse_{}", Uuid::new_v4());
    let mut progress = Progress { text: String::new(), status: 200 };
    let failing = call.world.failing_part.take();
    for (number, part) in (1..).zip(parts) {
        if failing == Some(number) {
            fail(call, &id, &mut progress);
            break;
        }
        let _ = write!(progress.text, "--{id}\r\n");
        let failed = match part {
            Part::Request(request) => single(call, &request, &mut progress),
            Part::ChangeSet(set) => change_set(call, &set, &mut progress),
        };
        if let Some(status) = failed
            && !call.prefs.continue_on_error
        {
            progress.status = status;
            break;
        }
    }
    let _ = write!(progress.text, "--{id}--\r\n");
    let answer = Answer { status: progress.status, headers: Vec::new(), body: progress.text };
    Ok(answer.with("Content-Type", format!("multipart/mixed; boundary={id}")))
}

/// Leaves an error alone in the answer, as the service does when a batch ends at its first failure.
fn fail(call: &Call<'_>, id: &str, progress: &mut Progress) {
    let error = error_answer(&Code::Unexpected.error(&[]).with_status(400), call.request);
    progress.status = error.status;
    progress.text = format!("--{id}\r\n");
    write_part(&mut progress.text, &error, None);
}

fn write_part(text: &mut String, answer: &Answer, id: Option<&str>) {
    text.push_str("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    if let Some(id) = id {
        let _ = write!(text, "Content-ID: {id}\r\n");
    }
    let _ = write!(text, "\r\nHTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in answer.headers.iter().filter(|(name, _)| !name.starts_with("x-ms-")) {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "\r\n{}\r\n", answer.body);
}

fn failed(answer: &Answer) -> Option<u16> {
    (answer.status >= 400).then_some(answer.status)
}

/// Turns the target of a part into a path below the host.
fn located(call: &Call<'_>, request: &Request) -> Request {
    let mut request = request.clone();
    if let Some(rest) = request.path.strip_prefix(&call.origin) {
        request.path = rest.to_owned();
    } else if !request.path.starts_with('/') && !request.path.contains("://") {
        let root = call.base.strip_prefix(&call.origin).unwrap_or_default();
        request.path = format!("{root}/{}", request.path);
    }
    for name in ["callerobjectid", "mscrmcallerid", "consistency"] {
        if request.header(name).is_none()
            && let Some(value) = call.request.header(name)
        {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    request
}

fn execute(call: &mut Call<'_>, request: &Request) -> Answer {
    call.world.watch.counters.batch_parts += 1;
    let request = located(call, request);
    if request.path.ends_with("$batch") {
        return error_answer(&bad_payload("$batch", "A batch cannot contain a batch."), &request);
    }
    let (origin, user) = (call.origin.clone(), call.caller.real);
    match call.world.meet_part(&request, user) {
        Some(hit) => call.world.play_part(&hit, &request, &origin, user),
        None => answer(call.world, &request, &origin, Some(user)),
    }
}

fn single(call: &mut Call<'_>, request: &Request, progress: &mut Progress) -> Option<u16> {
    let answer = execute(call, request);
    write_part(&mut progress.text, &answer, None);
    failed(&answer)
}

fn change_set(
    call: &mut Call<'_>,
    set: &[(Request, Option<String>)],
    progress: &mut Progress,
) -> Option<u16> {
    let mark = call.store().mark();
    let mut urls: HashMap<String, String> = HashMap::new();
    let mut text = String::new();
    let id = format!("changesetresponse_{}", Uuid::new_v4());
    for (request, content_id) in set {
        let answer = member(call, request, content_id.as_deref(), &mut urls);
        if let Some(status) = failed(&answer) {
            call.store_mut().roll_back(mark);
            write_part(&mut progress.text, &answer, content_id.as_deref());
            return Some(status);
        }
        let _ = write!(text, "--{id}\r\n");
        write_part(&mut text, &answer, content_id.as_deref());
    }
    let _ = write!(progress.text, "Content-Type: multipart/mixed; boundary={id}\r\n\r\n{text}--{id}--\r\n");
    None
}

fn member(
    call: &mut Call<'_>,
    request: &Request,
    id: Option<&str>,
    urls: &mut HashMap<String, String>,
) -> Answer {
    let Some(id) = id else {
        let text = "Content-ID is a required header for every request in a change set.";
        return error_answer(&Code::Query.error(&[&text]), request);
    };
    if request.method == "GET" {
        let text = "An invalid HTTP method 'GET' was detected for a request in a change set.";
        return error_answer(&Code::Query.error(&[&text]), request);
    }
    if urls.contains_key(id) {
        let text = format!("The content ID '{id}' was found more than once in the same change set.");
        return error_answer(&Code::Query.error(&[&text]), request);
    }
    let request = match referenced(request, urls) {
        Ok(request) => request,
        Err(name) => {
            let text = format!("Content-ID Reference: '${name}' does not exist in the batch context.");
            return error_answer(&Code::Query.error(&[&text]), request);
        }
    };
    let answer = execute(call, &request);
    let url = answer.headers.iter().find(|(name, _)| name == "Location" || name == "OData-EntityId");
    let url = url.map(|(_, url)| url.clone()).unwrap_or_default();
    urls.insert(id.to_owned(), url);
    answer
}

/// Puts the URLs of earlier parts in place of `$1` in the path and in the strings of the body.
fn referenced(request: &Request, urls: &HashMap<String, String>) -> Result<Request, String> {
    let mut request = request.clone();
    let path = request.path.trim_start_matches('/').to_owned();
    if let Some(rest) = path.strip_prefix('$') {
        let (name, tail) =
            rest.split_once('/').map_or((rest, String::new()), |(name, tail)| (name, format!("/{tail}")));
        let url = urls.get(name).filter(|url| !url.is_empty()).ok_or_else(|| name.to_owned())?;
        request.path = format!("{url}{tail}");
    }
    if let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(&request.body)
        && substitute(&mut body, urls)?
    {
        request.body = body.to_string().into_bytes();
    }
    Ok(request)
}

fn substitute(value: &mut serde_json::Value, urls: &HashMap<String, String>) -> Result<bool, String> {
    let mut changed = false;
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let reference = name == "@odata.id" || name.ends_with("@odata.bind");
                match member {
                    serde_json::Value::String(text)
                        if reference && text.trim_start_matches('/').starts_with('$') =>
                    {
                        let name = text.trim_start_matches('/').trim_start_matches('$').to_owned();
                        let url = urls.get(&name).filter(|url| !url.is_empty()).ok_or(name)?;
                        text.clone_from(url);
                        changed = true;
                    }
                    other => changed |= substitute(other, urls)?,
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                changed |= substitute(item, urls)?;
            }
        }
        _ => {}
    }
    Ok(changed)
}
