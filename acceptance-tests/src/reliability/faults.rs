//! The faults of the matrix, each as the rules of the emulator that play it.

use serde_json::{Value, json};

/// How often a fault is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rate {
    /// One request in ten, by a seed.
    Tenth,
    /// The first attempt of every request.
    First,
}

/// Whether a fault may end a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It must be survived within the command.
    Survived,
    /// The command may end with an error, for this reason; it is then repeated. Injected once per operation.
    Justified(&'static str),
}

/// A fault.
#[derive(Debug)]
pub struct Fault {
    /// A name for the command line.
    pub name: &'static str,
    /// What the wire shows.
    pub shown: &'static str,
    /// Whether a command may end with it.
    pub ending: Ending,
    /// What an operation lacks that the fault cannot meet.
    pub lacks: &'static str,
    /// Further lines of the provider block.
    pub settings: &'static str,
    /// Its forms in the emulator's words; a run takes one after the other.
    forms: &'static [&'static str],
    /// Which requests.
    meets: Meets,
}

/// Which requests a fault meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meets {
    All,
    /// Also the parts of batches, where the fault is an answer.
    Parts,
    /// Writes, also those in batches.
    Writes,
    /// Writes, a batch as a whole: within a change set everybody sees what was just created.
    Transactions,
    Batches,
    /// New connections, which no rule can tell apart.
    Handshakes,
    Tokens,
    /// Not a rule, but the admin API's people.
    People,
}

impl Rate {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tenth, Self::First];

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tenth => "one in ten",
            Self::First => "every first attempt",
        }
    }
}

impl Fault {
    /// The fault of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FAULTS.iter().find(|it| it.name == name)
    }

    /// Whether it is played by the admin API's switches, not by rules.
    #[must_use]
    pub fn is_of_people(&self) -> bool {
        self.meets == Meets::People
    }

    /// Whether an operation may have only one request that it meets.
    #[must_use]
    pub fn is_rarely_met(&self) -> bool {
        !matches!(self.meets, Meets::All | Meets::Parts)
    }

    /// The rules, as `PUT faults` takes them. `turn` chooses among the forms that the fault has.
    #[must_use]
    pub fn rules(&self, rate: Rate, turn: usize, seed: u64) -> Value {
        let form = self.forms[turn % self.forms.len()];
        let fault: Value = serde_json::from_str(form).expect("forms are JSON");
        let matching = match self.meets {
            Meets::All | Meets::Handshakes => json!({}),
            Meets::Parts => json!({ "parts": true }),
            Meets::Writes => json!({ "parts": true, "writes": true }),
            Meets::Transactions => json!({ "writes": true }),
            Meets::Batches => json!({ "batch": true }),
            Meets::Tokens => json!({ "surface": "token" }),
            Meets::People => return json!({ "seed": seed, "rules": [] }),
        };
        let when = match rate {
            Rate::Tenth => json!({ "probability": 0.1 }),
            Rate::First if self.meets == Meets::Handshakes => json!({ "always": true }),
            Rate::First => json!({ "first_attempts": true }),
        };
        let mut rule = json!({ "id": "fault", "match": matching, "when": when, "fault": fault });
        if matches!(self.ending, Ending::Justified(_)) {
            rule["count"] = 1.into();
        }
        json!({ "seed": seed, "rules": [rule] })
    }
}

impl Fault {
    const fn new(
        name: &'static str,
        shown: &'static str,
        meets: Meets,
        forms: &'static [&'static str],
    ) -> Self {
        Self { name, shown, ending: Ending::Survived, lacks: "", settings: "", forms, meets }
    }

    const fn may_end_a_command(self, reason: &'static str) -> Self {
        Self { ending: Ending::Justified(reason), ..self }
    }

    const fn does_not_apply_where_it(self, lacks: &'static str) -> Self {
        Self { lacks, ..self }
    }

    const fn with(self, settings: &'static str) -> Self {
        Self { settings, ..self }
    }
}

/// Shorter than the silences, so that they are met.
const IMPATIENT: &str = "request_timeout = \"2s\"";
const NO_BATCH: &str = "sends no $batch";
const NO_WRITE: &str = "writes nothing";

