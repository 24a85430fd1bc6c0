//! What a user is told: errors and warnings, each at the attribute it is about.

use std::fmt;

use super::Path;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation did not do what was asked.
    Error,
    /// The operation went on, but the user should know.
    Warning,
}

/// One message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One line without a final period. Empty until the engine writes what was attempted ("Cannot create x").
    pub summary: String,
    /// Sentences: what is wrong, what was expected, what to do.
    pub detail: String,
    /// The attribute it is about; the root when it is about the whole object.
    pub path: Path,
}

impl Diagnostic {
    /// An error whose summary the engine writes: what was being attempted.
    pub fn error(detail: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            summary: String::new(),
            detail: detail.into(),
            path: Path::ROOT,
        }
    }

    /// A warning. Terraform groups warnings by summary, so keep it constant and put the case into the detail.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            summary: summary.into(),
            detail: detail.into(),
            path: Path::ROOT,
        }
    }

    /// The diagnostic under another summary.
    #[must_use]
    pub fn titled(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// The diagnostic at `path`.
    #[must_use]
    pub fn at(mut self, path: impl Into<Path>) -> Self {
        self.path = path.into();
        self
    }
}

/// Messages in the order they arose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all messages of `other`.
    pub fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// Whether any message is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Gives every message without a summary this one.
    #[must_use]
    pub fn titled(mut self, summary: &str) -> Self {
        for diagnostic in &mut self.0 {
            if diagnostic.summary.is_empty() {
                summary.clone_into(&mut diagnostic.summary);
            }
        }
        self
    }

    /// Runs on: the value of `result`, or nothing and its messages added here.
    pub fn absorb<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(diagnostics) => {
                self.extend(diagnostics);
                None
            }
        }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.0 {
            writeln!(f, "{}: {} ({})", diagnostic.summary, diagnostic.detail, diagnostic.path)?;
        }
        Ok(())
    }
}

/// A value, or the reasons why there is none.
pub type Result<T> = std::result::Result<T, Diagnostics>;
