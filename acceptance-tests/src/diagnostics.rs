//! Errors and warnings as the CLI reports them in its JSON output.

use serde::Deserialize;
use serde_json::Value;

/// The summary of the warning about `dev_overrides`.
const OVERRIDES: &str = "Provider development overrides are in effect";

/// One error or warning.
#[derive(Debug, Clone, Deserialize)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub severity: String,
    /// The headline.
    pub summary: String,
    /// The explanation; empty if there is none.
    #[serde(default)]
    pub detail: String,
    /// The address of the resource, if the message belongs to one.
    pub address: Option<String>,
    /// Where in the configuration, if the message belongs to a place there.
    pub range: Option<Range>,
    /// The configuration at that place.
    pub snippet: Option<Snippet>,
}

/// A place in the configuration.
#[derive(Debug, Clone, Deserialize)]
pub struct Range {
    /// The file, relative to the working folder.
    pub filename: String,
    /// The first character.
    pub start: Position,
}

/// A character's position, counted from 1.
#[derive(Debug, Clone, Deserialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// An extract of the configuration.
#[derive(Debug, Clone, Deserialize)]
pub struct Snippet {
    /// The block around it, such as `resource "x" "y"`.
    pub context: Option<String>,
    /// The lines.
    pub code: String,
    /// First byte of the marked part, within [`Snippet::code`].
    pub highlight_start_offset: usize,
    /// First byte after the marked part.
    pub highlight_end_offset: usize,
}

impl Diagnostic {
    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == "error"
    }

    /// Summary and detail as one text on one line, for searching.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}: {}", self.summary, self.detail).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The part of the configuration that the CLI marks, which for an attribute is its value.
    #[must_use]
    pub fn marked(&self) -> &str {
        let Some(snippet) = &self.snippet else { return "" };
        snippet.code.get(snippet.highlight_start_offset..snippet.highlight_end_offset).unwrap_or("")
    }

    /// The line of the configuration that the message belongs to, such as `name = "x"`.
    #[must_use]
    pub fn line(&self) -> &str {
        self.snippet.as_ref().map_or("", |snippet| snippet.code.lines().next().unwrap_or("").trim())
    }

    /// The diagnostics in the JSON output of `plan`, `apply` and the like (one object per line) or of `validate` (one
    /// object). Lines that are no JSON are left out: the text of a crash, for example. So is the warning that the provider
    /// comes from a directory, which is in every run.
    #[must_use]
    pub fn parse(stdout: &str) -> Vec<Self> {
        let mut found: Vec<Self> = if let Ok(whole) = serde_json::from_str::<Value>(stdout)
            && let Some(list) = whole["diagnostics"].as_array()
        {
            list.iter().filter_map(|item| Self::deserialize(item).ok()).collect()
        } else {
            let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let diagnostics = messages.filter(|message| message["type"] == "diagnostic");
            diagnostics.filter_map(|message| Self::deserialize(&message["diagnostic"]).ok()).collect()
        };
        found.retain(|it| it.summary != OVERRIDES);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_are_found_in_the_output_of_plan_and_of_validate() {
        let one = r#"{"severity":"error","summary":"No","detail":"Such\nthing","address":"a.b","snippet":{
            "context":"resource \"a\" \"b\"","code":"  name = \"x\"","start_line":3,"highlight_start_offset":9,
            "highlight_end_offset":12,"values":[]}}"#
            .replace('\n', "");
        let plan =
            format!("{{\"type\":\"version\"}}\nnoise\n{{\"type\":\"diagnostic\",\"diagnostic\":{one}}}\n");
        let validate = format!("{{\"valid\":false,\"diagnostics\":[{one}]}}");
        for output in [plan, validate] {
            let found = Diagnostic::parse(&output);
            assert_eq!(found.len(), 1, "{output}");
            assert_eq!(found[0].text(), "No: Such thing");
            assert_eq!(found[0].marked(), "\"x\"");
            assert_eq!(found[0].line(), "name = \"x\"");
            assert!(found[0].is_error());
        }
    }
}