/// All faults of the matrix. What the service asks to wait is short, to keep the time of a run short.
pub const FAULTS: &[Fault] = &[
    Fault::new(
        "throttled-requests",
        "429, 0x80072322, Retry-After: 1",
        Meets::All,
        &[r#"{"kind":"throttle","limit":"requests","retry_after":"1"}"#],
    ),
    Fault::new(
        "throttled-execution-time",
        "429, 0x80072321, Retry-After: 1",
        Meets::All,
        &[r#"{"kind":"throttle","limit":"execution_time","retry_after":"1"}"#],
    ),
    Fault::new(
        "throttled-concurrency",
        "429, 0x80072326, no Retry-After",
        Meets::All,
        &[r#"{"kind":"throttle","limit":"concurrency"}"#],
    ),
    Fault::new(
        "throttled-odd-wait",
        "429 with Retry-After as a date, a past date, 0, absent, 1.5, text, two headers; a gateway's page",
        Meets::All,
        &[
            r#"{"kind":"throttle","limit":"requests","retry_after":"+2s-date"}"#,
            r#"{"kind":"throttle","limit":"requests","retry_after":"-5s-date"}"#,
            r#"{"kind":"throttle","limit":"requests","retry_after":"0"}"#,
            r#"{"kind":"throttle","limit":"requests"}"#,
            r#"{"kind":"throttle","limit":"execution_time","retry_after":"1.5"}"#,
            r#"{"kind":"throttle","limit":"requests","retry_after":"soon"}"#,
            r#"{"kind":"throttle","limit":"requests","retry_after":["1","2"]}"#,
            r#"{"kind":"throttle","limit":"requests","retry_after":"1","body":"html"}"#,
        ],
    ),
    Fault::new(
        "throttled-for-a-day",
        "429, Retry-After: 86400, once",
        Meets::All,
        &[r#"{"kind":"throttle","limit":"requests","retry_after":"86400"}"#],
    )
    .may_end_a_command("the wait is longer than the retry timeout"),
    Fault::new(
        "error-500",
        "500 with JSON (0x80040216), HTML or no body",
        Meets::All,
        &[
            r#"{"kind":"error","status":500,"code":"0x80040216","message":"An unexpected error occurred."}"#,
            r#"{"kind":"error","status":500,"body":"html"}"#,
            r#"{"kind":"error","status":500,"body":"empty"}"#,
        ],
    ),
    Fault::new(
        "error-502",
        "502 with HTML, JSON or no body",
        Meets::All,
        &[
            r#"{"kind":"error","status":502,"body":"html"}"#,
            r#"{"kind":"error","status":502,"body":"json"}"#,
            r#"{"kind":"error","status":502,"body":"empty"}"#,
        ],
    ),
    Fault::new(
        "error-503",
        "503 with HTML, JSON or no body",
        Meets::All,
        &[
            r#"{"kind":"error","status":503,"body":"html"}"#,
            r#"{"kind":"error","status":503,"body":"json"}"#,
            r#"{"kind":"error","status":503,"body":"empty"}"#,
        ],
    ),
    Fault::new(
        "error-504",
        "504 with HTML, JSON or no body",
        Meets::All,
        &[
            r#"{"kind":"error","status":504,"body":"html"}"#,
            r#"{"kind":"error","status":504,"body":"json"}"#,
            r#"{"kind":"error","status":504,"body":"empty"}"#,
        ],
    ),
    Fault::new(
        "late-504",
        "504 with HTML, after the request was carried out",
        Meets::All,
        &[r#"{"kind":"error","status":504,"body":"html","carried_out":true}"#],
    ),
    Fault::new(
        "refused",
        "the port refuses connections for a while",
        Meets::All,
        &[r#"{"kind":"refuse","ms":300}"#],
    ),
    Fault::new(
        "reset",
        "connection reset before the request was carried out",
        Meets::All,
        &[r#"{"kind":"reset"}"#],
    ),
    Fault::new(
        "lost-answer",
        "connection reset after the request was carried out",
        Meets::All,
        &[r#"{"kind":"reset","carried_out":true}"#],
    ),
    Fault::new(
        "truncated",
        "an answer that ends after 20 bytes",
        Meets::All,
        &[r#"{"kind":"truncate","keep":20}"#],
    ),
    Fault::new(
        "stalled",
        "carried out, then silence without an answer",
        Meets::All,
        &[r#"{"kind":"stall","ms":4000}"#],
    )
    .with(IMPATIENT),
    Fault::new(
        "stalled-body",
        "carried out, then silence after 20 bytes of the answer",
        Meets::All,
        &[r#"{"kind":"stall","keep":20,"ms":4000}"#],
    )
    .with(IMPATIENT),
    Fault::new(
        "slow-tls",
        "TLS handshakes that take a second",
        Meets::Handshakes,
        &[r#"{"kind":"slow_tls","ms":1000}"#],
    ),
    Fault::new(
        "expired-token",
        "401, and the token of all requests is not valid any more",
        Meets::All,
        &[r#"{"kind":"expired_token","body":"json"}"#, r#"{"kind":"expired_token","body":"empty"}"#],
    ),
    Fault::new(
        "denied-for-a-while",
        "403, 0x80040220, once",
        Meets::Writes,
        &[r#"{"kind":"denied","privilege":"prvWriteRole"}"#],
    )
    .does_not_apply_where_it(NO_WRITE)
    .may_end_a_command("a 403 may pass only after the run itself changed permissions"),
    Fault::new(
        "not-visible",
        "404 for a second on a row that was just created",
        Meets::Transactions,
        &[r#"{"kind":"not_visible","ms":1000}"#],
    )
    .does_not_apply_where_it("creates no row"),
    Fault::new("precondition", "412, 0x80060882, once", Meets::Writes, &[r#"{"kind":"precondition"}"#])
        .does_not_apply_where_it(NO_WRITE)
        .may_end_a_command("somebody else changed the row"),
    Fault::new(
        "sql-timeout",
        "0x80044151, 0x80044150 or 0x8004a001, with status 500 or 400",
        Meets::Parts,
        &[
            r#"{"kind":"error","status":500,"code":"0x80044151","message":"SQL timeout expired."}"#,
            r#"{"kind":"error","status":400,"code":"0x80044150","message":"Generic SQL error."}"#,
            r#"{"kind":"error","status":400,"code":"0x8004a001","message":"The server is busy."}"#,
        ],
    ),
    Fault::new(
        "customization-lock",
        "400, 0x80071151: another customization runs",
        Meets::Writes,
        &[r#"{"kind":"error","status":400,"code":"0x80071151","message":"Cannot start the requested operation [Import] because there is another [PublishAll] running at this moment."}"#],
    )
    .does_not_apply_where_it(NO_WRITE),
    Fault::new(
        "batch-cut",
        "a multipart answer without its end",
        Meets::Batches,
        &[r#"{"kind":"batch_cut","keep_parts":1}"#, r#"{"kind":"batch_cut","keep_parts":0}"#],
    )
    .does_not_apply_where_it(NO_BATCH),
    Fault::new(
        "batch-gap",
        "a multipart answer that lacks a part",
        Meets::Batches,
        &[r#"{"kind":"batch_gap","part":1}"#],
    )
    .does_not_apply_where_it(NO_BATCH),
    Fault::new(
        "slow-arrival",
        "a person whom the admin API adds has no licence at first, and then no user row",
        Meets::People,
        &["null"],
    )
    .does_not_apply_where_it("adds nobody by the admin API"),
    Fault::new(
        "sign-in-unavailable",
        "the token endpoint is unavailable",
        Meets::Tokens,
        &[r#"{"kind":"sign_in","error":"unavailable"}"#],
    ),
    Fault::new(
        "sign-in-page",
        "200 with an HTML page, once",
        Meets::All,
        &[r#"{"kind":"html","status":200}"#],
    )
    .may_end_a_command("a page is no answer, and asking again does not make it one"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_form_of_every_fault_is_a_rule_and_names_are_their_own() {
        let names: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.name).collect();
        assert_eq!(names.len(), FAULTS.len());
        for fault in FAULTS.iter().filter(|fault| !fault.is_of_people()) {
            for turn in 0..fault.forms.len() {
                let rules = fault.rules(Rate::First, turn, 7);
                assert!(rules["rules"][0]["fault"]["kind"].is_string(), "{} {turn}", fault.name);
            }
        }
    }

    #[test]
    fn what_may_end_a_command_is_injected_once() {
        let fault = Fault::named("precondition").unwrap();
        assert_eq!(fault.rules(Rate::Tenth, 0, 1)["rules"][0]["count"], 1);
        let fault = Fault::named("reset").unwrap();
        assert!(fault.rules(Rate::Tenth, 0, 1)["rules"][0]["count"].is_null());
    }
}
