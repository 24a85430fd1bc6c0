//! `cargo xtask bench`: what the provider costs, beside a provider that does nothing. One JSON object per line.

mod codec;
mod configuration;
mod machine;
mod meter;
mod page;
mod process;
mod results;
mod rounds;
mod schedule;
mod statistics;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tokio::runtime::Runtime;

use self::results::Results;
use crate::cargo::{self, Wanted};
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::terraform;

/// What to measure.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Numbers of application users, separated by commas.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 1000, 5000])]
    users: Vec<usize>,
    /// Milliseconds that the emulator adds to each answer, separated by commas.
    #[arg(long, value_delimiter = ',', default_values_t = [0, 100])]
    latency_ms: Vec<usize>,
    /// Terraform's -parallelism.
    #[arg(long, default_value_t = schedule::USUAL)]
    parallelism: usize,
    /// How often each command is measured; figures are medians. By default 3 times, and once from 2,000 users on.
    #[arg(long, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    rounds: Option<usize>,
    /// Only 100 users and few starts, to see that it works.
    #[arg(long, conflicts_with_all = ["write", "from"])]
    quick: bool,
    /// Write docs/performance.md from the results; what is written by hand in it stays.
    #[arg(long)]
    write: bool,
    /// Measure nothing: take the results from a file with what an earlier run printed.
    #[arg(long, requires = "write")]
    from: Option<PathBuf>,
}

/// The binaries that are measured, and what runs them.
struct Subjects {
    provider: PathBuf,
    idle: PathBuf,
    codec: PathBuf,
    meter: PathBuf,
    emulator: PathBuf,
    terraform: PathBuf,
    interrupt: Interrupt,
    runtime: Arc<Runtime>,
}

/// Measures and prints.
///
/// # Errors
///
/// When something cannot be built, started or run.
pub(crate) fn run(options: &Options) -> Result<()> {
    let results = match &options.from {
        Some(file) => Results::read(file)?,
        None => measure(options)?,
    };
    if options.write { page::write(&cargo::root().join("docs/performance.md"), &results) } else { Ok(()) }
}

fn measure(options: &Options) -> Result<Results> {
    let subjects = build()?;
    let mut results = Results::default();
    results.add("machine", json!({}), machine::describe(&subjects.terraform));
    process::measure(&mut results, &subjects, if options.quick { 5 } else { 41 })?;
    let bytes = if options.quick { 256 * 1024 } else { 5 * 1024 * 1024 };
    codec::measure(&mut results, &subjects.codec, bytes, &subjects.interrupt)?;
    schedule::measure(&mut results, &subjects, &schedule::cells(options))?;
    Ok(results)
}

fn build() -> Result<Subjects> {
    let terraform = terraform::find()?;
    let runtime = Arc::new(Runtime::new().doing(|| "Cannot start threads".to_owned())?);
    let interrupt = Interrupt::listen(&runtime);
    let example = |package, target| Wanted { package, target, example: true };
    // Each package by itself, as it is released: built together they would share the features of their dependencies.
    let built = |wanted: &[Wanted<'_>], release| cargo::build(wanted, release, &interrupt);
    let programs = built(&[cargo::binary(cargo::PROVIDER), cargo::binary(cargo::EMULATOR)], true)?;
    let examples = built(&[example("tf-provider", "idle"), example("tf-provider", "codec")], true)?;
    let meter = built(&[example("xtask", "meter")], false)?;
    let ([provider, emulator], [idle, codec], [meter]) =
        (programs.as_slice(), examples.as_slice(), meter.as_slice())
    else {
        return Err(Error::said("cargo did not build what was asked for."));
    };
    let copy = |path: &Path| path.to_path_buf();
    Ok(Subjects {
        provider: copy(provider),
        idle: copy(idle),
        codec: copy(codec),
        meter: copy(meter),
        emulator: copy(emulator),
        terraform,
        interrupt,
        runtime,
    })
}
