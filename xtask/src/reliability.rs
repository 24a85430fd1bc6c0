//! `cargo xtask reliability`: every fault of the service with every resource, and every process of a run killed at every
//! request. Prints what was injected and what is different then, which must be nothing.

mod counts;
mod page;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use acceptance_tests::reliability::faults::{FAULTS, Fault};
use acceptance_tests::reliability::kill::{Death, Job};
use acceptance_tests::reliability::matrix::{Scenario, Verdict};
use acceptance_tests::reliability::{crowd, pool};
use clap::ValueEnum;

use crate::error::{Error, Result};
use crate::screen;

use self::counts::Outcome;

/// What to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only one of the three parts.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Only this fault, by its name in docs/reliability.md.
    #[arg(long)]
    fault: Option<String>,
    /// Only this resource, such as dataverse_team.
    #[arg(long)]
    resource: Option<String>,
    /// Runs at a time; most of their time goes into waiting.
    #[arg(long, default_value_t = 6)]
    at_a_time: usize,
    /// Application users that are applied while one answer in five is refused or lost.
    #[arg(long, default_value_t = 1000)]
    users: usize,
    /// Write docs/reliability.md.
    #[arg(long)]
    write: bool,
}

/// A part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Faults by resources.
    Fault,
    /// Killed processes.
    Kill,
    /// Many users in bad weather.
    Crowd,
}

impl Options {
    fn has(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    fn is_of(&self, resource: &str) -> bool {
        self.resource.as_ref().is_none_or(|only| only == resource)
    }

    fn is_all(&self) -> bool {
        self.only.is_none() && self.fault.is_none() && self.resource.is_none()
    }
}

/// Runs and prints.
///
/// # Errors
///
/// When anything is different from a life without faults, or nothing was run.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(name) = options.fault.as_ref().filter(|name| Fault::named(name).is_none()) {
        let names: Vec<&str> = FAULTS.iter().map(|fault| fault.name).collect();
        return Err(Error::said(format!("There is no fault {name}. There are: {}.", names.join(", "))));
    }
    if options.write && !options.is_all() {
        return Err(Error::said("The page tells of everything: --write goes without a selection."));
    }
    // A failed expectation is told in the summary, once.
    std::panic::set_hook(Box::new(|_| {}));
    let begin = Instant::now();
    let mut outcome = Outcome::default();
    if options.has(Part::Fault) {
        faults(options, &mut outcome);
    }
    if options.has(Part::Kill) && options.fault.is_none() {
        kills(options, &mut outcome);
    }
    if options.has(Part::Crowd) && options.fault.is_none() && options.resource.is_none() {
        many(options, &mut outcome);
    }
    if outcome.is_empty() {
        return Err(Error::said("Nothing was run: no resource of that name."));
    }
    screen::line(&page::summary(&outcome));
    screen::note(&format!("{} s", begin.elapsed().as_secs()));
    if options.write {
        page::write(&outcome)?;
    }
    match outcome.failures(options.is_all()) {
        failures if failures.is_empty() => Ok(()),
        failures => {
            failures.iter().for_each(|failure| screen::line(failure));
            Err(Error::said(format!(
                "{} things are not as they must be; they are named above.",
                failures.len()
            )))
        }
    }
}

fn faults(options: &Options, outcome: &mut Outcome) {
    let chosen = |it: &Scenario| {
        options.is_of(it.subject.resource) && options.fault.as_ref().is_none_or(|only| only == it.fault.name)
    };
    let scenarios: Vec<Scenario> = Scenario::all().into_iter().filter(chosen).collect();
    let progress = Progress::of(scenarios.len());
    let results = pool::run(&scenarios, options.at_a_time, |scenario| {
        let cells = pool::attempt(|| scenario.run());
        let mut failed = String::new();
        let injected = match &cells {
            Err(text) => {
                failed.clone_from(text);
                0
            }
            Ok(cells) => {
                for (operation, cell) in cells {
                    if cell.verdict(scenario.fault) == Verdict::Failed {
                        failed.push_str(&format!("{}: {cell:#?}\n", operation.name()));
                    }
                }
                cells.iter().map(|(_, cell)| cell.injected).sum::<u64>()
            }
        };
        progress.done(&scenario.name(), &format!("{injected} injected"), &failed);
        cells
    });
    for (scenario, cells) in scenarios.into_iter().zip(results) {
        outcome.add_scenario(scenario, cells.and_then(|cells| cells));
    }
}

fn kills(options: &Options, outcome: &mut Outcome) {
    let jobs: Vec<Job> = Job::all().into_iter().filter(|it| options.is_of(it.subject.resource)).collect();
    let progress = Progress::of(jobs.len());
    let results = pool::run(&jobs, options.at_a_time, |job| {
        let deaths = pool::attempt(|| job.run());
        let mut failed = String::new();
        let killed = match &deaths {
            Err(text) => {
                failed.clone_from(text);
                0
            }
            Ok(deaths) => {
                let lost = deaths.iter().filter(|death: &&Death| !death.is_survived());
                lost.for_each(|death| failed.push_str(&format!("{death:#?}\n")));
                deaths.iter().filter(|death| death.killed).count()
            }
        };
        let name = format!("kill x {} x {}", job.subject.resource, job.operation.name());
        progress.done(&name, &format!("{killed} killed"), &failed);
        deaths
    });
    for (job, deaths) in jobs.into_iter().zip(results) {
        outcome.add_kills(job, deaths.and_then(|deaths| deaths));
    }
}

fn many(options: &Options, outcome: &mut Outcome) {
    screen::note(&format!("{} application users while one answer in five is refused or lost", options.users));
    outcome.add_crowd(options.users, pool::attempt(|| crowd::apply(options.users)));
}

/// Lines that show how far a part is.
struct Progress {
    of: usize,
    done: AtomicUsize,
}

impl Progress {
    fn of(of: usize) -> Self {
        Self { of, done: AtomicUsize::new(0) }
    }

    /// Says that one is done, and at once what failed in it: the whole takes long.
    fn done(&self, name: &str, said: &str, failed: &str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let failed = if failed.is_empty() { String::new() } else { format!(", FAILED\n{failed}") };
        screen::note(&format!("[{done}/{}] {name}: {said}{failed}", self.of));
    }
}
