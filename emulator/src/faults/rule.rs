//! A fault rule as it is sent, and the checks before it is taken.

use serde::Deserialize;
use serde_json::Value;

use super::kind::Fault;
use super::matching::{Match, Surface};
use super::when::When;

/// A rule: which requests, when among them, and what happens to those.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its name; the set of rules gives one when there is none.
    pub(crate) id: Option<String>,
    /// Which requests.
    #[serde(default, rename = "match")]
    pub(crate) matching: Match,
    /// When among those.
    #[serde(default)]
    pub(crate) when: When,
    /// So many matches are left alone first.
    #[serde(default)]
    pub(crate) after: u64,
    /// The rule fires at most so often.
    pub(crate) count: Option<u64>,
    /// The rule fires only so many milliseconds after it was set.
    pub(crate) for_ms: Option<u64>,
    /// What happens.
    pub(crate) fault: Fault,
}

impl Rule {
    /// Reads a rule; an error is a sentence that says what is wrong with it.
    pub(crate) fn parse(sent: &Value) -> Result<Self, String> {
        let name = sent.get("id").and_then(Value::as_str).unwrap_or("without an id");
        let wrong = |why: String| format!("The fault rule {name} is not valid: {why}.");
        let mut rule: Self =
            serde_json::from_value(sent.clone()).map_err(|error| wrong(error.to_string()))?;
        rule.when.check().map_err(wrong)?;
        rule.fault.check().map_err(wrong)?;
        rule.fit().map_err(wrong)?;
        if rule.count == Some(0) {
            return Err(wrong("with count 0 it never fires".to_owned()));
        }
        Ok(rule)
    }

    /// Narrows the match to what the fault is made for, and refuses a contradiction.
    fn fit(&mut self) -> Result<(), String> {
        let kind = self.fault.name();
        let wanted = &mut self.matching;
        if self.fault.is_for_batches() {
            if wanted.batch == Some(false) || wanted.parts {
                return Err(format!("the fault {kind} needs a whole $batch"));
            }
            wanted.batch = Some(true);
        }
        if matches!(self.fault, Fault::SignIn { .. }) {
            if wanted.surface.is_some_and(|surface| surface != Surface::Token) {
                return Err(format!("the fault {kind} needs the surface token"));
            }
            wanted.surface = Some(Surface::Token);
        }
        if wanted.parts && wanted.batch == Some(true) {
            return Err("parts and batch cannot both be true".to_owned());
        }
        if wanted.parts && !self.fault.suits_parts() {
            return Err(format!("the fault {kind} cannot happen to the part of a batch"));
        }
        if self.fault.is_of_handshakes() && !wanted.is_empty() {
            return Err(format!("the fault {kind} happens before there is a request: it takes no match"));
        }
        if wanted.surface.unwrap_or_default() != Surface::Api && (wanted.batch == Some(true) || wanted.parts)
        {
            return Err("batches are of the surface api only".to_owned());
        }
        Ok(())
    }
}
