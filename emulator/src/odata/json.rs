//! Writing JSON text in the order it is wanted.

use std::fmt::Write;

use uuid::Uuid;

use crate::store::Val;

/// A JSON document being written.
#[derive(Debug, Default)]
pub(crate) struct JsonOut {
    text: String,
}

impl JsonOut {
    /// The document.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn comma(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(['{', '[', ':', ',']) {
            self.text.push(',');
        }
    }

    /// Opens an object or array.
    pub(crate) fn open(&mut self, bracket: char) {
        self.comma();
        self.text.push(bracket);
    }

    /// Closes an object or array.
    pub(crate) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// Writes a member name.
    pub(crate) fn name(&mut self, name: &str) {
        self.comma();
        self.quoted(name);
        self.text.push(':');
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                c if c < ' ' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(c));
                }
                c => self.text.push(c),
            }
        }
        self.text.push('"');
    }

    /// Writes JSON text as it is.
    pub(crate) fn raw(&mut self, json: &str) {
        self.comma();
        self.text.push_str(json);
    }

    /// Writes a member with a text value.
    pub(crate) fn member(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    /// Writes a member with a GUID.
    pub(crate) fn guid(&mut self, name: &str, id: Uuid) {
        self.name(name);
        let _ = write!(self.text, "\"{id}\"");
    }

    /// Writes a member with a number.
    pub(crate) fn number(&mut self, name: &str, number: impl std::fmt::Display) {
        self.name(name);
        let _ = write!(self.text, "{number}");
    }

    /// Writes a value.
    pub(crate) fn value(&mut self, value: &Val) {
        self.comma();
        match value {
            Val::Null => self.text.push_str("null"),
            Val::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Val::Int(value) => {
                let _ = write!(self.text, "{value}");
            }
            Val::Number(value) => {
                let _ = write!(self.text, "{value}");
            }
            Val::Guid(id) => {
                let _ = write!(self.text, "\"{id}\"");
            }
            Val::Text(text) => self.quoted(text),
            Val::Raw(json) => self.text.push_str(json),
        }
    }
}
