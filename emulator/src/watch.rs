//! What the emulator has seen: counters, a log and the list of refusals.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::wire::Request;

/// Reads and writes of one entity set.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) write: u64,
}

/// Requests by kind. `total` counts HTTP requests; `tables` counts also the parts of batches.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Counters {
    pub(crate) total: u64,
    pub(crate) token: u64,
    pub(crate) discovery: u64,
    pub(crate) batch: u64,
    pub(crate) batch_parts: u64,
    pub(crate) unauthorized: u64,
    pub(crate) throttled: u64,
    /// How often each fault rule has fired.
    pub(crate) faults: BTreeMap<String, u64>,
    pub(crate) actions: BTreeMap<String, u64>,
    pub(crate) functions: BTreeMap<String, u64>,
    pub(crate) tables: BTreeMap<String, Counts>,
}

/// One answered request.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LogEntry {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) caller: Option<String>,
    pub(crate) batch: bool,
    /// The fault rule that was applied.
    pub(crate) fault: Option<String>,
}

impl LogEntry {
    /// A request of nobody in particular.
    pub(crate) fn of(request: &Request, status: u16) -> Self {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let path = format!("{}{query}", request.path);
        Self { method: request.method.clone(), path, status, caller: None, batch: false, fault: None }
    }
}

/// The log keeps so many entries.
const LOG_LENGTH: usize = 100_000;

/// What the emulator has seen.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub(crate) counters: Counters,
    pub(crate) log: VecDeque<LogEntry>,
    noted: u64,
    refusals: BTreeMap<String, u64>,
}

impl Watch {
    /// Notes an answered request.
    pub(crate) fn note(&mut self, entry: LogEntry) {
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(entry);
        self.noted += 1;
    }

    /// How many entries there have been.
    pub(crate) fn noted(&self) -> u64 {
        self.noted
    }

    /// Says of the last entry which fault was applied and, where it is another one, which status the client saw.
    pub(crate) fn mark(&mut self, rule: &str, status: Option<u16>) {
        if let Some(entry) = self.log.back_mut() {
            entry.fault = Some(rule.to_owned());
            entry.status = status.unwrap_or(entry.status);
        }
    }

    /// Counts that a fault rule has fired, if one has.
    pub(crate) fn fired(&mut self, rule: Option<&str>) {
        if let Some(rule) = rule {
            *self.counters.faults.entry(rule.to_owned()).or_default() += 1;
        }
    }

    /// Notes something that was refused because the emulator does not know it.
    pub(crate) fn refuse(&mut self, what: &str) {
        *self.refusals.entry(what.to_owned()).or_default() += 1;
    }

    /// What was refused and how often.
    pub(crate) fn refusals(&self) -> &BTreeMap<String, u64> {
        &self.refusals
    }

    /// Counts an access to an entity set.
    pub(crate) fn table(&mut self, set: &str, write: bool) {
        let counts = self.counters.tables.entry(set.to_owned()).or_default();
        if write { counts.write += 1 } else { counts.read += 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::{LOG_LENGTH, LogEntry, Request, Watch};

    #[test]
    fn a_full_log_forgets_the_oldest_entries_only() {
        let mut watch = Watch::default();
        for status in (0..=u16::MAX).cycle().take(LOG_LENGTH + 3) {
            watch.note(LogEntry::of(&Request::default(), status));
        }
        assert_eq!(
            (watch.log.len(), watch.log[0].status, watch.noted()),
            (LOG_LENGTH, 3, LOG_LENGTH as u64 + 3)
        );
    }
}
