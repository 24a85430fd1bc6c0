//! The words of configurations, and what they are in Dataverse.

use tf_provider::framework::{Validator, Value};

use crate::dataverse::Id;
use crate::dataverse::tables::record_access::AccessRight;
use crate::dataverse::tables::{Depth, Right};

/// Access levels in the words of the admin center, shallow to deep, with the API's word for each.
pub const LEVELS: [(&str, &str, Depth); 4] = [
    ("user", "Basic", Depth::Basic),
    ("business_unit", "Local", Depth::Local),
    ("parent_child_business_unit", "Deep", Depth::Deep),
    ("organization", "Global", Depth::Global),
];

/// Rights on a table.
pub const RIGHTS: [(&str, Right); 8] = [
    ("create", Right::Create),
    ("read", Right::Read),
    ("write", Right::Write),
    ("delete", Right::Delete),
    ("append", Right::Append),
    ("append_to", Right::AppendTo),
    ("assign", Right::Assign),
    ("share", Right::Share),
];

/// Rights on one row, with the words of [`RIGHTS`].
const ACCESS_RIGHTS: [(&str, AccessRight); 8] = [
    ("create", AccessRight::Create),
    ("read", AccessRight::Read),
    ("write", AccessRight::Write),
    ("delete", AccessRight::Delete),
    ("append", AccessRight::Append),
    ("append_to", AccessRight::AppendTo),
    ("assign", AccessRight::Assign),
    ("share", AccessRight::Share),
];

/// Reads a right on a row.
pub fn access_right(text: &str) -> Option<AccessRight> {
    ACCESS_RIGHTS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, right)| *right)
}

/// The word for a right on a row.
pub fn access_right_word(right: AccessRight) -> &'static str {
    ACCESS_RIGHTS.iter().find(|(_, known)| *known == right).map_or("", |(word, _)| word)
}

/// Reads an access level: the admin center's word or the API's, in any case.
pub fn level(text: &str) -> Option<Depth> {
    LEVELS
        .iter()
        .find(|(word, api, _)| word.eq_ignore_ascii_case(text) || api.eq_ignore_ascii_case(text))
        .map(|(_, _, depth)| *depth)
}

/// The admin center's word for a depth.
pub fn level_word(depth: Depth) -> &'static str {
    LEVELS.iter().find(|(_, _, known)| *known == depth).map_or("record_filter", |(word, _, _)| word)
}

/// Reads a right.
pub fn right(text: &str) -> Option<Right> {
    RIGHTS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, right)| *right)
}

/// The word for a right.
pub fn right_word(right: Right) -> &'static str {
    RIGHTS.iter().find(|(_, known)| *known == right).map_or("", |(word, _)| word)
}

/// Checks the id of an environment in the Power Platform admin center: a GUID, which for the tenant's default environment
/// has `Default-` before it.
///
/// # Errors
/// What is wrong, in words.
pub fn environment_id(text: &str) -> Result<(), String> {
    let text = text.trim();
    let guid = match text.get(..8) {
        Some(prefix) if prefix.eq_ignore_ascii_case("default-") => &text[8..],
        _ => text,
    };
    Id::parse(guid).map(|_| ()).map_err(|error| {
        format!("{error}. The environment id stands in the Power Platform admin center, under the environment's details.")
    })
}

/// What is wrong with a word that should be an access level.
pub fn not_a_level(text: &str) -> String {
    let words: Vec<&str> = LEVELS.iter().map(|(word, _, _)| *word).collect();
    format!(
        "\"{text}\" is not an access level. Use one of {}.{}",
        words.join(", "),
        did_you_mean(text, words)
    )
}

/// What is wrong with a word that should be a right.
pub fn not_a_right(text: &str) -> String {
    let words: Vec<&str> = RIGHTS.iter().map(|(word, _)| *word).collect();
    format!("\"{text}\" is not a right. Use one of {}.{}", words.join(", "), did_you_mean(text, words))
}

/// A sentence that proposes the nearest of `known`, if one is near.
pub fn did_you_mean<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let wanted = text.to_lowercase();
    let near = known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&wanted, &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= (wanted.chars().count() / 3).max(1))
        .min();
    near.map(|(_, word)| format!(" Did you mean \"{word}\"?")).unwrap_or_default()
}

/// Whether two texts are the same GUID, or the same name in any case: Dataverse compares names without case.
pub fn same_text(prior: &Value, config: &Value) -> bool {
    match (prior.as_str(), config.as_str()) {
        (Some(prior), Some(config)) => prior.to_lowercase() == config.to_lowercase(),
        _ => false,
    }
}

/// Whether two sets hold the same words, in any case.
pub fn same_words(prior: &Value, config: &Value) -> bool {
    let words = |value: &Value| -> Option<std::collections::BTreeSet<String>> {
        let Value::Set(elements) = value else { return None };
        elements.iter().map(|element| element.as_str().map(str::to_lowercase)).collect()
    };
    words(prior).is_some_and(|prior| words(config) == Some(prior))
}

/// Whether two values, at any depth of maps, hold the same access levels.
pub fn same_levels(prior: &Value, config: &Value) -> bool {
    match (prior, config) {
        (Value::String(prior), Value::String(config)) => {
            prior == config || level(prior).is_some_and(|depth| level(config) == Some(depth))
        }
        (Value::Map(prior), Value::Map(config)) => {
            prior.keys().eq(config.keys())
                && prior.iter().all(|(key, value)| same_levels(value, &config[key]))
        }
        (prior, config) => prior == config,
    }
}

/// A GUID.
pub fn guid() -> Validator {
    Validator::text("A GUID.", |text| {
        crate::dataverse::Id::parse(text).map(|_| ()).map_err(|error| format!("{error}."))
    })
}

/// Text that starts and ends with something to see: Dataverse trims names, which would show as a difference for ever.
pub fn name(max: usize) -> Validator {
    Validator::text(format!("1 to {max} characters, no blanks at either end."), move |text| {
        let length = text.chars().count();
        if text.trim() != text || text.is_empty() {
            return Err("The name is empty, or starts or ends with a blank. Remove the blanks.".to_owned());
        }
        if length > max {
            return Err(format!("The name has {length} characters; at most {max} are allowed."));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_read_in_both_vocabularies_and_any_case() {
        for (word, api, depth) in LEVELS {
            assert_eq!(level(&word.to_uppercase()), Some(depth));
            assert_eq!(level(&api.to_lowercase()), Some(depth));
            assert_eq!(level_word(depth), word);
        }
        assert_eq!(level("all"), None);
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_word() {
        assert!(not_a_level("organisation").ends_with("Did you mean \"organization\"?"));
        assert!(not_a_right("raed").ends_with("Did you mean \"read\"?"));
        assert!(!not_a_right("xyzzy").contains("Did you mean"));
    }

    #[test]
    fn spellings_of_a_level_are_no_difference() {
        let map = |level: &str| Value::Map([("read".to_owned(), Value::string(level))].into());
        assert!(same_levels(&map("Global"), &map("organization")));
        assert!(!same_levels(&map("user"), &map("organization")));
    }
}
