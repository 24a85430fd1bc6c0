//! What is expected of the provider, and whether it was met.

use super::tables;
use crate::bench::results::Results;
use crate::bench::rounds::COMMANDS;
use crate::bench::schedule::{HIGH, USUAL};

/// Something that is expected: a figure that must not exceed a limit.
pub(super) struct Expectation {
    what: &'static str,
    limit: f64,
    unit: &'static str,
    figure: fn(&Results) -> Option<f64>,
}

/// All expectations.
pub(super) const EXPECTATIONS: &[Expectation] = &[
    Expectation {
        what: "Plan of 1,000 users at 100 ms, beside the provider that does nothing",
        limit: 1.25,
        unit: "times",
        figure: |results| ratio(results, "plan", USUAL),
    },
    Expectation {
        what: "Apply of 1,000 users at 100 ms, beside the provider that does nothing",
        limit: 2.0,
        unit: "times",
        figure: |results| ratio(results, "apply", USUAL),
    },
    Expectation {
        what: "The same with `-parallelism=50`",
        limit: 2.0,
        unit: "times",
        figure: |results| ratio(results, "apply", HIGH),
    },
    Expectation {
        what: "Start to handshake",
        limit: 5.0,
        unit: "ms",
        figure: |results| results.find("start_to_handshake", &[])?.number("milliseconds"),
    },
    Expectation {
        what: "Memory after the handshake",
        limit: 12.0,
        unit: "MB",
        figure: |results| results.find("resident_memory_after_handshake", &[])?.number("megabytes"),
    },
    Expectation {
        what: "Most memory at 5,000 users, of any command",
        limit: 40.0,
        unit: "MB",
        figure: |results| {
            let commands = COMMANDS.iter().flat_map(|(name, _)| results.named(name));
            largest(
                commands.filter(|it| it.is_with(&[("users", 5000)])).map(|it| it.number("peak_megabytes")),
            )
        },
    },
    Expectation {
        what: "CPU at 5,000 users over CPU at 1,000, of the worst command",
        limit: 6.0,
        unit: "times",
        figure: |results| {
            let growth = results.named("cpu_growth");
            largest(growth.flat_map(|it| COMMANDS.iter().map(|(name, _)| it.number(name))))
        },
    },
];

fn ratio(results: &Results, command: &str, parallelism: usize) -> Option<f64> {
    let parameters = [("users", 1000), ("latency_ms", 100), ("parallelism", parallelism)];
    results.find(command, &parameters)?.number("ratio")
}

/// The largest; none if there is none, or one of them is missing.
fn largest(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let figures: Option<Vec<f64>> = figures.collect();
    figures?.into_iter().reduce(f64::max)
}

impl Expectation {
    /// What was measured, and what that means.
    pub(super) fn outcome(&self, results: &Results) -> (String, &'static str) {
        match (self.figure)(results) {
            Some(figure) if figure <= self.limit => (format!("{figure} {}", self.unit), "met"),
            Some(figure) => (format!("{figure} {}", self.unit), "**not met**"),
            None => ("not measured".to_owned(), "unknown"),
        }
    }
}

/// The table of all expectations.
pub(super) fn table(results: &Results) -> String {
    let rows = EXPECTATIONS.iter().map(|it| {
        let (measured, outcome) = it.outcome(results);
        vec![it.what.to_owned(), format!("at most {} {}", it.limit, it.unit), measured, outcome.to_owned()]
    });
    tables::table(&["", "expected", "measured", "outcome"], rows)
}
