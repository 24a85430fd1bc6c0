//! The kill test: the provider, or Terraform, is killed while a request is on its way, before or after the service
//! carried it out. Then a user plans and applies again, and imports what a message asks for.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::hints;
use super::life::{Baseline, Life, Operation, errors_of, hold};
use super::processes;
use super::subjects::{SUBJECTS, Subject};
use crate::diagnostics::Diagnostic;

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// The provider's process.
    Provider,
    /// Terraform's process; the provider must then end by itself.
    Terraform,
}

impl Victim {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Provider, Self::Terraform];

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Provider => "the provider",
            Self::Terraform => "Terraform",
        }
    }
}

/// What became of one kill.
#[derive(Debug, Clone)]
pub struct Death {
    /// The resource.
    pub resource: &'static str,
    /// What was being done.
    pub operation: Operation,
    /// Which request was held, and who was killed then.
    pub moment: String,
    /// Whether anybody was killed: the request may not have come.
    pub killed: bool,
    /// Whether the provider ended by itself when Terraform was killed.
    pub orphaned: bool,
    /// Import hints followed.
    pub hints: usize,
    /// What is different from a life without a kill.
    pub differences: Vec<String>,
    /// What is there twice.
    pub doubled: Vec<String>,
    /// Why a user did not come to the end.
    pub failure: Option<String>,
}

impl Death {
    /// Whether everything is as if nobody had been killed.
    #[must_use]
    pub fn is_survived(&self) -> bool {
        !self.orphaned && self.differences.is_empty() && self.doubled.is_empty() && self.failure.is_none()
    }
}

/// A resource and what is done to it.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// The resource.
    pub subject: &'static Subject,
    /// What is done.
    pub operation: Operation,
}

/// How long the held request may take to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// So often a user plans and applies again before giving up.
const ROUNDS: usize = 5;

impl Job {
    /// Every resource with everything that changes it.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let pairs = SUBJECTS.iter().flat_map(|subject| Operation::WRITES.map(|it| (subject, it)));
        pairs.map(|(subject, operation)| Self { subject, operation }).collect()
    }

    /// Kills at each request of the operation, before and (where something is written) after it was carried out, the
    /// provider and Terraform.
    #[must_use]
    pub fn run(&self) -> Vec<Death> {
        let baseline = Baseline::of(self.subject, 1);
        let life = Life::begin(self.subject, 1, "");
        for operation in Operation::WRITES.into_iter().take_while(|it| *it != self.operation) {
            life.configure(operation);
            let run = life.workspace.run(operation.command());
            assert!(run.succeeded(), "{} without a kill: {run}", self.subject.resource);
        }
        life.configure(self.operation);
        let stage = Stage::of(&life);
        let requests = self.requests(&life);
        let mut deaths = Vec::new();
        for (index, writes) in requests.iter().enumerate() {
            for carried_out in [false, true].into_iter().filter(|carried_out| *writes || !carried_out) {
                for victim in Victim::ALL {
                    stage.restore(&life);
                    let moment = Moment { matching: json!({}), nth: index + 1, carried_out, victim };
                    deaths.push(die(self.subject, self.operation, &life, &baseline, &moment));
                }
            }
        }
        deaths
    }

    /// Runs the operation undisturbed; for each of its requests, whether it may write.
    fn requests(&self, life: &Life) -> Vec<bool> {
        life.target.forget_requests();
        let run = life.workspace.run(self.operation.command());
        assert!(run.succeeded(), "{} without a kill: {run}", self.subject.resource);
        let log = life.target.admin(Method::GET, "log", None);
        let api = log.as_array().into_iter().flatten().filter(|entry| {
            entry["path"].as_str().is_some_and(|path| path.contains("/api/data/")) && entry["batch"] != true
        });
        api.map(|entry| entry["method"] != "GET").collect()
    }
}

/// Kills once in each of create, update and delete of a resource with several instances, at the first request that
/// writes.
#[must_use]
pub fn once_in_each(subject: &'static Subject, turn: usize) -> Vec<Death> {
    const INSTANCES: usize = 3;
    let baseline = Baseline::of(subject, INSTANCES);
    let life = Life::begin(subject, INSTANCES, "");
    let mut deaths = Vec::new();
    for (step, operation) in Operation::WRITES.into_iter().enumerate() {
        life.configure(operation);
        let moment = Moment {
            matching: json!({ "writes": true }),
            nth: 1,
            carried_out: !(turn + step).is_multiple_of(3),
            victim: Victim::ALL[(turn + step) % 2],
        };
        let death = die(subject, operation, &life, &baseline, &moment);
        let over = !death.is_survived();
        deaths.push(death);
        if over {
            break;
        }
    }
    deaths
}

