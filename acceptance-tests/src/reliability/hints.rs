//! The import that a message asks for, followed as a user would who reads it.

use crate::diagnostics::Diagnostic;
use crate::workspace::Workspace;

/// The address and the id to import, if the message is about an object that stands and says how to import it.
#[must_use]
pub fn hint(message: &Diagnostic) -> Option<(String, String)> {
    let text = message.text();
    let address = message.address.clone()?;
    let asks = text.split([' ', '.', ',', ':', ';']).any(|word| word.eq_ignore_ascii_case("import"));
    if !asks {
        return None;
    }
    // `terraform import <address> <id>`, or `with the id <id>`.
    let after_command = text.split_once("terraform import ").and_then(|(_, rest)| rest.split_once(' '));
    let rest =
        after_command.map(|(_, rest)| rest).or_else(|| text.split_once("the id ").map(|(_, rest)| rest))?;
    let id = match rest.chars().next().filter(|quote| ['"', '\'', '`'].contains(quote)) {
        Some(quote) => rest.split(quote).nth(1)?,
        // Ids may hold names, and names blanks.
        None => {
            let ends = [", ", ". ", "; ", " or ", " if "].iter().filter_map(|end| rest.find(end));
            rest[..ends.min().unwrap_or(rest.len())].trim_end_matches('.')
        }
    };
    (!id.is_empty()).then(|| (address, id.to_owned()))
}

/// Follows the hints of a run's messages for objects that the state does not know; how many it followed.
pub fn follow(workspace: &Workspace, messages: &[Diagnostic]) -> usize {
    let known = workspace.addresses();
    let mut found: Vec<(String, String)> = messages.iter().filter_map(hint).collect();
    found.retain(|(address, _)| !known.contains(address));
    found.dedup_by(|one, other| one.0 == other.0);
    for (address, id) in &found {
        workspace.import(address, id);
    }
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(detail: &str) -> Option<String> {
        let message = Diagnostic {
            severity: "error".to_owned(),
            summary: "It exists".to_owned(),
            detail: detail.to_owned(),
            address: Some("a.b".to_owned()),
            range: None,
            snippet: None,
        };
        hint(&message).map(|(_, id)| id)
    }

    #[test]
    fn the_id_is_found_in_the_ways_it_is_said() {
        let cases = [
            ("The name is taken. Import it with the id 1/2, or choose another.", Some("1/2")),
            ("Import it with the id \"Sales role\".", Some("Sales role")),
            ("Named so already, with the id 17. Import it if that one is meant.", Some("17")),
            ("Named so already, with the id 17. Choose another name, or import that unit.", Some("17")),
            ("Import it: terraform import a.b 1-2-3", Some("1-2-3")),
            ("Import it: terraform import 'a.b' 'x/y'.", Some("x/y")),
            ("Import the assignment with the id user/1/Basic User, or remove it.", Some("user/1/Basic User")),
            ("Choose another name.", None),
            ("There is no row with the id 17.", None),
        ];
        for (detail, wanted) in cases {
            assert_eq!(said(detail).as_deref(), wanted, "{detail}");
        }
    }
}
