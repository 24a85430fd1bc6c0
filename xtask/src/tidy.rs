//! `cargo xtask tidy`: the rules that neither compiler nor clippy knows. Each finding is one line with file and line.

mod borders;
mod evidence;
mod formatting;
mod leftovers;
mod panics;
mod paths;
mod source;
mod tree;

use crate::cargo;
use crate::error::{Error, Result};
use crate::screen;

use self::source::Source;

/// Lines that no Rust file may exceed.
const MOST_LINES: usize = 500;

/// The median that the Rust files should stay at or under.
const MEDIAN_LINES: usize = 150;

/// Files that may be longer, and why.
const LONG_FILES: &[(&str, &str)] = &[];

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The file, relative to the workspace.
    pub(crate) path: String,
    /// The line, from one; zero for the file as a whole.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Checks the whole workspace.
///
/// # Errors
///
/// When a rule is broken, or a file cannot be read.
pub(crate) fn run() -> Result<()> {
    let files = tree::files(&cargo::root())?;
    let sources: Vec<Source> = files.iter().filter(|file| file.is_rust()).map(Source::new).collect();
    let mut findings = tree::strangers(&cargo::root())?;
    findings.extend(evidence::check(&files));
    for file in &files {
        findings.extend(leftovers::words(file));
    }
    for (source, file) in sources.iter().zip(files.iter().filter(|file| file.is_rust())) {
        findings.extend(sizes(&source.path, source.lines));
        findings.extend(borders::check(source));
        findings.extend(leftovers::macros(source, file));
        findings.extend(panics::check(source));
    }
    match formatting::check(&cargo::root())? {
        Some(unformatted) => findings.extend(unformatted),
        None => {
            screen::line(
                "neither terraform nor tofu is installed: the format of the examples is not checked",
            );
        }
    }
    let lines: Vec<usize> = sources.iter().map(|source| source.lines).collect();
    let median = median(lines);
    screen::line(&format!("{} Rust files, median {median} lines", sources.len()));
    if median > MEDIAN_LINES {
        let what =
            format!("the median of the Rust files is {median} lines; it should not exceed {MEDIAN_LINES}");
        findings.push(Finding { path: "Cargo.toml".to_owned(), line: 0, what });
    }
    findings.sort();
    for finding in &findings {
        screen::line(&finding.to_string());
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err(Error::said("The rules of the house are broken in one place, named above.")),
        count => {
            Err(Error::said(format!("The rules of the house are broken in {count} places, named above.")))
        }
    }
}

fn sizes(path: &str, lines: usize) -> Option<Finding> {
    let excused = LONG_FILES.iter().any(|(file, _)| *file == path);
    (lines > MOST_LINES && !excused).then(|| Finding {
        path: path.to_owned(),
        line: 0,
        what: format!("{lines} lines; split it, no file has more than {MOST_LINES}"),
    })
}

fn median(mut lines: Vec<usize>) -> usize {
    lines.sort_unstable();
    lines.get(lines.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_have_five_hundred_lines_and_not_one_more() {
        assert_eq!(sizes("src/a.rs", 500), None);
        assert!(sizes("src/a.rs", 501).unwrap().to_string().starts_with("src/a.rs: 501 lines"));
    }

    #[test]
    fn findings_name_file_and_line() {
        let finding = Finding { path: "src/a.rs".to_owned(), line: 3, what: "wrong".to_owned() };
        assert_eq!(finding.to_string(), "src/a.rs:3: wrong");
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3, 1, 9]), 3);
        assert_eq!(median(Vec::new()), 0);
    }
}
