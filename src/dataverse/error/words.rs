//! The words of a service, for people to read.

/// Longest text of a service that a message repeats, in characters. The longest that Dataverse is known to send are lists of
/// privileges, of some thousand characters; more than a few screens helps nobody, and a hostile service could fill a disk
/// with logs.
pub(crate) const MESSAGE_LENGTH: usize = 8_000;

/// The text as a terminal may show it: without control characters, which could move the cursor or repaint what was
/// printed before, and not longer than [`MESSAGE_LENGTH`]. Line breaks stay.
pub(crate) fn words(text: &str) -> String {
    let mut shown: String = text.chars().take(MESSAGE_LENGTH).map(printable).collect();
    if shown.len() < text.len() && text.chars().nth(MESSAGE_LENGTH).is_some() {
        shown.push_str("...");
    }
    shown
}

fn printable(c: char) -> char {
    // Beside what Unicode calls control characters: those that turn the direction of what follows.
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c != '\n' && (c.is_control() || turns) { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_blanks_and_line_breaks_stay() {
        assert_eq!(words("a\u{1b}[2Jb\r\nc\u{202e}d\u{9b}"), "a [2Jb \nc d ");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "\u{fc}".repeat(MESSAGE_LENGTH);
        assert_eq!(words(&long), long);
        assert_eq!(words(&format!("{long}x")), format!("{long}..."));
    }
}
