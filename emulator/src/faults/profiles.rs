//! The fault profiles that come with the emulator.

use std::path::Path;

use serde_json::{Value, json};

use super::Faults;

macro_rules! profiles {
    ($($name:literal),* $(,)?) => {
        /// Names and JSON texts.
        const PROFILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../data/faults/", $name, ".json")))),*];
    };
}

profiles![
    "production-like",
    "row-01-throttled-requests",
    "row-02-throttled-execution-time",
    "row-03-throttled-concurrency",
    "row-04-retry-after-too-long",
    "row-04-retry-after-variants",
    "row-05-unavailable",
    "row-06-gateway-timeout",
    "row-07-reset-before",
    "row-08-broken-answers",
    "row-09-slow-handshakes",
    "row-10-slow-answers",
    "row-11-expired-token",
    "row-12-lost-answer",
    "row-13-application-gone",
    "row-13-secret-expired",
    "row-13-secret-wrong",
    "row-13-tenant-unknown",
    "row-14-not-a-member",
    "row-14-user-disabled",
    "row-15-changed-meanwhile",
    "row-16-duplicate",
    "row-18-not-visible-yet",
    "row-21-database",
    "row-22-customization-lock",
    "row-25-unexpected-error",
    "row-26-partial-batch",
    "row-27-bare-401",
    "row-27-proxy-authentication",
    "row-27-proxy-forbids",
    "row-27-redirect",
    "row-27-sign-in-page",
    "row-28-restart",
];

/// The text of a profile.
pub(super) fn built_in(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The rules of a text; an error is a sentence.
pub(super) fn parse(text: &str) -> Result<Faults, String> {
    let sent = serde_json::from_str(text).map_err(|error| format!("The rules are not JSON: {error}."))?;
    Faults::parse(&sent)
}

/// Names and descriptions.
pub(super) fn list() -> Value {
    let one = |(name, text): &(&str, &str)| {
        let profile: Value = serde_json::from_str(text).unwrap_or_default();
        json!({ "name": name, "description": profile["description"] })
    };
    PROFILES.iter().map(one).collect()
}

/// The rules of a built-in profile, or of a file; an error is a sentence.
pub(crate) fn load(name: &Path) -> Result<Faults, String> {
    if let Some(text) = name.to_str().and_then(built_in) {
        return parse(text);
    }
    let text = std::fs::read_to_string(name).map_err(|error| {
        format!("There is no built-in fault profile of this name, and it cannot be read as a file: {error}.")
    })?;
    parse(&text)
}

#[cfg(test)]
mod tests {
    use super::{PROFILES, list, parse};

    #[test]
    fn every_profile_is_valid_and_described() {
        for (name, text) in PROFILES {
            assert!(parse(text).is_ok(), "{name}: {:?}", parse(text).err());
        }
        for profile in list().as_array().unwrap() {
            assert!(profile["description"].as_str().is_some_and(|text| text.len() > 10), "{profile}");
        }
    }
}
