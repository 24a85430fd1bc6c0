//! The tests that the threat model names must be there.

use std::collections::BTreeMap;

use super::Finding;
use super::tree::File;

/// The page whose claims are shown by tests.
const PAGE: &str = "docs/threat-model.md";

/// The tests that the page names, as `path.rs::function` in backticks, and that no file has.
pub(crate) fn check(files: &[File]) -> Vec<Finding> {
    let finding = |line: usize, what: String| Finding { path: PAGE.to_owned(), line, what };
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![finding(0, "the page is not there".to_owned())];
    };
    let by_path: BTreeMap<&str, &str> =
        files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut findings = Vec::new();
    let mut named = 0;
    for (index, line) in page.text.lines().enumerate() {
        let quoted = line.split('`').skip(1).step_by(2);
        for (path, name) in quoted.filter_map(|text| text.split_once(".rs::")) {
            named += 1;
            let path = format!("{path}.rs");
            if !by_path.get(path.as_str()).is_some_and(|text| has_test(text, name)) {
                findings.push(finding(index + 1, format!("{path} has no test {name}")));
            }
        }
    }
    if named == 0 {
        findings.push(finding(0, "it names no test".to_owned()));
    }
    findings
}

/// Whether the text has a function of that name below an attribute that makes it a test.
fn has_test(text: &str, name: &str) -> bool {
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ") {
            if is_test && rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('(')) {
                return true;
            }
            is_test = false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let code = "#[test]\nfn it_holds() {}\n\nfn helper() {}\n\n#[tokio::test]\nasync fn it_waits() {}\n";
        let findings = check(&[file(PAGE, page), file("src/a.rs", code)]);
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_test_that_is_named_must_be_there() {
        assert!(found("| `src/a.rs::it_holds`, `src/a.rs::it_waits` |").is_empty());
        assert_eq!(found("\n`src/a.rs::it_hold`"), ["docs/threat-model.md:2: src/a.rs has no test it_hold"]);
        assert_eq!(found("`src/a.rs::helper`").len(), 1);
        assert_eq!(found("`src/b.rs::it_holds`").len(), 1);
    }

    #[test]
    fn a_page_without_tests_is_a_finding() {
        assert_eq!(found("Nothing."), ["docs/threat-model.md: it names no test"]);
    }
}
