//! A Rust file with comments and the insides of literals blanked out, so that rules see code only.

use super::tree::File;

/// A Rust file, prepared for the rules.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The path relative to the workspace, with slashes.
    pub(crate) path: String,
    /// The code: comments and what stands between quotes are blanks; every byte is where it was.
    pub(crate) code: Vec<u8>,
    /// The number of lines.
    pub(crate) lines: usize,
}

impl Source {
    /// Prepares a file.
    pub(crate) fn new(file: &File) -> Self {
        Self { path: file.path.clone(), code: blank(file.text.as_bytes()), lines: file.text.lines().count() }
    }

    /// The line of a byte, from one.
    pub(crate) fn line(&self, at: usize) -> usize {
        1 + self.code[..at].iter().filter(|byte| **byte == b'\n').count()
    }

    /// Where `needle` occurs.
    pub(crate) fn find(&self, needle: &str) -> Vec<usize> {
        let needle = needle.as_bytes();
        self.code
            .windows(needle.len())
            .enumerate()
            .filter(|(_, it)| *it == needle)
            .map(|(at, _)| at)
            .collect()
    }

    /// The range of the item that follows a byte: to its closing brace, or to a semicolon before any brace.
    pub(crate) fn item_after(&self, at: usize) -> std::ops::Range<usize> {
        let (mut braces, mut others) = (0_usize, 0_usize);
        for (index, byte) in self.code.iter().enumerate().skip(at) {
            match byte {
                b'(' | b'[' => others += 1,
                b')' | b']' => others = others.saturating_sub(1),
                b'{' => braces += 1,
                b'}' if braces <= 1 => return at..index + 1,
                b'}' => braces -= 1,
                b';' if braces == 0 && others == 0 => return at..index + 1,
                _ => {}
            }
        }
        at..self.code.len()
    }
}

/// Whether a byte can be part of an identifier.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// What the reader is in the middle of.
enum Place {
    Code,
    Line,
    Block(usize),
    Text,
    Raw(usize),
}

fn blank(text: &[u8]) -> Vec<u8> {
    let mut code = text.to_vec();
    let mut place = Place::Code;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (next, step, keep) = match place {
            Place::Code => in_code(text, at),
            Place::Line if rest[0] == b'\n' => (Place::Code, 1, true),
            Place::Line => (Place::Line, 1, false),
            Place::Block(1) if rest.starts_with(b"*/") => (Place::Code, 2, false),
            Place::Block(depth) if rest.starts_with(b"*/") => (Place::Block(depth - 1), 2, false),
            Place::Block(depth) if rest.starts_with(b"/*") => (Place::Block(depth + 1), 2, false),
            Place::Block(depth) => (Place::Block(depth), 1, false),
            Place::Text if rest[0] == b'\\' => (Place::Text, 2, false),
            Place::Text if rest[0] == b'"' => (Place::Code, 1, true),
            Place::Text => (Place::Text, 1, false),
            Place::Raw(hashes) if rest[0] == b'"' && closes(rest, hashes) => (Place::Code, 1 + hashes, true),
            Place::Raw(hashes) => (Place::Raw(hashes), 1, false),
        };
        if !keep {
            for byte in code.iter_mut().skip(at).take(step).filter(|byte| **byte != b'\n') {
                *byte = b' ';
            }
        }
        place = next;
        at += step;
    }
    code
}

fn in_code(text: &[u8], at: usize) -> (Place, usize, bool) {
    let rest = &text[at..];
    let inside_word = at > 0 && is_word(text[at - 1]);
    if rest.starts_with(b"//") {
        (Place::Line, 2, false)
    } else if rest.starts_with(b"/*") {
        (Place::Block(1), 2, false)
    } else if rest[0] == b'"' {
        (Place::Text, 1, true)
    } else if !inside_word && let Some(hashes) = raw_start(rest) {
        (Place::Raw(hashes.1), hashes.0, true)
    } else if rest[0] == b'\'' {
        (Place::Code, character(rest), false)
    } else {
        (Place::Code, 1, true)
    }
}

/// The length of the start of a raw text, `r#"` or `br"`, and its hashes.
fn raw_start(rest: &[u8]) -> Option<(usize, usize)> {
    let prefix = usize::from(rest[0] == b'b');
    if rest.get(prefix) != Some(&b'r') {
        return None;
    }
    let hashes = rest[prefix + 1..].iter().take_while(|byte| **byte == b'#').count();
    (rest.get(prefix + 1 + hashes) == Some(&b'"')).then_some((prefix + 2 + hashes, hashes))
}

fn closes(rest: &[u8], hashes: usize) -> bool {
    rest[1..].len() >= hashes && rest[1..=hashes].iter().all(|byte| *byte == b'#')
}

/// The length of a character literal; one, when it is the start of a lifetime.
fn character(rest: &[u8]) -> usize {
    let closing =
        |from: usize| rest.iter().skip(from).take(10).position(|byte| *byte == b'\'').map(|at| from + at + 1);
    match rest.get(1) {
        Some(b'\\') => closing(3).unwrap_or(1),
        Some(byte) if *byte >= 0x80 => closing(2).unwrap_or(1),
        Some(_) if rest.get(2) == Some(&b'\'') => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn source(path: &str, text: &str) -> Source {
        Source::new(&File { path: path.to_owned(), text: text.to_owned() })
    }

    fn code(text: &str) -> String {
        String::from_utf8(source("a.rs", text).code).unwrap()
    }

    #[test]
    fn comments_and_the_insides_of_texts_are_blank() {
        assert_eq!(code("a /* b /* c */ d */ e"), "a                   e");
        assert_eq!(code("a // b\nc"), "a     \nc");
        assert_eq!(code(r#"f("x \" y")"#), r#"f("      ")"#);
        assert_eq!(code(r##"f(r#"x " y"#)"##), r##"f(r#"     "#)"##);
    }

    #[test]
    fn characters_are_not_the_start_of_a_text_and_lifetimes_are_no_characters() {
        assert_eq!(code("f('\"', '\\'', 'é', b)").replace(' ', ""), "f(,,,b)");
        assert_eq!(code("fn f<'a>(x: &'a str) {}").replace(' ', ""), "fnf<a>(x:&astr){}");
    }

    #[test]
    fn an_item_ends_with_its_brace_or_a_semicolon() {
        let source = source("a.rs", "#[x] fn f(a: [u8; 2]) { { } } fn g() {}");
        let item = source.item_after(4);
        assert_eq!(&source.code[item], b" fn f(a: [u8; 2]) { { } }");
    }
}
