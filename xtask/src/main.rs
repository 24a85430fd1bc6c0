//! The project's own commands. `cargo demo` and `cargo xtask <command>` run them (see `.cargo/config.toml`).

mod api;
mod bench;
mod cargo;
mod demo;
mod dist;
mod docs;
mod emulator;
mod error;
mod examples;
mod interrupt;
mod modules;
mod readme;
#[cfg(unix)]
mod reliability;
mod screen;
mod terraform;
mod tidy;
mod workdir;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Apply a real integration to an embedded Dataverse and show what then stands.
    Demo {
        /// Leave the emulator and the folder, to play on with them.
        #[arg(long)]
        keep: bool,
        /// Options may also follow a further `--`, as cargo users are used to.
        #[arg(last = true, hide = true, allow_hyphen_values = true)]
        passed_on: Vec<String>,
    },
    /// Check the rules that neither compiler nor clippy knows: sizes of files, borders between modules, leftovers.
    Tidy,
    /// Measure the provider beside one that does nothing; one JSON object per line.
    Bench(bench::Options),
    /// Let the service fail in every way that is known, kill processes at every request, and count what is different then.
    #[cfg(unix)]
    Reliability(reliability::Options),
    /// Make the files of a release: archives, sums, manifest, signature.
    Dist(dist::Options),
    /// Write the reference pages below `docs`.
    Docs {
        /// Write nothing; fail if the pages are not as they would be written.
        #[arg(long)]
        check: bool,
    },
    /// Run the tests of the modules below `examples`, each in an emulated environment of its own.
    Modules {
        /// Only these, such as `demandbase`.
        only: Vec<String>,
    },
    /// Write into the pages of the integrations what their roles hold after an apply, beside what is listed for them.
    Permissions {
        /// Write nothing; fail if a page is not as it would be written.
        #[arg(long)]
        check: bool,
    },
    /// Run the commands of the README one by one, as a newcomer would.
    Readme(readme::Options),
    /// Run `terraform validate` on every configuration below `examples`.
    ValidateExamples {
        /// The provider's binary. Without it the provider is built.
        #[arg(long)]
        binary: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    match arguments.command {
        Command::Demo { keep, passed_on } => demo::run(keep || demo::keep_in(&passed_on)?)?,
        Command::Tidy => tidy::run()?,
        Command::Bench(options) => bench::run(&options)?,
        #[cfg(unix)]
        Command::Reliability(options) => reliability::run(&options)?,
        Command::Dist(options) => dist::run(&options)?,
        Command::Docs { check } => docs::run(check)?,
        Command::Modules { only } => modules::test(&only)?,
        Command::Permissions { check } => modules::permissions(check)?,
        Command::Readme(options) => readme::run(&options)?,
        Command::ValidateExamples { binary } => examples::run(binary)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn keep_is_understood_before_and_after_a_dash_dash() {
        let parse =
            |args: &[&str]| Arguments::try_parse_from([&["xtask", "demo"], args].concat()).unwrap().command;
        assert!(matches!(parse(&["--keep"]), Command::Demo { keep: true, .. }));
        match parse(&["--", "--keep"]) {
            Command::Demo { keep: false, passed_on } => assert!(demo::keep_in(&passed_on).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_of_users_are_separated_by_commas() {
        assert!(Arguments::try_parse_from(["xtask", "bench", "--users", "100,1000"]).is_ok());
        assert!(Arguments::try_parse_from(["xtask", "bench", "--users", "many"]).is_err());
    }
}
