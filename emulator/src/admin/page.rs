//! The web page of the surface: files without a build step that load nothing from elsewhere.

use crate::wire::{Answer, Request};

/// The page may load its own files and ask its own host, and nothing else: names come from whoever calls the API.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// The files: path below the surface, type, text.
const FILES: [(&str, &str, &str); 10] = [
    ("", HTML, include_str!("../../page/index.html")),
    ("page/style.css", STYLE, include_str!("../../page/style.css")),
    ("page/main.js", SCRIPT, include_str!("../../page/main.js")),
    ("page/dom.js", SCRIPT, include_str!("../../page/dom.js")),
    ("page/list.js", SCRIPT, include_str!("../../page/list.js")),
    ("page/users.js", SCRIPT, include_str!("../../page/users.js")),
    ("page/roles.js", SCRIPT, include_str!("../../page/roles.js")),
    ("page/matrix.js", SCRIPT, include_str!("../../page/matrix.js")),
    ("page/teams.js", SCRIPT, include_str!("../../page/teams.js")),
    ("page/requests.js", SCRIPT, include_str!("../../page/requests.js")),
];

/// Answers a request for a file of the page; nothing when there is no such file.
pub(super) fn answer(request: &Request, path: &str) -> Option<Answer> {
    let (_, kind, text) = FILES.iter().find(|(name, ..)| *name == path)?;
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Some(Answer::empty(405).with("Allow", "GET, HEAD"));
    }
    let answer = Answer { status: 200, body: (*text).to_owned(), ..Answer::default() };
    Some(
        answer
            .with("Content-Type", *kind)
            .with("Content-Security-Policy", POLICY)
            .with("X-Content-Type-Options", "nosniff")
            .with("Referrer-Policy", "no-referrer")
            .with("Cache-Control", "no-store"),
    )
}
