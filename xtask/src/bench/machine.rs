//! Where it was measured.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// Processor, cores, system and versions; what cannot be found out is null.
pub(crate) fn describe(terraform: &Path) -> Value {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| field(&text, "model name"));
    let memory = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| field(&text, "MemTotal"));
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").ok();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    json!({
        "date": date(seconds / 86_400),
        "cpu": cpu,
        "cores": std::thread::available_parallelism().map(usize::from).ok(),
        "memory": memory,
        "load": load.as_deref().and_then(|text| text.split(' ').next()),
        "kernel": kernel.as_deref().map(version),
        "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        "rustc": first_line("rustc", &["--version"]),
        "terraform": first_line(terraform, &["version"]),
    })
}

/// The value of a line like `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The version itself, without what whoever built the kernel calls it.
fn version(release: &str) -> &str {
    let release = release.trim();
    release.split_once('-').map_or(release, |(version, _)| version)
}

/// The date, so many days after 1970-01-01 (UTC).
fn date(mut days: u64) -> String {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

fn first_line(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).env("CHECKPOINT_DISABLE", "1").env_remove("TF_CLI_CONFIG_FILE");
    let output = command.output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        assert_eq!(field("a\t: 1\nmodel name\t: X: Y\n", "model name").as_deref(), Some("X: Y"));
        assert_eq!(field("a: 1", "b"), None);
    }

    #[test]
    fn the_version_of_the_kernel_is_told_without_its_builder() {
        assert_eq!(version("6.1.0-13-amd64\n"), "6.1.0");
        assert_eq!(version("6.1.0\n"), "6.1.0");
    }

    #[test]
    fn dates_know_leap_years() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_453), "2025-12-31");
        assert_eq!(date(20_454), "2026-01-01");
    }
}
