//! Requests in the log: one line each, which says what was asked and what came of it.

use std::collections::BTreeMap;
use std::fmt::Display;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use super::send::short;

/// A request that was answered or not, at level DEBUG. `what` is the method and the path without its query: queries name
/// people. Bodies are in no line of any level.
pub(in crate::dataverse) struct Told<'a> {
    pub(in crate::dataverse) what: &'a dyn Display,
    /// Nothing when no answer came.
    pub(in crate::dataverse) status: Option<u16>,
    pub(in crate::dataverse) begin: Instant,
    /// From 1.
    pub(in crate::dataverse) attempt: u32,
    /// The id that was sent with the request.
    pub(in crate::dataverse) client_request_id: Option<&'a str>,
    /// The id that the service gave the request: what its support asks for.
    pub(in crate::dataverse) request_id: Option<&'a str>,
}

impl Told<'_> {
    /// Writes the line.
    pub(in crate::dataverse) fn tell(&self) {
        let outcome = self.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        tracing::debug!(
            attempt = self.attempt,
            client_request_id = self.client_request_id,
            request_id = self.request_id,
            "{}: {outcome} in {} ms",
            self.what,
            self.begin.elapsed().as_millis()
        );
    }
}

/// The id that a service of Microsoft gave a request.
pub(in crate::dataverse) fn service_request_id(headers: &HeaderMap) -> Option<String> {
    ["x-ms-service-request-id", "req_id", "x-ms-request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .map(short)
}

/// What a batch asks for, equal parts counted: `2 x GET roles, POST systemusers`. Ids are left out, as they would make each
/// part another.
pub(super) fn of_batch(text: &str) -> String {
    let mut order = Vec::new();
    let mut counts = BTreeMap::<String, usize>::new();
    for part in text.lines().filter_map(|line| line.trim_end().strip_suffix(" HTTP/1.1")) {
        let Some((method, url)) = part.split_once(' ').filter(|(method, _)| is_method(method)) else {
            continue;
        };
        let path =
            url.split_once("/api/data/").and_then(|(_, rest)| rest.split_once('/')).map_or(url, |it| it.1);
        let part = format!("{method} {}", without_keys(path.split('?').next().unwrap_or_default()));
        if !counts.contains_key(&part) {
            order.push(part.clone());
        }
        *counts.entry(part).or_default() += 1;
    }
    let told = order.into_iter().map(|part| match counts[&part] {
        1 => part,
        count => format!("{count} x {part}"),
    });
    told.collect::<Vec<_>>().join(", ")
}

fn is_method(word: &str) -> bool {
    ["GET", "POST", "PATCH", "PUT", "DELETE"].contains(&word)
}

/// The path with `(...)` for each key.
fn without_keys(path: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for character in path.chars() {
        match character {
            '(' => {
                if depth == 0 {
                    text.push_str("(...)");
                }
                depth += 1;
            }
            ')' => depth = depth.saturating_sub(1),
            other if depth == 0 => text.push(other),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_told_by_what_it_asks_for() {
        let text = "--b\r\nContent-Type: application/http\r\n\r\n\
                    GET /api/data/v9.2/roles(1)?$select=name HTTP/1.1\r\n\r\n--b\r\n\r\n\
                    GET https://x/api/data/v9.2/roles(2) HTTP/1.1\r\n\r\n--b\r\n\r\n\
                    POST https://x/api/data/v9.2/systemusers(a=(b))/roles/$ref HTTP/1.1\r\n\r\n\
                    {\"secret\":\"GET it HTTP/1.1\"}\r\n--b--";
        assert_eq!(of_batch(text), "2 x GET roles(...), POST systemusers(...)/roles/$ref");
        assert_eq!(of_batch("no batch"), "");
    }
}
