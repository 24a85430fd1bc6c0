//! Answers of a server that means harm.

use serde_json::{Value, json};
use uuid::Uuid;

use super::kind::Hostile;
use crate::odata::decode;
use crate::wire::{Answer, Request};

/// So many arrays inside of each other.
const DEPTH: usize = 100_000;

/// Where a next link leads that is not the environment's: a name that no resolver knows (RFC 6761).
const STRANGER: &str = "https://stranger.invalid";

/// What becomes of the answer to a request. `origin` is `https://host`.
pub(crate) fn harm(what: Hostile, answer: Answer, request: &Request, origin: &str) -> Answer {
    let plain = |body: String| Answer::odata(200, body);
    match what {
        Hostile::NotJson => plain("This is no JSON: {\"value\":[".to_owned()),
        Hostile::DeepJson => plain(format!("{{\"value\":{}{}}}", "[".repeat(DEPTH), "]".repeat(DEPTH))),
        Hostile::EndlessPages => with_next_link(answer, request, origin),
        Hostile::ForeignNextLink => with_next_link(answer, request, STRANGER),
        Hostile::WrongTypes => edited(answer, |body| wrong_types(&body).to_string()),
        Hostile::DuplicateKeys => edited(answer, |body| {
            let mut text = String::new();
            write_twice(&body, &mut text);
            text
        }),
        // Its body is made while it is sent.
        Hostile::Huge => answer,
    }
}

fn edited(mut answer: Answer, edit: impl FnOnce(Value) -> String) -> Answer {
    if let Ok(body) = serde_json::from_str(&answer.body) {
        answer.body = edit(body);
    }
    answer
}

/// A collection with one more page, which begins at the first row again.
fn with_next_link(answer: Answer, request: &Request, origin: &str) -> Answer {
    edited(answer, |mut body| {
        if body["value"].is_array() {
            let query = decode(&request.query, true);
            let page = query
                .split("pagenumber=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next()?.parse::<u64>().ok());
            let others =
                request.query.split('&').filter(|part| !part.is_empty() && !part.contains("skiptoken"));
            let others: String = others.map(|part| format!("{part}&")).collect();
            let token = format!(
                "%3Ccookie%20pagenumber%3D%22{}%22%20pagingcookie%3D%22{}%253a0%22%20istracking%3D%22False%22%20%2F%3E",
                page.unwrap_or(1) + 1,
                Uuid::nil()
            );
            body["@odata.nextLink"] = json!(format!("{origin}{}?{others}$skiptoken={token}", request.path));
        }
        body.to_string()
    })
}

/// The same members with values of another type; the rows stay rows.
fn wrong_types(value: &Value) -> Value {
    match value {
        Value::Null => json!([]),
        Value::Bool(_) => json!("true"),
        Value::Number(number) => json!(number.to_string()),
        Value::String(text) => json!(text.len()),
        Value::Array(items) => items.iter().map(wrong_types).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), wrong_types(member))).collect()
        }
    }
}

/// Writes every member of every object twice: as it is, and then as null.
fn write_twice(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut first = String::new();
            let mut second = String::new();
            for (name, member) in members {
                let name = json!(name);
                first += &format!("{name}:");
                write_twice(member, &mut first);
                first.push(',');
                second += &format!("{name}:null,");
            }
            *text += &format!("{{{first}{}}}", second.trim_end_matches(','));
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_twice(item, text);
            }
            text.push(']');
        }
        plain => *text += &plain.to_string(),
    }
}
