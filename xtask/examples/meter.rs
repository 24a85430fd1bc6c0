//! Stands in for a provider's binary during a measurement: runs the binary that `METERED_PROGRAM` names, with the same
//! arguments, environment and streams, and writes what it used to a file of its own in `METERED_REPORTS`.
//!
//! The kernel counts for whoever waits for a process, and only when that process is over: the counts are whole, whenever
//! Terraform starts and ends its providers.

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let variable =
        |name: &str| std::env::var_os(name).ok_or_else(|| format!("{name} is not set in the environment"));
    let program = variable("METERED_PROGRAM")?;
    let report = Path::new(&variable("METERED_REPORTS")?).join(std::process::id().to_string());
    // An empty report tells of a process that was started and not counted.
    std::fs::write(&report, "")?;
    let status = Command::new(program).args(std::env::args_os().skip(1)).status()?;
    std::fs::write(&report, format!("{}\n", used()?))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// User and system time in microseconds and the largest resident memory in KiB of the process that was waited for.
#[cfg(unix)]
fn used() -> Result<String, Box<dyn Error>> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let (user, system) = (usage.user_time().num_microseconds(), usage.system_time().num_microseconds());
    // macOS counts in bytes.
    let unit = if cfg!(target_os = "macos") { 1024 } else { 1 };
    Ok(format!("{user} {system} {}", usage.max_rss() / unit))
}

/// Other systems have no such counts.
#[cfg(not(unix))]
fn used() -> Result<String, Box<dyn Error>> {
    Err("only Unix counts what a process used".into())
}
