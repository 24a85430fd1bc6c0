//! Plan, apply, plan again, destroy: by Terraform, with the provider and with the one that does nothing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use super::configuration::{self, Kind, PER_MODULE};
use super::state_server::StateServer;
use super::{Subjects, emit, rounded};
use crate::api::Api;
use crate::emulator::Emulator;
use crate::error::Result;
use crate::screen;
use crate::terraform::Terraform;
use crate::workdir::Workdir;

/// The commands of a round: name, and arguments without those that all have.
const COMMANDS: &[(&str, &[&str])] = &[
    ("plan", &["plan", "-out=tfplan"]),
    ("apply", &["apply"]),
    ("no_op_plan", &["plan", "-detailed-exitcode"]),
    ("destroy", &["destroy", "-auto-approve"]),
];

/// Seconds of one command, and the requests that the emulator saw.
struct Figures {
    seconds: f64,
    requests: Option<Value>,
}

/// Measures one round for each provider and prints a line per command.
///
/// # Errors
///
/// When a command fails.
pub(crate) fn measure(subjects: &Subjects, users: usize, parallelism: usize) -> Result<()> {
    let states = StateServer::start(&subjects.runtime)?;
    let workdir = Workdir::new("dataverse-bench-")?;
    workdir.offer("dataverse", &subjects.provider)?;
    workdir.offer("idle", &subjects.idle)?;
    let directory = workdir.root().join("directory.json");
    workdir.write(&directory, &configuration::directory(users).to_string())?;
    let emulator = Emulator::start(
        &subjects.emulator,
        workdir.root(),
        &["--directory", &directory.display().to_string()],
    )?;
    let api = Api::sign_in(Arc::clone(&subjects.runtime), &emulator)?;
    let mut env = workdir.env();
    env.extend(emulator.env().clone());

    let round = Round { subjects, workdir: &workdir, states: &states, users, parallelism };
    let idle = round.run(Kind::Idle, round.workdir.env(), None)?;
    let ours = round.run(Kind::Users, env, Some(&api))?;
    let parameters = json!({
        "users": users, "roles_per_user": 2, "modules_of": PER_MODULE, "state": "http", "parallelism": parallelism,
    });
    for (((name, _), ours), idle) in COMMANDS.iter().zip(&ours).zip(&idle) {
        let figures = json!({
            "seconds": rounded(ours.seconds, 2),
            "idle_seconds": rounded(idle.seconds, 2),
            "ratio": rounded(ours.seconds / idle.seconds, 2),
            "requests": ours.requests.as_ref().map(|it| it["total"].clone()),
            "requests_for_tokens": ours.requests.as_ref().map(|it| it["token"].clone()),
        });
        emit(name, &parameters, &figures);
    }
    Ok(())
}

struct Round<'a> {
    subjects: &'a Subjects,
    workdir: &'a Workdir,
    states: &'a StateServer,
    users: usize,
    parallelism: usize,
}

impl Round<'_> {
    fn run(&self, kind: Kind, env: BTreeMap<String, OsString>, api: Option<&Api>) -> Result<Vec<Figures>> {
        let (name, what) = match kind {
            Kind::Users => ("users", "application users"),
            Kind::Idle => ("idle", "resources of the provider that does nothing"),
        };
        let dir = self.workdir.root().join(name);
        configuration::write(&dir, kind, self.users, &self.states.url(&format!("{name}-{}", self.users)))?;
        let terraform = Terraform::new(&self.subjects.terraform, &dir, env);
        terraform.output(&["init", "-input=false", "-no-color"])?;
        let parallelism = format!("-parallelism={}", self.parallelism);
        let mut figures = Vec::new();
        for (name, args) in COMMANDS {
            screen::note(&format!("{name} of {} {what}", self.users));
            self.subjects.interrupt.check()?;
            if let Some(api) = api {
                api.admin(Method::DELETE, "requests")?;
            }
            let mut args = [*args, &["-input=false", "-no-color", &parallelism]].concat();
            if *name == "apply" {
                args.push("tfplan");
            }
            let begun = Instant::now();
            let result = terraform.output(&args);
            let seconds = begun.elapsed().as_secs_f64();
            self.subjects.interrupt.check()?;
            result?;
            let requests = api.map(|api| api.admin(Method::GET, "requests")).transpose()?;
            figures.push(Figures { seconds, requests });
        }
        Ok(figures)
    }
}
