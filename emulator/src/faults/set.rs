//! The rules that are set, what they remember and what they have done.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::kind::Fault;
use super::matching::Facts;
use super::rule::Rule;
use super::when::{Memory, noise};

/// A rule that is set.
#[derive(Debug)]
struct Active {
    id: String,
    sent: Value,
    rule: Rule,
    since: Instant,
    memory: Memory,
    matched: u64,
    fired: u64,
    fired_by: BTreeMap<String, u64>,
    also_hit: u64,
    holding: Arc<AtomicU64>,
    /// Counts the releases; those who wait see it change or end.
    release: watch::Sender<u64>,
}

/// The rules that are set, in the order they are asked.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    rules: Vec<Active>,
}

/// A rule has fired for a request.
#[derive(Debug)]
pub(crate) struct Hit {
    /// The rule.
    pub(crate) id: String,
    /// What is to happen.
    pub(crate) fault: Fault,
    holding: Arc<AtomicU64>,
    release: watch::Receiver<u64>,
}

impl Hit {
    /// Waits until the rule's requests are released, or the rule is gone. A request that is dropped meanwhile is not
    /// counted as held any more.
    pub(crate) async fn held(&mut self) {
        struct Held<'h>(&'h AtomicU64);
        impl Drop for Held<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.holding.fetch_add(1, Ordering::Relaxed);
        let _held = Held(&self.holding);
        // A sender that is gone belongs to a rule that was taken away, which releases as well.
        let _ = self.release.changed().await;
    }
}

impl Active {
    fn spent(&self) -> bool {
        let late = self.rule.for_ms.is_some_and(|ms| self.since.elapsed() > Duration::from_millis(ms));
        late || self.rule.count.is_some_and(|count| self.fired >= count)
    }

    fn asks(&mut self, seed: u64, position: u64, facts: &Facts<'_>) -> bool {
        self.matched += 1;
        let Some(number) = self.matched.checked_sub(self.rule.after).filter(|number| *number > 0) else {
            return false;
        };
        if self.spent()
            || !self.rule.when.fires(number, noise(seed, position, number), facts, &mut self.memory)
        {
            return false;
        }
        self.fired += 1;
        *self.fired_by.entry(facts.label()).or_default() += 1;
        true
    }

    fn hit(&self) -> Hit {
        Hit {
            id: self.id.clone(),
            fault: self.rule.fault.clone(),
            holding: self.holding.clone(),
            release: self.release.subscribe(),
        }
    }

    fn report(&self) -> Value {
        let mut report = self.sent.clone();
        report["id"] = json!(self.id);
        report["matched"] = json!(self.matched);
        report["fired"] = json!(self.fired);
        report["fired_by"] = json!(self.fired_by);
        report["also_hit"] = json!(self.also_hit);
        report["holding"] = json!(self.holding.load(Ordering::Relaxed));
        report
    }
}

impl Faults {
    /// Reads a set of rules as `{"seed":..,"rules":[..]}`; an error is a sentence.
    pub(crate) fn parse(sent: &Value) -> Result<Self, String> {
        let members = sent.as_object().ok_or("A set of fault rules is an object with seed and rules.")?;
        if let Some(unknown) =
            members.keys().find(|name| !["seed", "rules", "description"].contains(&name.as_str()))
        {
            return Err(format!("A set of fault rules has seed and rules, but not '{unknown}'."));
        }
        let seed = match members.get("seed") {
            Some(seed) => seed.as_u64().ok_or("The seed is a whole number from 0.")?,
            None => 0,
        };
        let mut faults = Self { seed, rules: Vec::new() };
        let rules = members.get("rules").ok_or("A set of fault rules needs the member rules.")?;
        for rule in rules.as_array().ok_or("The member rules is an array.")? {
            faults.add(rule)?;
        }
        Ok(faults)
    }

    /// Adds a rule and reports it; an error is a sentence.
    pub(crate) fn add(&mut self, sent: &Value) -> Result<Value, String> {
        let rule = Rule::parse(sent)?;
        let taken = |id: &str| self.rules.iter().any(|rule| rule.id == id);
        let id = match &rule.id {
            Some(id) if taken(id) => return Err(format!("There are two fault rules with the id {id}.")),
            Some(id) => id.clone(),
            None => (1..).map(|n| format!("rule-{n}")).find(|id| !taken(id)).unwrap_or_default(),
        };
        let active = Active {
            id,
            sent: sent.clone(),
            rule,
            since: Instant::now(),
            memory: Memory::default(),
            matched: 0,
            fired: 0,
            fired_by: BTreeMap::new(),
            also_hit: 0,
            holding: Arc::default(),
            release: watch::Sender::new(0),
        };
        let report = active.report();
        self.rules.push(active);
        Ok(report)
    }

    /// Whether there is no rule.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether there is a rule for the parts of batches.
    pub(crate) fn has_rules_for_parts(&self) -> bool {
        self.rules.iter().any(|rule| rule.rule.matching.parts)
    }

    /// Whether a rule asks who calls.
    pub(crate) fn asks_for_caller(&self) -> bool {
        self.rules.iter().any(|rule| rule.rule.matching.caller.is_some())
    }

    /// Asks the rules in their order; the first that fires decides, and the later ones do not see the request.
    pub(crate) fn decide(&mut self, facts: &Facts<'_>) -> Option<Hit> {
        let seed = self.seed;
        let rules = (1..).zip(self.rules.iter_mut());
        let mut requests =
            rules.filter(|(_, rule)| !rule.rule.fault.is_of_handshakes() && rule.rule.matching.fits(facts));
        requests.find_map(|(position, rule)| rule.asks(seed, position, facts).then(|| rule.hit()))
    }

    /// How long a TLS handshake that begins now takes more than usual.
    pub(crate) fn handshake(&mut self) -> Option<(String, Duration)> {
        if !self.rules.iter().any(|rule| rule.rule.fault.is_of_handshakes()) {
            return None;
        }
        let seed = self.seed;
        let request = crate::wire::Request { method: "TLS".to_owned(), ..Default::default() };
        let facts = Facts::of(&request, false, Vec::new());
        (1..).zip(self.rules.iter_mut()).find_map(|(position, rule)| {
            let Fault::SlowTls { ms } = rule.rule.fault else { return None };
            rule.asks(seed, position, &facts).then(|| (rule.id.clone(), Duration::from_millis(ms)))
        })
    }

    /// Notes that a fault of the wire has hit another request of its connection.
    pub(crate) fn also_hit(&mut self, id: &str) {
        if let Some(rule) = self.rules.iter_mut().find(|rule| rule.id == id) {
            rule.also_hit += 1;
        }
    }

    /// Releases the requests that a rule holds, or all; false when there is no such rule.
    pub(crate) fn release(&self, id: Option<&str>) -> bool {
        let mut rules = self.rules.iter().filter(|rule| id.is_none_or(|id| id == rule.id)).peekable();
        let known = id.is_none() || rules.peek().is_some();
        rules.for_each(|rule| rule.release.send_modify(|releases| *releases += 1));
        known
    }

    /// The rules with their counts.
    pub(crate) fn report(&self) -> Value {
        json!({ "seed": self.seed, "rules": self.rules.iter().map(Active::report).collect::<Vec<_>>() })
    }
}
