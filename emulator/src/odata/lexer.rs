//! Words of a filter and literals.

use uuid::Uuid;

use crate::errors::{ApiError, Code};

/// A literal of a URL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Number(f64),
    /// A bare GUID.
    Guid(Uuid),
    /// Text in single quotes.
    Text(String),
    /// An instant, `2024-01-01T00:00:00Z`.
    Date(String),
}

/// A word of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Literal(Literal),
    Alias(String),
    Array(String),
    Open,
    Close,
    Comma,
    Slash,
    Colon,
    Equals,
}

fn broken(text: &str, at: usize) -> ApiError {
    Code::Query.error(&[&format!("Syntax error at position {at} in '{text}'.")])
}

/// Splits a filter into its words.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ApiError> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let single = match c {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            ',' => Some(Token::Comma),
            '/' => Some(Token::Slash),
            ':' => Some(Token::Colon),
            '=' => Some(Token::Equals),
            _ => None,
        };
        if let Some(token) = single {
            found.push(token);
            at += 1;
        } else if c.is_whitespace() {
            at += 1;
        } else if c == '\'' {
            let (value, next) = quoted(&chars, at).ok_or_else(|| unterminated(text))?;
            found.push(Token::Literal(Literal::Text(value)));
            at = next;
        } else if c == '[' {
            let end = array_end(&chars, at).ok_or_else(|| broken(text, at))?;
            found.push(Token::Array(chars[at..end].iter().collect()));
            at = end;
        } else {
            let end = word_end(&chars, at);
            if end == at {
                return Err(broken(text, at));
            }
            let word: String = chars[at..end].iter().collect();
            at = end;
            if chars.get(at) == Some(&'\'') {
                let (value, next) = quoted(&chars, at).ok_or_else(|| unterminated(text))?;
                found.push(Token::Literal(typed(&word, value)?));
                at = next;
            } else {
                found.push(bare(word));
            }
        }
    }
    Ok(found)
}

fn unterminated(text: &str) -> ApiError {
    Code::Query
        .error(&[&format!("There is an unterminated string literal at position {} in '{text}'.", text.len())])
}

/// `Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'` reads as its member name.
fn typed(word: &str, value: String) -> Result<Literal, ApiError> {
    if word.starts_with("Microsoft.Dynamics.CRM.") {
        return Ok(Literal::Text(value));
    }
    Err(Code::Query.error(&[&format!("Unrecognized '{word}'{value}'' literal.")]))
}

fn quoted(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut at = start + 1;
    loop {
        match (*chars.get(at)?, chars.get(at + 1)) {
            ('\'', Some('\'')) => {
                value.push('\'');
                at += 2;
            }
            ('\'', _) => return Some((value, at + 1)),
            (c, _) => {
                value.push(c);
                at += 1;
            }
        }
    }
}

fn array_end(chars: &[char], start: usize) -> Option<usize> {
    let mut inside = false;
    for (at, c) in chars.iter().enumerate().skip(start) {
        match c {
            '"' => inside = !inside,
            ']' if !inside => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn word_end(chars: &[char], start: usize) -> usize {
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        // A colon belongs to an instant (12:30:00Z) but ends the variable of a lambda (x:x/name).
        let time = c == ':' && chars[start].is_ascii_digit();
        if c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | '@' | '$' | '{' | '}') || time {
            at += 1;
        } else {
            break;
        }
    }
    at
}

fn bare(word: String) -> Token {
    match literal(&word) {
        Some(literal) => Token::Literal(literal),
        None if word.starts_with('@') => Token::Alias(word),
        None => Token::Word(word),
    }
}

/// A literal of a URL, or nothing when the text is none.
pub(crate) fn literal(text: &str) -> Option<Literal> {
    match text {
        "null" => return Some(Literal::Null),
        "true" => return Some(Literal::Bool(true)),
        "false" => return Some(Literal::Bool(false)),
        _ => {}
    }
    if text.len() == 36
        && let Ok(id) = Uuid::parse_str(text)
    {
        return Some(Literal::Guid(id));
    }
    if text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'') {
        return Some(Literal::Text(text[1..text.len() - 1].replace("''", "'")));
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    if let Ok(value) = text.parse() {
        return Some(Literal::Int(value));
    }
    if let Ok(value) = text.parse() {
        return Some(Literal::Number(value));
    }
    let bytes = text.as_bytes();
    if bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' {
        let full = if bytes.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        return Some(Literal::Date(full));
    }
    None
}
