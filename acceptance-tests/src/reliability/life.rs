//! The life of a resource: create, read, update, delete, with real Terraform and an emulator of its own.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use dataverse_emulator::Options;

use super::footprint::Footprint;
use super::subjects::{self, Configurations, Subject};
use crate::cli::Run;
use crate::diagnostics::Diagnostic;
use crate::target::Target;
use crate::workspace::Workspace;

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// `apply` of a new configuration.
    Create,
    /// `plan` of what stands.
    Read,
    /// `apply` of a changed configuration.
    Update,
    /// `destroy`.
    Delete,
}

impl Operation {
    /// All, in the order of a life.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];
    /// Those that change something.
    pub const WRITES: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    /// In one word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The command, with what its diagnostics are read from.
    #[must_use]
    pub fn command(self) -> &'static [&'static str] {
        match self {
            Self::Create | Self::Update => {
                &["apply", "-json", "-input=false", "-auto-approve", "-parallelism=10"]
            }
            Self::Read => &["plan", "-json", "-input=false", "-detailed-exitcode", "-parallelism=10"],
            Self::Delete => &["destroy", "-json", "-input=false", "-auto-approve", "-parallelism=10"],
        }
    }
}

/// A resource in an environment of its own.
pub struct Life {
    /// The emulator.
    pub target: Target,
    /// The folder with configuration and state.
    pub workspace: Workspace,
    configurations: Configurations,
}

impl Life {
    /// An emulator with what must stand before, and an empty state. `settings` are lines of the provider block.
    #[must_use]
    pub fn begin(subject: &Subject, instances: usize, settings: &str) -> Self {
        let target = Target::emulator(Options::default());
        let configurations = subject.prepare(&target, instances);
        let workspace = subjects::workspace(&target, settings);
        Self { target, workspace, configurations }
    }

    /// Writes the configuration of an operation.
    pub fn configure(&self, operation: Operation) {
        match operation {
            Operation::Create => self.workspace.write("main.tf", &self.configurations.created),
            Operation::Update => self.workspace.write("main.tf", &self.configurations.updated),
            Operation::Read | Operation::Delete => {}
        }
    }

    /// Sets the faults of the emulator.
    pub fn set_faults(&self, rules: &Value) {
        let _ = self.target.admin(Method::PUT, "faults", Some(rules));
    }

    /// The one rule with its counters. Waits until the emulator can be reached: a fault may be that it cannot.
    #[must_use]
    pub fn fault(&self) -> Value {
        const LONGEST: Duration = Duration::from_secs(10);
        let address = self.target.url().trim_start_matches("https://").to_owned();
        let begin = Instant::now();
        while TcpStream::connect(&address).is_err() {
            assert!(begin.elapsed() < LONGEST, "{address} cannot be reached");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.target.admin(Method::GET, "faults", None)["rules"][0].clone()
    }

    /// Ends all faults.
    pub fn end_faults(&self) {
        let _ = self.target.admin(Method::DELETE, "faults", None);
    }

    /// What service and state hold.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        Footprint::take(&self.target, &self.workspace)
    }
}

/// What a life without faults leaves after each operation that changes something.
#[derive(Debug)]
pub struct Baseline(BTreeMap<Operation, Footprint>);

impl Baseline {
    /// Of a subject with so many instances; made once per process.
    ///
    /// # Panics
    ///
    /// When a life without faults fails: everything else is compared with it.
    #[must_use]
    pub fn of(subject: &Subject, instances: usize) -> Arc<Self> {
        type Known = Mutex<BTreeMap<(&'static str, usize), Arc<OnceLock<Arc<Baseline>>>>>;
        static KNOWN: Known = Mutex::new(BTreeMap::new());
        let cell = {
            let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry((subject.resource, instances)).or_default())
        };
        Arc::clone(cell.get_or_init(|| Arc::new(Self::live(subject, instances))))
    }

    fn live(subject: &Subject, instances: usize) -> Self {
        let life = Life::begin(subject, instances, "");
        let mut footprints = BTreeMap::new();
        for operation in Operation::WRITES {
            life.configure(operation);
            let run = life.workspace.run(operation.command());
            assert!(run.succeeded(), "{} without faults: {run}", subject.resource);
            footprints.insert(operation, life.footprint());
        }
        life.target.assert_nothing_was_refused();
        Self(footprints)
    }

    /// What must stand after an operation that changes something.
    #[must_use]
    pub fn after(&self, operation: Operation) -> &Footprint {
        &self.0[&operation]
    }
}

/// The errors of a run, one line each.
#[must_use]
pub fn errors_of(run: &Run) -> Vec<String> {
    let found = Diagnostic::parse(&run.stdout).into_iter().filter(Diagnostic::is_error);
    let mut found: Vec<String> = found.map(|error| error.text()).collect();
    if found.is_empty() {
        found.push(format!("no error was said: {run}"));
    }
    found
}

/// What no error may look like, whatever the service does.
#[must_use]
pub fn is_unclean(error: &str) -> bool {
    const SIGNS: [&str; 6] = [
        "panicked",
        "Plugin did not respond",
        "inconsistent",
        "This is a bug",
        "bug in the provider",
        "no error was said",
    ];
    SIGNS.iter().any(|sign| error.contains(sign))
}

/// A rule that holds one request.
#[must_use]
pub fn hold(matching: &Value, nth: usize, carried_out: bool) -> Value {
    json!({ "seed": 0, "rules": [{
        "id": "held", "match": matching, "when": { "nth": nth },
        "fault": { "kind": "hold", "carried_out": carried_out },
    }] })
}
