//! Fault by resource by operation: the life of a resource under one fault.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Method;

use dataverse_emulator::Options;

use super::faults::{Ending, FAULTS, Fault, Rate};
use super::life::{Baseline, Life, Operation, errors_of, is_unclean};
use super::subjects::{SUBJECTS, Subject, slow_arrival};
use crate::target::Target;

/// Instances of the resource, so that an operation has requests enough for one in ten.
const INSTANCES: usize = 3;

/// A command that ended with an error is repeated so often.
const REPEATS: u32 = 2;

/// A resource, a fault and a rate.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// The fault.
    pub fault: &'static Fault,
    /// The resource.
    pub subject: &'static Subject,
    /// How often.
    pub rate: Rate,
}

/// What became of one operation in a scenario.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// Requests that the fault might have met.
    pub matched: u64,
    /// Faults injected.
    pub injected: u64,
    /// Commands run while the fault was there.
    pub commands: u32,
    /// Of these, repetitions of one that ended with an error.
    pub repeated: u32,
    /// The errors of commands.
    pub errors: Vec<String>,
    /// What service or state hold too much or not, and changes that a plan wants.
    pub differences: Vec<String>,
    /// What is there twice.
    pub doubled: Vec<String>,
    /// Why the operation was not survived as it must be.
    pub failure: Option<String>,
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The fault was there, and nothing is different from a life without.
    Survived,
    /// The operation has nothing that the fault could meet.
    DoesNotApply,
    /// The fault might have been there and was not.
    NotInjected,
    /// Something is different, or an error was said that the fault does not justify.
    Failed,
}

impl Cell {
    /// What it shows about this fault.
    #[must_use]
    pub fn verdict(&self, fault: &Fault) -> Verdict {
        if self.failure.is_some() || !self.differences.is_empty() || !self.doubled.is_empty() {
            Verdict::Failed
        } else if self.injected > 0 {
            Verdict::Survived
        } else if fault.lacks.is_empty() || (self.matched > 0 && fault.name != "not-visible") {
            Verdict::NotInjected
        } else {
            Verdict::DoesNotApply
        }
    }
}

/// The cells of a scenario, as far as it came.
pub type Cells = Vec<(Operation, Cell)>;

