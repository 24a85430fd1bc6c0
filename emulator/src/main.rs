//! The emulator as a program.

mod run;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use dataverse_emulator::{Emulator, Options, seed_ids};
use tracing_subscriber::EnvFilter;

/// A Dataverse Web API on your machine.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// TCP port on 127.0.0.1; 0 takes a free one (default: 8443, with a command to run 0)
    #[arg(long)]
    port: Option<u16>,
    /// File the certificate authority is written to (default: a file in the temporary directory)
    #[arg(long)]
    ca_file: Option<PathBuf>,
    /// Decides the ids that differ between environments
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// File to restore the data from, if it exists, and to save it to at the end
    #[arg(long)]
    snapshot: Option<PathBuf>,
    /// JSON file with what the environment holds beyond the seed: people, groups, applications, users, requests to carry out
    #[arg(long, alias = "directory")]
    setup: Option<PathBuf>,
    /// Seconds a token is valid
    #[arg(long, default_value_t = 3599)]
    token_lifetime: u64,
    /// Milliseconds added to every API request
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Built-in fault profile, or JSON file with fault rules, to set at the start
    #[arg(long)]
    faults: Option<PathBuf>,
    /// Whether a user may hold the role copies of any business unit (modern) or only its own (classic)
    #[arg(long, value_enum, default_value_t = BusinessUnits::Classic)]
    business_units: BusinessUnits,
    /// Command to run with the variables of the emulated environment; the emulator ends with it and with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    run: Vec<OsString>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print what the emulator does and how well each behaviour is known, as the text of COVERAGE.md
    Coverage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BusinessUnits {
    Modern,
    Classic,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")))
        .init();
    let arguments = Arguments::parse();
    if let Some(Command::Coverage) = arguments.command {
        say(&dataverse_emulator::coverage());
        return ExitCode::SUCCESS;
    }
    let running = !arguments.run.is_empty();
    let own_ca_file = running && arguments.ca_file.is_none();
    let ca_file = arguments.ca_file.unwrap_or_else(|| {
        // Several emulators that run commands at once are nothing unusual.
        let own = if running { format!("-{}", std::process::id()) } else { String::new() };
        std::env::temp_dir().join(format!("dataverse-emulator-ca{own}.pem"))
    });
    let options = Options {
        port: arguments.port.unwrap_or(if running { 0 } else { 8443 }),
        ca_file: Some(ca_file.clone()),
        seed: arguments.seed,
        snapshot: arguments.snapshot,
        setup: arguments.setup,
        token_lifetime: Duration::from_secs(arguments.token_lifetime),
        latency: Duration::from_millis(arguments.latency_ms),
        faults: arguments.faults,
        modern_business_units: arguments.business_units == BusinessUnits::Modern,
    };
    let emulator = match Emulator::start(options).await {
        Ok(emulator) => emulator,
        Err(error) => {
            tracing::error!(%error, "the emulator cannot start");
            return ExitCode::FAILURE;
        }
    };
    let code = if running {
        run::run(&arguments.run, &environment(&emulator), &ca_file).await
    } else {
        serve(&emulator, &ca_file).await;
        ExitCode::SUCCESS
    };
    let refusals = emulator.refusals();
    emulator.stop().await;
    if own_ca_file {
        let _ = std::fs::remove_file(&ca_file);
    }
    if !refusals.is_empty() {
        // The output of a command is its own.
        let tell = if running { complain } else { say };
        tell("# refused because the emulator does not know it:\n");
        for (what, times) in refusals {
            tell(&format!("#   {times} x {what}\n"));
        }
    }
    code
}

/// The variables with which the provider finds the emulator, but for that of the certificate authority.
fn environment(emulator: &Emulator) -> [(&'static str, String); 6] {
    [
        ("DATAVERSE_URL", emulator.url().to_owned()),
        ("DATAVERSE_AUTHORITY_HOST", emulator.authority_host()),
        ("DATAVERSE_EMULATOR_URL", emulator.admin_url()),
        ("ARM_TENANT_ID", seed_ids::TENANT_ID.to_owned()),
        ("ARM_CLIENT_ID", seed_ids::DEPLOYER_CLIENT_ID.to_owned()),
        ("ARM_CLIENT_SECRET", seed_ids::DEPLOYER_CLIENT_SECRET.to_owned()),
    ]
}

/// Prints how to reach the emulator and waits until it is told to end.
async fn serve(emulator: &Emulator, ca_file: &Path) {
    say(&format!("# Dataverse emulator, its page at {}/\n", emulator.admin_url()));
    for (name, value) in environment(emulator) {
        say(&format!("export {name}={value}\n"));
    }
    say(&format!("export SSL_CERT_FILE={}\n", ca_file.display()));
    if let Err(error) = interrupted().await {
        tracing::error!(%error, "signals cannot be received");
    }
}

/// Waits for Ctrl-C or, where there is one, a request to terminate.
#[cfg(unix)]
async fn interrupted() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Writes to standard output; a reader who has gone is no error of the emulator.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes to standard error.
fn complain(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes());
}
