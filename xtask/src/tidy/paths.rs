//! The paths that code names: what `use` brings in, and what is written in full.

use super::source::{Source, is_word};

/// All paths in a file, with the byte where each stands. Paths in groups are written out:
/// `use crate::{a, b::c}` names `crate::a` and `crate::b::c`.
pub(crate) fn all(source: &Source) -> Vec<(usize, String)> {
    let code = &source.code;
    let mut found = Vec::new();
    let mut at = 0;
    while at < code.len() {
        if !is_word(code[at]) || code[at].is_ascii_digit() || (at > 0 && is_word(code[at - 1])) {
            at += 1;
            continue;
        }
        let word = word(code, at);
        if word == "use" {
            let end =
                code[at..].iter().position(|byte| *byte == b';').map_or(code.len(), |length| at + length);
            let text: String = code[at + 3..end].iter().map(|byte| char::from(*byte)).collect();
            tree("", text.trim(), at, &mut found);
            at = end;
        } else {
            let path = path(code, at);
            let length = path.len();
            if path.contains("::") && !(at > 1 && &code[at - 2..at] == b"::") {
                found.push((at, path));
            }
            at += length.max(1);
        }
    }
    found
}

fn word(code: &[u8], at: usize) -> String {
    code[at..].iter().take_while(|byte| is_word(**byte)).map(|byte| char::from(*byte)).collect()
}

/// Words joined by `::`, without blanks between.
fn path(code: &[u8], at: usize) -> String {
    let mut path = word(code, at);
    loop {
        let next = at + path.len();
        let joined = code[next..].starts_with(b"::") && code.get(next + 2).is_some_and(|byte| is_word(*byte));
        if !joined {
            return path;
        }
        path = format!("{path}::{}", word(code, next + 2));
    }
}

/// Writes out a use tree.
fn tree(prefix: &str, text: &str, at: usize, found: &mut Vec<(usize, String)>) {
    let text = text.trim().trim_start_matches("::");
    let Some(brace) = text.find('{') else {
        let name = text.split(" as ").next().unwrap_or_default().trim();
        if !name.is_empty() {
            found.push((at, format!("{prefix}{name}")));
        }
        return;
    };
    let prefix = format!("{prefix}{}", text[..brace].trim());
    let inside = text[brace + 1..].trim_end().strip_suffix('}').unwrap_or(&text[brace + 1..]);
    let (mut depth, mut start) = (0_usize, 0);
    for (index, character) in inside.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                tree(&prefix, &inside[start..index], at, found);
                start = index + 1;
            }
            _ => {}
        }
    }
    tree(&prefix, &inside[start..], at, found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::File;

    fn names(text: &str) -> Vec<String> {
        let source = Source::new(&File { path: "a.rs".to_owned(), text: text.to_owned() });
        all(&source).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn groups_are_written_out() {
        let expected = ["crate::a", "crate::b::c", "crate::b::d::self", "crate::b::d::e"];
        assert_eq!(names("use crate::{a, b::{c as x, d::{self, e}}};"), expected);
        assert_eq!(names("pub(crate) use tonic;"), ["tonic"]);
    }

    #[test]
    fn paths_in_code_count_and_those_in_comments_and_texts_do_not() {
        assert_eq!(names("fn f() -> tonic::Status { g(\"prost::x\") } // rmp::y"), ["tonic::Status"]);
    }
}
