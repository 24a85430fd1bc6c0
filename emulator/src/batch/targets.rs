//! What the parts of a batch are about, before any of them is run.

use std::collections::HashMap;

use super::multipart::{Part, boundary, parts};
use crate::faults::{changes, first_segment};
use crate::wire::Request;

/// The entity sets that the parts of a batch address, in their order and each once, and whether any part changes
/// something. A batch that cannot be read has none.
pub(crate) fn targets(request: &Request) -> (Vec<String>, bool) {
    let read = || {
        let mark = boundary(request.header("content-type")?)?;
        parts(&String::from_utf8_lossy(&request.body), &mark).ok()
    };
    let mut found = Found::default();
    for part in read().unwrap_or_default() {
        match part {
            Part::Request(request) => found.add(&request, None),
            Part::ChangeSet(set) => {
                set.iter().for_each(|(request, id)| found.add(request, id.as_deref()));
                found.declared.clear();
            }
        }
    }
    (found.sets, found.writes)
}

#[derive(Default)]
struct Found {
    sets: Vec<String>,
    writes: bool,
    /// The entity sets that `$1` and the like stand for.
    declared: HashMap<String, String>,
}

impl Found {
    fn add(&mut self, request: &Request, id: Option<&str>) {
        self.writes |= changes(&request.method);
        let path = match request.path.split_once("/api/data/") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, rest)| rest),
            None => request.path.as_str(),
        };
        let segment = first_segment(path);
        let set = match segment.strip_prefix('$') {
            Some(reference) => self.declared.get(reference).cloned().unwrap_or_else(|| segment.to_owned()),
            None => segment.to_owned(),
        };
        if let Some(id) = id {
            self.declared.insert(id.to_owned(), set.clone());
        }
        if !self.sets.contains(&set) {
            self.sets.push(set);
        }
    }
}
