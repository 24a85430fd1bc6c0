//! The terminal: headlines of steps, remarks, errors.

use std::error::Error;
use std::io::{self, IsTerminal, Write};

/// Writes to standard output what a command has to say. A reader who has gone away is no error.
#[derive(Debug)]
pub(crate) struct Screen {
    colour: bool,
    step: usize,
    steps: usize,
}

impl Screen {
    /// A screen for a command of so many steps.
    pub(crate) fn new(steps: usize) -> Self {
        Self { colour: colourful(), step: 0, steps }
    }

    /// Announces the next step.
    pub(crate) fn step(&mut self, title: &str) {
        self.step += 1;
        let headline = format!("[{}/{}] {title}", self.step, self.steps);
        line(&format!("\n{}", self.paint("1;36", &headline)));
    }

    /// A command as one would type it.
    pub(crate) fn prompt(&self, command: &str) {
        line(&format!("\n{}", self.paint("1", &format!("$ {command}"))));
    }

    /// A remark under a step.
    pub(crate) fn say(&self, text: &str) {
        line(text);
    }

    /// A heading inside a step.
    pub(crate) fn heading(&self, text: &str) {
        line(&format!("\n{}", self.paint("1", text)));
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Whether standard output is for eyes that want colours.
pub(crate) fn colourful() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// One line on standard output.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A remark on standard error, for commands whose standard output is data.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The last words of a command that failed.
pub(crate) fn complain(error: &dyn Error) {
    let mut text = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(&format!("\n  because: {cause_text}"));
        }
        source = cause.source();
    }
    note(&text);
}
