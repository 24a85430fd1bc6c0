//! Plan, apply, plan again, destroy: by Terraform, with the provider and with the one that does nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use acceptance_tests::StateServer;
use reqwest::Method;

use super::Subjects;
use super::configuration::{self, Kind};
use super::meter::{Meter, Used};
use super::schedule::Cell;

use crate::api::Api;
use crate::emulator::Emulator;
use crate::error::Result;
use crate::screen;
use crate::terraform::Terraform;
use crate::workdir::Workdir;

/// The commands of a round: name, and arguments without those that all have.
pub(super) const COMMANDS: &[(&str, &[&str])] = &[
    ("plan", &["plan", "-out=tfplan"]),
    ("apply", &["apply"]),
    ("no_op_plan", &["plan", "-detailed-exitcode"]),
    ("destroy", &["destroy", "-auto-approve"]),
];

/// One command: its seconds, what the provider used, and the requests that the emulator saw.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) seconds: f64,
    pub(super) used: Used,
    pub(super) requests: Option<f64>,
    pub(super) requests_for_tokens: Option<f64>,
}

/// Samples of one round, in the order of [`COMMANDS`].
pub(super) type Samples = Vec<Sample>;

/// Runs all rounds of a cell, those of the two providers in turn: ours, and that of the idle one.
///
/// # Errors
///
/// When a command fails.
pub(super) fn run(subjects: &Subjects, cell: &Cell) -> Result<Vec<(Samples, Samples)>> {
    let workdir = Workdir::new("dataverse-bench-")?;
    workdir.offer("dataverse", &subjects.meter)?;
    workdir.offer("idle", &subjects.meter)?;
    let states = StateServer::default();
    let place = Place { subjects, cell, workdir: &workdir, states: &states };
    (1..=cell.rounds)
        .map(|round| {
            // Who goes first is of no advantage over all rounds.
            if round % 2 == 0 {
                let ours = place.ours(round)?;
                return Ok((ours, place.idle(round)?));
            }
            let idle = place.idle(round)?;
            Ok((place.ours(round)?, idle))
        })
        .collect()
}

struct Place<'a> {
    subjects: &'a Subjects,
    cell: &'a Cell,
    workdir: &'a Workdir,
    states: &'a StateServer,
}

impl Place<'_> {
    fn idle(&self, round: usize) -> Result<Samples> {
        self.commands(Kind::Idle, &self.subjects.idle, round, None)
    }

    fn ours(&self, round: usize) -> Result<Samples> {
        let directory = self.workdir.root().join("directory.json");
        self.workdir.write(&directory, &configuration::directory(self.cell.users).to_string())?;
        let directory = directory.display().to_string();
        let latency = self.cell.latency.to_string();
        let args = ["--directory", &directory, "--latency-ms", &latency];
        let emulator = Emulator::start(&self.subjects.emulator, self.workdir.root(), &args)?;
        self.commands(Kind::Users, &self.subjects.provider, round, Some(&emulator))
    }

    fn commands(
        &self,
        kind: Kind,
        binary: &std::path::Path,
        round: usize,
        emulator: Option<&Emulator>,
    ) -> Result<Samples> {
        let name = format!("{kind:?}-{round}").to_lowercase();
        let dir: PathBuf = self.workdir.root().join(&name);
        configuration::write(&dir, kind, self.cell.users, &self.states.url(&name))?;
        let meter = Meter::new(&self.workdir.root().join(format!("{name}-reports")))?;
        let mut env = self.workdir.env();
        env.extend(meter.env(binary));
        env.extend(emulator.map(|it| it.env().clone()).unwrap_or_default());
        let api = emulator.map(|it| Api::sign_in(Arc::clone(&self.subjects.runtime), it)).transpose()?;
        let terraform = Terraform::new(&self.subjects.terraform, &dir, env);
        terraform.output(&["init", "-input=false", "-no-color"])?;
        let parallelism = format!("-parallelism={}", self.cell.parallelism);
        let mut samples = Vec::new();
        for (command, args) in COMMANDS {
            screen::note(&format!("{command} {name} {}", self.cell.parameters()));
            self.subjects.interrupt.check()?;
            if let Some(api) = &api {
                api.admin(Method::DELETE, "requests")?;
            }
            let mut args = [*args, &["-input=false", "-no-color", &parallelism]].concat();
            if *command == "apply" {
                args.push("tfplan");
            }
            let begun = Instant::now();
            let result = terraform.output(&args);
            let seconds = begun.elapsed().as_secs_f64();
            self.subjects.interrupt.check()?;
            result?;
            let requests = api.as_ref().map(|api| api.admin(Method::GET, "requests")).transpose()?;
            let count = |kind: &str| requests.as_ref().and_then(|it| it[kind].as_f64());
            samples.push(Sample {
                seconds,
                used: meter.take()?,
                requests: count("total"),
                requests_for_tokens: count("token"),
            });
        }
        Ok(samples)
    }
}