/// When who is killed.
struct Moment {
    matching: Value,
    nth: usize,
    carried_out: bool,
    victim: Victim,
}

fn die(subject: &Subject, operation: Operation, life: &Life, baseline: &Baseline, moment: &Moment) -> Death {
    let when = if moment.carried_out { "after" } else { "before" };
    let mut death = Death {
        resource: subject.resource,
        operation,
        moment: format!("{} was killed {when} request {} was carried out", moment.victim.name(), moment.nth),
        killed: false,
        orphaned: false,
        hints: 0,
        differences: Vec::new(),
        doubled: Vec::new(),
        failure: None,
    };
    life.set_faults(&hold(&moment.matching, moment.nth, moment.carried_out));
    let mut running = life.workspace.start(operation.command());
    let terraform = running.pid();
    let mut provider = None;
    if is_held(life, &mut running) {
        provider = processes::provider_of(terraform);
        let victim = match moment.victim {
            Victim::Provider => provider,
            Victim::Terraform => Some(terraform),
        };
        match victim {
            Some(pid) => {
                processes::kill(pid);
                death.killed = true;
            }
            None => death.failure = Some("the provider's process was not found".to_owned()),
        }
    }
    let _ = running.wait();
    if let Some(provider) = provider.filter(|_| moment.victim == Victim::Terraform) {
        death.orphaned = !processes::ends(provider);
        processes::kill(provider);
    }
    life.end_faults();
    recover(life, operation, &mut death);
    let difference = life.footprint().against(baseline.after(operation));
    death.differences.extend(difference.lines);
    death.doubled.extend(difference.doubled);
    death
}

/// Whether the rule holds a request before the command ends.
fn is_held(life: &Life, running: &mut crate::cli::Running) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if life.fault()["holding"].as_u64().unwrap_or_default() > 0 {
            return true;
        }
        if running.has_ended() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("neither did the request come nor did the command end")
}

/// Plans and applies until a plan after an apply is empty, and imports what a message asks for.
fn recover(life: &Life, operation: Operation, death: &mut Death) {
    let destroy: &[&str] = if operation == Operation::Delete { &["-destroy"] } else { &[] };
    let plan = [&["plan", "-json", "-input=false", "-detailed-exitcode", "-out=tfplan"], destroy].concat();
    let mut applied = false;
    let mut said = String::new();
    for _ in 0..ROUNDS {
        let run = life.workspace.run(&plan);
        let followed = hints::follow(&life.workspace, &Diagnostic::parse(&run.stdout));
        death.hints += followed;
        match run.status.code() {
            _ if followed > 0 => {}
            Some(0) if applied => return,
            Some(0 | 2) => {
                let run = life.workspace.run(&["apply", "-json", "-input=false", "tfplan"]);
                death.hints += hints::follow(&life.workspace, &Diagnostic::parse(&run.stdout));
                applied = run.succeeded();
                said = errors_of(&run).join("; ");
            }
            _ => {
                death.failure = Some(format!("the plan fails: {}", errors_of(&run).join("; ")));
                return;
            }
        }
    }
    death.failure = Some(format!("after {ROUNDS} rounds there is still something to do: {said}"));
}

/// Service and state before the operation.
struct Stage {
    snapshot: Value,
    state: Option<String>,
}

impl Stage {
    fn of(life: &Life) -> Self {
        Self {
            snapshot: life.target.admin(Method::GET, "snapshot", None),
            state: fs::read_to_string(state_file(life)).ok(),
        }
    }

    fn restore(&self, life: &Life) {
        let _ = life.target.admin(Method::PUT, "snapshot", Some(&self.snapshot));
        let path = state_file(life);
        match &self.state {
            Some(text) => fs::write(&path, text).expect("the state can be written"),
            None => {
                let _ = fs::remove_file(&path);
            }
        }
        let _ = fs::remove_file(path.with_extension("tfstate.backup"));
    }
}

fn state_file(life: &Life) -> PathBuf {
    life.workspace.path().join("terraform.tfstate")
}
