//! The slice of the fault matrix and of the kill test that every run of the tests takes; `cargo xtask reliability` runs
//! all of both.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;

use acceptance_tests::reliability::life::Operation;
use acceptance_tests::reliability::matrix::{Scenario, Verdict};
use acceptance_tests::reliability::subjects::SUBJECTS;
use acceptance_tests::reliability::{crowd, kill, pool};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use serde_json::Value;

/// Runs at a time: most of their time goes into waiting.
const AT_A_TIME: usize = 6;

#[test]
fn the_matrix_has_every_resource_of_the_provider() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    let run = workspace.run(&["providers", "schema", "-json"]).ok();
    let schemas: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let provider = schemas["provider_schemas"].as_object().expect("an object").values().next().expect("one");
    let resources: Vec<&str> =
        provider["resource_schemas"].as_object().expect("an object").keys().map(String::as_str).collect();
    let subjects: Vec<&str> = SUBJECTS.iter().map(|it| it.resource).collect();
    assert_eq!(subjects, resources);
}

#[test]
fn every_fault_and_every_resource_is_survived_once() {
    let scenarios = Scenario::diagonal();
    let resources: BTreeSet<&str> = scenarios.iter().map(|it| it.subject.resource).collect();
    assert_eq!(resources.len(), SUBJECTS.len(), "the diagonal leaves a resource out");
    let results = pool::run(&scenarios, AT_A_TIME, Scenario::run);
    let mut bad = Vec::new();
    for (scenario, result) in scenarios.iter().zip(results) {
        match result {
            Err(text) => bad.push(format!("{}: {text}", scenario.name())),
            Ok(cells) => {
                let injected: u64 = cells.iter().map(|(_, cell)| cell.injected).sum();
                if injected == 0 {
                    bad.push(format!("{}: the fault was never there", scenario.name()));
                }
                let failed = cells.iter().filter(|(_, it)| it.verdict(scenario.fault) == Verdict::Failed);
                bad.extend(
                    failed
                        .map(|(operation, it)| format!("{} {}: {it:#?}", scenario.name(), operation.name())),
                );
            }
        }
    }
    assert!(bad.is_empty(), "{} of {}:\n{}", bad.len(), scenarios.len(), bad.join("\n"));
}

#[test]
fn whoever_is_killed_at_a_write_nothing_is_lost_or_doubled() {
    let turns: Vec<usize> = (0..SUBJECTS.len()).collect();
    let results = pool::run(&turns, AT_A_TIME, |turn| kill::once_in_each(&SUBJECTS[*turn], *turn));
    let mut bad = Vec::new();
    for (turn, result) in turns.iter().zip(results) {
        match result {
            Err(text) => bad.push(format!("{}: {text}", SUBJECTS[*turn].resource)),
            Ok(deaths) => {
                let killed = deaths.iter().filter(|death| death.killed).count();
                if killed < Operation::WRITES.len() {
                    bad.push(format!("{}: killed {killed} times only", SUBJECTS[*turn].resource));
                }
                bad.extend(deaths.iter().filter(|it| !it.is_survived()).map(|it| format!("{it:#?}")));
            }
        }
    }
    assert!(bad.is_empty(), "{}:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn a_hundred_users_are_applied_exactly_while_one_answer_in_five_is_refused_or_lost() {
    let weather = crowd::apply(100);
    assert!(weather.throttled > 0 && weather.lost > 0, "{weather:#?}");
    assert!(weather.differences.is_empty(), "{weather:#?}");
    assert!(weather.requests <= weather.most_requests(), "more requests than faults explain: {weather:#?}");
    assert!(weather.time <= weather.longest(), "waited longer than the service asked for: {weather:#?}");
}
