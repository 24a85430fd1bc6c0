//! `cargo xtask bench`: what the provider costs, beside a provider that does nothing. One JSON object per line.

mod configuration;
mod machine;
mod process;
mod rounds;
mod state_server;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::cargo::{self, Wanted};
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::screen;
use crate::terraform;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Numbers of application users, separated by commas; one line per command and number.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 1000])]
    users: Vec<usize>,
    /// Only 100 users and few starts, to see that it works.
    #[arg(long)]
    quick: bool,
    /// Terraform's -parallelism.
    #[arg(long, default_value_t = 10)]
    parallelism: usize,
}

/// The binaries that are measured, and what runs them.
struct Subjects {
    provider: PathBuf,
    idle: PathBuf,
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
    let executable = terraform::find()?;
    let runtime = Arc::new(Runtime::new().doing(|| "Cannot start threads".to_owned())?);
    let interrupt = Interrupt::listen(&runtime);
    let idle = Wanted { package: "tf-provider", target: "idle", example: true };
    let programs = [cargo::binary(cargo::PROVIDER), cargo::binary(cargo::EMULATOR)];
    let built = cargo::build(&programs, true, &interrupt)?;
    let idle = cargo::build(&[idle], true, &interrupt)?;
    let ([provider, emulator], [idle]) = (built.as_slice(), idle.as_slice()) else {
        return Err(Error::said("cargo did not build what was asked for."));
    };
    let subjects = Subjects {
        provider: provider.clone(),
        idle: idle.clone(),
        emulator: emulator.clone(),
        terraform: executable,
        interrupt,
        runtime,
    };
    emit("machine", &json!({}), &machine::describe(&subjects.terraform));
    process::measure(&subjects, if options.quick { 5 } else { 41 })?;
    let sizes = if options.quick { &[100][..] } else { &options.users };
    for users in sizes {
        rounds::measure(&subjects, *users, options.parallelism)?;
    }
    Ok(())
}

/// Prints one measurement: its name, what it was measured with, and the figures.
fn emit(name: &str, parameters: &Value, figures: &Value) {
    screen::line(&line(name, parameters, figures));
}

fn line(name: &str, parameters: &Value, figures: &Value) -> String {
    // Written out, because a JSON object would be sorted and the name would not come first.
    format!("{{\"name\":{},\"parameters\":{parameters},\"figures\":{figures}}}", json!(name))
}

/// A figure with as many decimals as mean something.
fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_one_line_of_json() {
        let text =
            line("handshake", &json!({ "starts": 41 }), &json!({ "milliseconds": rounded(4.4444, 1) }));
        assert_eq!(text, r#"{"name":"handshake","parameters":{"starts":41},"figures":{"milliseconds":4.4}}"#);
    }
}