impl Scenario {
    /// Every fault with every resource at every rate.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let pairs = FAULTS.iter().flat_map(|fault| SUBJECTS.iter().map(move |subject| (fault, subject)));
        pairs.flat_map(|(fault, subject)| Rate::ALL.map(|rate| Self { fault, subject, rate })).collect()
    }

    /// Every fault and every resource once or more: the diagonal.
    #[must_use]
    pub fn diagonal() -> Vec<Self> {
        let all = FAULTS.iter().enumerate().map(|(index, fault)| {
            let subject = match fault.name {
                "slow-arrival" => Subject::named("dataverse_system_user"),
                "not-visible" => Subject::named("dataverse_team"),
                "batch-cut" | "batch-gap" => Subject::named("dataverse_column_security_profile"),
                _ => &SUBJECTS[index % SUBJECTS.len()],
            };
            Self { fault, subject, rate: Rate::ALL[index % 2] }
        });
        all.collect()
    }

    /// In words.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} x {} x {}", self.fault.name, self.subject.resource, self.rate.name())
    }

    /// Lives the life.
    #[must_use]
    pub fn run(&self) -> Cells {
        let baseline = Baseline::of(self.subject, INSTANCES);
        let settings = format!("retry_timeout = \"90s\"\n{}", self.fault.settings);
        let life = Life::begin(self.subject, INSTANCES, &settings);
        let mut cells = Cells::new();
        for (step, operation) in
            [Operation::Create, Operation::Read, Operation::Update, Operation::Read, Operation::Delete]
                .into_iter()
                .enumerate()
        {
            let cell = self.step(&life, &baseline, operation, self.turn() + step);
            let over = cell.failure.is_some();
            match cells.iter_mut().find(|(known, _)| *known == operation) {
                Some((_, known)) => known.add(cell),
                None => cells.push((operation, cell)),
            }
            if over {
                break;
            }
        }
        life.target.assert_nothing_was_refused();
        cells
    }

    /// Where to begin among the forms of a fault and the seeds: another place for each scenario.
    fn turn(&self) -> usize {
        let place = SUBJECTS.iter().position(|it| std::ptr::eq(it, self.subject)).unwrap_or_default();
        place + if self.rate == Rate::First { 4 } else { 0 }
    }

    fn step(&self, life: &Life, baseline: &Baseline, operation: Operation, turn: usize) -> Cell {
        let mut cell = Cell::default();
        life.configure(operation);
        self.begin(life, turn);
        let mut succeeded = self.commands(life, operation, &mut cell);
        self.end(life, operation, &mut cell);
        if !succeeded {
            // What a user does when the weather is better.
            let run = life.workspace.run(operation.command());
            succeeded = run.succeeded();
            if !succeeded {
                let errors = errors_of(&run).join("; ");
                cell.failure.get_or_insert_default().push_str(&format!(" Then, without faults: {errors}"));
            }
        }
        if succeeded && operation != Operation::Read {
            let difference = life.footprint().against(baseline.after(operation));
            cell.differences.extend(difference.lines);
            cell.doubled.extend(difference.doubled);
        }
        cell
    }

    fn begin(&self, life: &Life, turn: usize) {
        if self.fault.is_of_people() {
            life.target.forget_requests();
            let _ = life.target.admin(Method::PUT, "switches", Some(&slow_arrival()));
        } else {
            let seed = early_seed(if self.fault.is_rarely_met() { 0 } else { turn % EARLY });
            life.set_faults(&self.fault.rules(self.rate, turn, seed));
        }
    }

    /// Runs the command until it succeeds; whether it did.
    fn commands(&self, life: &Life, operation: Operation, cell: &mut Cell) -> bool {
        loop {
            let run = life.workspace.run(operation.command());
            cell.commands += 1;
            let code = run.status.code();
            if code == Some(0) {
                return true;
            }
            if operation == Operation::Read && code == Some(2) {
                let changes = run.stdout.lines().filter(|line| line.contains("\"planned_change\""));
                cell.differences.extend(changes.map(|line| format!("the plan is not empty: {line}")));
                return true;
            }
            let errors = errors_of(&run);
            let unclean = errors.iter().find(|error| is_unclean(error)).cloned();
            cell.errors.extend(errors.iter().cloned());
            if let Some(error) = unclean {
                cell.failure = Some(format!("an error of the provider's own: {error}"));
                return false;
            }
            if self.fault.ending == Ending::Survived {
                cell.failure =
                    Some(format!("an error that the fault does not justify: {}", errors.join("; ")));
                return false;
            }
            if cell.repeated == REPEATS {
                cell.failure =
                    Some(format!("still an error after {REPEATS} repetitions: {}", errors.join("; ")));
                return false;
            }
            cell.repeated += 1;
        }
    }

    fn end(&self, life: &Life, operation: Operation, cell: &mut Cell) {
        if self.fault.is_of_people() {
            let log = life.target.admin(Method::GET, "log", None);
            let added = log.as_array().into_iter().flatten();
            let added = added.filter(|it| it["path"].as_str().is_some_and(|path| path.contains("addUser")));
            let refused =
                added.filter(|it| it["status"].as_u64().is_some_and(|status| status >= 400)).count();
            cell.injected = refused as u64;
            cell.matched = if operation == Operation::Create { cell.injected } else { 0 };
            return;
        }
        let counted = life.fault();
        cell.matched = counted["matched"].as_u64().unwrap_or_default();
        cell.injected = counted["fired"].as_u64().unwrap_or_default();
        life.end_faults();
        if self.fault.name == "not-visible" {
            // The next command is another process: to it, a row that is hidden still is gone.
            std::thread::sleep(Duration::from_secs(1));
        }
    }
}

impl Cell {
    fn add(&mut self, other: Self) {
        self.matched += other.matched;
        self.injected += other.injected;
        self.commands += other.commands;
        self.repeated += other.repeated;
        self.errors.extend(other.errors);
        self.differences.extend(other.differences);
        self.doubled.extend(other.doubled);
        self.failure = self.failure.take().or(other.failure);
    }
}

/// One request in ten is to be one of so many first, so that short operations are met at all.
const EARLY: usize = 3;

/// A seed with which "one in ten" first meets the request after so many. The emulator's random numbers are its own: they
/// are asked for, once per process.
fn early_seed(before: usize) -> u64 {
    const TRIED: u64 = 80;
    static SEEDS: OnceLock<[u64; EARLY]> = OnceLock::new();
    let seeds = SEEDS.get_or_init(|| {
        let target = Target::emulator(Options::default());
        let fault = Fault::named("throttled-concurrency").expect("a fault of the list");
        let first_hit = |seed: u64| {
            let _ = target.admin(Method::PUT, "faults", Some(&fault.rules(Rate::Tenth, 0, seed)));
            (0..EARLY).position(|_| target.api().send(&Method::GET, "WhoAmI()", None).0 == 429)
        };
        // The token is asked for before there are faults.
        let _ = target.api().get("WhoAmI()");
        let hits: Vec<Option<usize>> = (0..TRIED).map(first_hit).collect();
        std::array::from_fn(|before| {
            let seed = hits.iter().position(|hit| *hit == Some(before));
            seed.expect("one request in ten is met") as u64
        })
    });
    seeds[before]
}
