//! The emulator as a program.

use std::io::Write;
use std::path::PathBuf;
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
    /// TCP port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8443)]
    port: u16,
    /// File the certificate authority is written to (default: a file in the temporary directory)
    #[arg(long)]
    ca_file: Option<PathBuf>,
    /// Decides the ids that differ between environments
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// File to restore the data from, if it exists, and to save it to at the end
    #[arg(long)]
    snapshot: Option<PathBuf>,
    /// JSON file with people and service principals to add to the directory
    #[arg(long)]
    directory: Option<PathBuf>,
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
    let ca_file = arguments.ca_file.unwrap_or_else(|| std::env::temp_dir().join("dataverse-emulator-ca.pem"));
    let options = Options {
        port: arguments.port,
        ca_file: Some(ca_file.clone()),
        seed: arguments.seed,
        snapshot: arguments.snapshot,
        directory: arguments.directory,
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
    let lines = format!(
        "# Dataverse emulator, own surface at {admin}\nexport DATAVERSE_URL={url}\nexport DATAVERSE_AUTHORITY_HOST={authority}\nexport ARM_TENANT_ID={tenant}\nexport ARM_CLIENT_ID={id}\nexport ARM_CLIENT_SECRET={secret}\nexport SSL_CERT_FILE={ca}\n",
        admin = emulator.admin_url(),
        url = emulator.url(),
        authority = emulator.authority_host(),
        tenant = seed_ids::TENANT_ID,
        id = seed_ids::DEPLOYER_CLIENT_ID,
        secret = seed_ids::DEPLOYER_CLIENT_SECRET,
        ca = ca_file.display(),
    );
    say(&lines);
    if let Err(error) = interrupted().await {
        tracing::error!(%error, "signals cannot be received");
    }
    let refusals = emulator.refusals();
    emulator.stop().await;
    if !refusals.is_empty() {
        say("# refused because the emulator does not know it:\n");
        for (what, times) in refusals {
            say(&format!("#   {times} x {what}\n"));
        }
    }
    ExitCode::SUCCESS
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
