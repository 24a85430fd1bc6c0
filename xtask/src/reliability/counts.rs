//! What the runs show, added up.

use std::collections::BTreeMap;

use acceptance_tests::reliability::crowd::Weather;
use acceptance_tests::reliability::faults::FAULTS;
use acceptance_tests::reliability::kill::{Death, Job};
use acceptance_tests::reliability::life::Operation;
use acceptance_tests::reliability::matrix::{Cell, Cells, Scenario, Verdict};

/// Everything that was run.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The operations under a fault.
    pub(crate) cells: Vec<(Scenario, Operation, Cell)>,
    /// The kills.
    pub(crate) deaths: Vec<Death>,
    /// Many users in bad weather: how many, and what it took.
    pub(crate) crowd: Option<(usize, Weather)>,
    /// Runs that did not come to an end, and why.
    broken: Vec<String>,
}

/// Sums over operations under a fault.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    /// Operations in which the fault was there.
    pub(crate) operations: u64,
    /// Faults injected.
    pub(crate) injected: u64,
    /// Commands repeated after an error that the fault justifies.
    pub(crate) repeated: u64,
    /// Differences from a life without faults, failed commands among them.
    pub(crate) differences: u64,
    /// Things that are there twice.
    pub(crate) doubled: u64,
    /// Operations that the fault cannot meet.
    pub(crate) without: u64,
    /// Operations that the fault might have met and did not.
    pub(crate) missed: u64,
}

/// Sums over kills.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kills {
    /// Processes killed.
    pub(crate) killed: u64,
    /// Imports that a message asked for.
    pub(crate) hints: u64,
    /// Differences, lost ways to the end and processes left among them.
    pub(crate) differences: u64,
    /// Things that are there twice.
    pub(crate) doubled: u64,
}

impl Sum {
    fn add(&mut self, cell: &Cell, verdict: Verdict) {
        match verdict {
            Verdict::DoesNotApply => self.without += 1,
            Verdict::NotInjected => self.missed += 1,
            Verdict::Survived | Verdict::Failed => self.operations += 1,
        }
        self.injected += cell.injected;
        self.repeated += u64::from(cell.repeated);
        self.differences += (cell.differences.len() + usize::from(cell.failure.is_some())) as u64;
        self.doubled += cell.doubled.len() as u64;
    }
}

impl Outcome {
    /// Whether nothing was run.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.deaths.is_empty() && self.crowd.is_none() && self.broken.is_empty()
    }

    /// Adds the life of a resource under a fault.
    pub(crate) fn add_scenario(&mut self, scenario: Scenario, cells: Result<Cells, String>) {
        match cells {
            Ok(cells) => {
                let cells = cells.into_iter().map(|(operation, cell)| (scenario, operation, cell));
                self.cells.extend(cells);
            }
            Err(text) => self.broken.push(format!("{}: {text}", scenario.name())),
        }
    }

    /// Adds the kills in one operation of a resource.
    pub(crate) fn add_kills(&mut self, job: Job, deaths: Result<Vec<Death>, String>) {
        match deaths {
            Ok(deaths) => self.deaths.extend(deaths),
            Err(text) => {
                let name = job.operation.name();
                self.broken.push(format!("kill x {} x {name}: {text}", job.subject.resource));
            }
        }
    }

    /// Adds the apply of many users.
    pub(crate) fn add_crowd(&mut self, users: usize, weather: Result<Weather, String>) {
        match weather {
            Ok(weather) => self.crowd = Some((users, weather)),
            Err(text) => self.broken.push(format!("{users} application users: {text}")),
        }
    }

    /// Sums by a key of scenario and operation.
    pub(crate) fn sums<K: Ord>(&self, key: impl Fn(&Scenario, Operation) -> K) -> BTreeMap<K, Sum> {
        let mut sums: BTreeMap<K, Sum> = BTreeMap::new();
        for (scenario, operation, cell) in &self.cells {
            sums.entry(key(scenario, *operation)).or_default().add(cell, cell.verdict(scenario.fault));
        }
        sums
    }

    /// Sums of kills by resource and operation.
    pub(crate) fn kills(&self) -> BTreeMap<(&'static str, Operation), Kills> {
        let mut sums: BTreeMap<_, Kills> = BTreeMap::new();
        for death in &self.deaths {
            let sum = sums.entry((death.resource, death.operation)).or_default();
            sum.killed += u64::from(death.killed);
            sum.hints += death.hints as u64;
            let faults = usize::from(death.failure.is_some()) + usize::from(death.orphaned);
            sum.differences += (death.differences.len() + faults) as u64;
            sum.doubled += death.doubled.len() as u64;
        }
        sums
    }

    /// All that is not as it must be, a line each. When `everything` was run, each fault must have been there somewhere.
    pub(crate) fn failures(&self, everything: bool) -> Vec<String> {
        let mut failures = self.broken.clone();
        for (scenario, operation, cell) in &self.cells {
            if cell.verdict(scenario.fault) == Verdict::Failed {
                failures.push(format!("{} x {}", scenario.name(), operation.name()));
            }
        }
        let lost = self.deaths.iter().filter(|it| !it.is_survived());
        failures.extend(lost.map(|it| format!("{} x {}: {}", it.resource, it.operation.name(), it.moment)));
        if let Some((users, weather)) = &self.crowd {
            let exact = weather.differences.is_empty();
            let bounded = weather.requests <= weather.most_requests() && weather.time <= weather.longest();
            if !exact || !bounded {
                failures.push(format!("{users} application users: {weather:#?}"));
            }
        }
        if everything {
            let sums = self.sums(|scenario, _| scenario.fault.name);
            let absent = FAULTS.iter().filter(|it| sums.get(it.name).is_none_or(|sum| sum.injected == 0));
            failures.extend(absent.map(|fault| format!("{}: the fault was never there", fault.name)));
        }
        failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(injected: u64, differences: Vec<String>) -> Outcome {
        let scenario = Scenario::all()[0];
        let cell = Cell { matched: 3, injected, differences, ..Cell::default() };
        let mut outcome = Outcome::default();
        outcome.add_scenario(scenario, Ok(vec![(Operation::Create, cell)]));
        outcome
    }

    #[test]
    fn a_difference_is_a_failure_and_a_fault_that_was_not_there_is_no_success() {
        assert!(outcome(2, Vec::new()).failures(false).is_empty());
        assert_eq!(outcome(2, vec!["too much".to_owned()]).failures(false).len(), 1);
        let missed = outcome(0, Vec::new()).sums(|scenario, _| scenario.fault.name);
        let sum = missed.values().next().unwrap();
        assert_eq!((sum.operations, sum.missed), (0, 1));
        assert_eq!(outcome(2, Vec::new()).failures(true).len(), FAULTS.len() - 1);
    }

    #[test]
    fn a_run_that_broke_is_a_failure() {
        let mut outcome = Outcome::default();
        outcome.add_scenario(Scenario::all()[0], Err("it broke".to_owned()));
        assert!(!outcome.is_empty() && outcome.failures(false)[0].contains("it broke"));
    }
}
