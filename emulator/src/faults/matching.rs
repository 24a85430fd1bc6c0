//! Which requests a rule is for.

use serde::Deserialize;
use uuid::Uuid;

use super::request_key::request_key;
use crate::batch::targets;
use crate::odata::decode;
use crate::pipeline::is_api;
use crate::wire::Request;

/// The parts of the service that can fail on their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Surface {
    /// The Web API.
    #[default]
    Api,
    /// What gives tokens: Entra and the managed identities.
    Token,
    /// The Power Platform admin API.
    AdminApi,
    /// All of them, and whatever else is asked of the server.
    Any,
}

/// Which requests; an absent member is for all of them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Match {
    pub(super) surface: Option<Surface>,
    methods: Option<Vec<String>>,
    path: Option<String>,
    query: Option<String>,
    tables: Option<Vec<String>>,
    pub(super) caller: Option<Uuid>,
    writes: Option<bool>,
    pub(super) batch: Option<bool>,
    pub(super) parts: bool,
}

/// What rules ask of a request, found out once for all of them.
#[derive(Debug)]
pub(crate) struct Facts<'r> {
    request: &'r Request,
    surface: Option<Surface>,
    /// Below the service root, decoded.
    path: String,
    query: String,
    /// The first segment of the path, or of those of the parts.
    tables: Vec<String>,
    writes: bool,
    /// A `$batch` as a whole.
    batch: bool,
    /// A request inside a `$batch`.
    part: bool,
    /// The ids that the caller is known by.
    callers: Vec<Uuid>,
}

impl<'r> Facts<'r> {
    /// Looks at a request. `part` tells that it stands inside a batch; `callers` are the ids of the caller.
    pub(crate) fn of(request: &'r Request, part: bool, callers: Vec<Uuid>) -> Self {
        let surface = surface(&request.path);
        let path = decode(below_root(&request.path, surface), false);
        let batch = surface == Some(Surface::Api) && path == "$batch";
        let api = surface == Some(Surface::Api);
        let (tables, writes) = if batch {
            targets(request)
        } else {
            (vec![first_segment(&path).to_owned()], api && changes(&request.method))
        };
        let writes = writes || surface == Some(Surface::AdminApi) && changes(&request.method);
        let query = decode(&request.query, true);
        Self { request, surface, path, query, tables, writes, batch, part, callers }
    }

    /// What tells this request from others: equal for two attempts of one.
    pub(super) fn key(&self) -> [u8; 32] {
        request_key(self.request, &self.path)
    }

    /// `GET systemusers`.
    pub(super) fn label(&self) -> String {
        format!("{} {}", self.request.method, first_segment(&self.path))
    }
}

impl Match {
    /// Whether it names nothing.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a request is one of those.
    pub(super) fn fits(&self, facts: &Facts<'_>) -> bool {
        let any = |wanted: &[String], found: &str| wanted.iter().any(|wanted| wanted == found);
        let surface = match self.surface.unwrap_or_default() {
            Surface::Any => true,
            wanted => facts.surface == Some(wanted),
        };
        // A rule for parts is for plain requests too; a part is nobody else's.
        let place = if self.parts { !facts.batch } else { !facts.part };
        surface
            && place
            && self.batch.is_none_or(|batch| batch == facts.batch)
            && self.writes.is_none_or(|writes| writes == facts.writes)
            && self.methods.as_ref().is_none_or(|methods| {
                methods.iter().any(|method| method.eq_ignore_ascii_case(&facts.request.method))
            })
            && self.path.as_ref().is_none_or(|pattern| glob(pattern, &facts.path))
            && self.query.as_ref().is_none_or(|pattern| glob(pattern, &facts.query))
            && self.tables.as_ref().is_none_or(|tables| facts.tables.iter().any(|table| any(tables, table)))
            && self.caller.is_none_or(|caller| facts.callers.contains(&caller))
    }
}

/// Whether a method changes something; functions are GETs, actions POSTs.
pub(crate) fn changes(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// `systemusers` of `systemusers(..)/..`.
pub(crate) fn first_segment(path: &str) -> &str {
    path.trim_start_matches('/').split(['/', '(', '?']).next().unwrap_or_default()
}

/// The path below `/api/data/v9.2/`, or below the host where there is no such root.
pub(crate) fn below_root(path: &str, surface: Option<Surface>) -> &str {
    let path = path.trim_start_matches('/');
    match surface {
        Some(Surface::Api) => {
            let rest = path.strip_prefix("api/data").unwrap_or(path).trim_start_matches('/');
            rest.split_once('/').map_or("", |(_, rest)| rest).trim_matches('/')
        }
        _ => path,
    }
}

/// Whether a path is one that gives tokens.
pub(crate) fn is_token_path(path: &str) -> bool {
    surface(path) == Some(Surface::Token)
}

/// The surface a path belongs to; none for discovery documents and whatever nobody knows.
fn surface(path: &str) -> Option<Surface> {
    let lower = path.to_ascii_lowercase();
    if is_api(path) {
        Some(Surface::Api)
    } else if lower.starts_with("/providers/") {
        Some(Surface::AdminApi)
    } else if lower.ends_with("/oauth2/v2.0/token")
        || lower.ends_with("/oauth2/token")
        || lower == "/msi/token"
    {
        Some(Surface::Token)
    } else {
        None
    }
}

/// Whether a text has the form of a pattern, where `*` stands for any run of characters (also of `/`) and `?` for one.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to return to: the last star, and how much it has swallowed.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, swallowed)) => {
                    star = Some((at, swallowed + 1));
                    p = at + 1;
                    t = swallowed + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_star_is_any_run_and_a_question_mark_one_character() {
        assert!(glob("systemusers(*)/*", "systemusers(1)/teams/$ref"));
        assert!(glob("*deletedstate*", "$filter=deletedstate eq 0"));
        assert!(glob("a?c*", "abc") && glob("*", "") && glob("*b*b", "abab"));
        assert!(!glob("systemusers(*)", "systemusers"));
        assert!(!glob("roles", "roles(1)") && !glob("a?c", "ac"));
    }
}
