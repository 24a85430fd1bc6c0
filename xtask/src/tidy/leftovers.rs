//! Words and macros that belong to work in progress.

use super::Finding;
use super::source::{Source, is_word};
use super::tree::File;

/// Words in any text. They are put together here, lest this file be a finding.
const WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

/// Beginnings of code.
const CODE: &[&str] = &["dbg!", "todo!", "unimplemented!", "#[ignore"];

/// Words of work in progress.
pub(crate) fn words(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for word in WORDS {
            let stands_alone = line.match_indices(word).any(|(at, _)| {
                let bytes = line.as_bytes();
                let free =
                    |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| !is_word(*byte));
                free(at.checked_sub(1)) && free(Some(at + word.len()))
            });
            if stands_alone {
                let what = format!("{word}: finish it, or describe it in an issue");
                findings.push(Finding { path: file.path.clone(), line: index + 1, what });
            }
        }
    }
    findings
}

/// How a test that runs only when it is asked for says what it needs.
const NEEDS: &str = "#[ignore = \"needs ";

/// Macros of work in progress, and tests that do not run though they need nothing.
pub(crate) fn macros(source: &Source, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for code in CODE {
        for at in source.find(code) {
            let needs = file.text.as_bytes()[at..].starts_with(NEEDS.as_bytes());
            if needs || at > 0 && is_word(source.code[at - 1]) {
                continue;
            }
            let what = format!("{}: finish it", code.trim_start_matches("#["));
            findings.push(Finding { path: source.path.clone(), line: source.line(at), what });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        File { path: "src/a.rs".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn words_of_work_in_progress_are_found_alone_and_not_within_others() {
        let text = format!("// fine\n// {}: later\n// {}S\n", WORDS[0], WORDS[0]);
        let found = words(&file(&text));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
    }

    #[test]
    fn macros_of_work_in_progress_are_found_in_code_only() {
        let file = file("fn f() { todo!() }\n// todo!()\n#[ignore]\nfn g() {}\n");
        let lines: Vec<usize> =
            macros(&Source::new(&file), &file).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn a_test_may_wait_to_be_asked_for_when_it_says_what_it_needs() {
        let file = file(
            "#[ignore = \"needs a browser\"]\nfn f() {}\n#[ignore = \"fails now and then\"]\nfn g() {}\n",
        );
        let lines: Vec<usize> =
            macros(&Source::new(&file), &file).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [3]);
    }
}
