//! `unwrap` and `expect` outside tests, where nobody has stated why they cannot fail.

use std::ops::Range;

use super::Finding;
use super::source::Source;

/// Calls that may panic. `expect` counts with a text as its argument, as other types have a method of that name.
const CALLS: &[&str] = &[".unwrap()", ".unwrap_err()", ".expect(\"", ".expect(&format!", ".expect_err(\""];

/// Beginnings of attributes whose item may call them.
const EXCUSES: &[&str] = &["#[cfg(test)]", "#[cfg(all(test", "#[test]", "#[tokio::test"];

/// The calls that nothing excuses.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if is_test(&source.path) || whole_file_is_excused(source) {
        return Vec::new();
    }
    let excused = excused(source);
    let mut findings = Vec::new();
    for call in CALLS {
        for at in source.find(call) {
            if excused.iter().any(|range| range.contains(&at)) {
                continue;
            }
            let name = call.trim_start_matches('.').split('(').next().unwrap_or_default();
            let what = format!("{name} without #[expect(clippy::...)] and a reason");
            findings.push(Finding { path: source.path.clone(), line: source.line(at), what });
        }
    }
    findings
}

fn is_test(path: &str) -> bool {
    path.starts_with("acceptance-tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || path.contains("/examples/")
}

fn whole_file_is_excused(source: &Source) -> bool {
    ["#![expect(", "#![allow("]
        .iter()
        .flat_map(|start| source.find(start))
        .any(|at| names_the_lint(source, at))
        || !source.find("#![cfg(test)]").is_empty()
}

fn excused(source: &Source) -> Vec<Range<usize>> {
    let tests = EXCUSES.iter().flat_map(|start| source.find(start));
    let stated = source.find("#[expect(").into_iter().filter(|at| names_the_lint(source, *at));
    tests.chain(stated).map(|at| source.item_after(end_of_attribute(source, at))).collect()
}

fn names_the_lint(source: &Source, at: usize) -> bool {
    let attribute = String::from_utf8_lossy(&source.code[at..end_of_attribute(source, at)]);
    ["clippy::expect_used", "clippy::unwrap_used"].iter().any(|lint| attribute.contains(lint))
}

/// Where the attribute that begins at `at` ends.
fn end_of_attribute(source: &Source, at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, byte) in source.code.iter().enumerate().skip(at) {
        match byte {
            b'[' => depth += 1,
            b']' if depth <= 1 => return index + 1,
            b']' => depth -= 1,
            _ => {}
        }
    }
    source.code.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::File;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let source = Source::new(&File { path: path.to_owned(), text: text.to_owned() });
        check(&source).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn calls_outside_tests_need_a_reason() {
        let text = "fn f() {\n    a.unwrap();\n    b.expect(\"c\");\n    parser.expect(Token::Comma);\n}\n";
        assert_eq!(lines("src/a.rs", text), [2, 3]);
        assert!(lines("src/a/tests.rs", text).is_empty() && lines("emulator/tests/a.rs", text).is_empty());
    }

    #[test]
    fn tests_and_stated_invariants_are_excused() {
        let text = "#[expect(clippy::unwrap_used, reason = \"it is [there]\")]\nfn f() {\n    a.unwrap();\n}\n\
                    fn g() {\n    b.unwrap();\n}\n#[cfg(test)]\nmod tests {\n    fn h() { c.unwrap(); }\n}\n";
        assert_eq!(lines("src/a.rs", text), [6]);
    }
}
