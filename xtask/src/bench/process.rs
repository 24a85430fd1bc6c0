//! The provider as a process: how fast it is there, how much memory it takes, how large its file is.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::json;

use super::Subjects;
use super::results::Results;
use super::statistics::{median_of, rounded};
use crate::error::{Doing, Error, Result};
use crate::screen;

/// What a host sets for the programs it starts (go-plugin, and Terraform's `internal/plugin/serve.go`).
const HOST: &[(&str, &str)] = &[
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"),
    ("PLUGIN_PROTOCOL_VERSIONS", "5,6"),
    ("PLUGIN_MIN_PORT", "10000"),
    ("PLUGIN_MAX_PORT", "25000"),
];

/// One start.
struct Start {
    milliseconds: f64,
    resident_kib: Option<u64>,
    /// Without the pages of the program's file, which the system can drop and processes share.
    own_kib: Option<u64>,
}

/// Measures both providers and adds the figures.
///
/// # Errors
///
/// When one cannot be started.
pub(crate) fn measure(results: &mut Results, subjects: &Subjects, starts: usize) -> Result<()> {
    screen::note(&format!("start to handshake, {starts} times"));
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
        .map_err(|error| Error::said(format!("Cannot make a certificate: {error}.")))?;
    let certificate = certificate.cert.pem();
    let (mut ours, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..starts {
        subjects.interrupt.check()?;
        ours.push(start(&subjects.provider, &certificate)?);
        idle.push(start(&subjects.idle, &certificate)?);
    }
    let parameters = json!({ "starts": starts, "figure": "median" });
    let milliseconds = |of: &[Start]| median_of(of.iter().map(|it| it.milliseconds), 2);
    let (own, other) = (milliseconds(&ours), milliseconds(&idle));
    let ratio = own.zip(other).map(|(own, other)| rounded(own / other, 2));
    let figures = json!({ "milliseconds": own, "idle_milliseconds": other, "ratio": ratio });
    results.add("start_to_handshake", parameters.clone(), figures);

    let megabytes = |of: &[Start], kib: fn(&Start) -> Option<u64>| {
        median_of(of.iter().filter_map(kib).map(|kib| kib as f64 * 1024.0 / 1e6), 1)
    };
    let figures = json!({
        "megabytes": megabytes(&ours, |it| it.resident_kib),
        "of_its_own_megabytes": megabytes(&ours, |it| it.own_kib),
        "idle_megabytes": megabytes(&idle, |it| it.resident_kib),
        "idle_of_its_own_megabytes": megabytes(&idle, |it| it.own_kib),
    });
    results.add("resident_memory_after_handshake", parameters, figures);

    let size = |path: &Path| {
        let metadata = std::fs::metadata(path).doing(|| format!("Cannot read {}", path.display()))?;
        Ok(rounded(metadata.len() as f64 / 1e6, 1))
    };
    let figures = json!({ "megabytes": size(&subjects.provider)?, "idle_megabytes": size(&subjects.idle)? });
    results.add("binary_size", json!({ "profile": "release" }), figures);
    Ok(())
}

fn start(binary: &Path, certificate: &str) -> Result<Start> {
    let mut command = Command::new(binary);
    command.envs(HOST.iter().copied()).env("PLUGIN_CLIENT_CERT", certificate);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let begun = Instant::now();
    let child = command.spawn().doing(|| format!("Cannot start {}", binary.display()))?;
    let mut child = Running(child);
    let mut line = String::new();
    if let Some(out) = child.0.stdout.take() {
        BufReader::new(out).read_line(&mut line).doing(|| "Cannot read the handshake".to_owned())?;
    }
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    if !line.starts_with("1|") {
        return Err(Error::said(format!("{} did not say a handshake but {line:?}.", binary.display())));
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.0.id())).unwrap_or_default();
    let (resident_kib, own_kib) = (kib(&status, "VmRSS:"), kib(&status, "RssAnon:"));
    Ok(Start { milliseconds, resident_kib, own_kib })
}

/// A process that ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A figure in KiB from Linux's `/proc/<pid>/status`.
fn kib(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_from_the_status() {
        let status = "VmHWM:\t 9 kB\nVmRSS:\t  8192 kB\nRssAnon:\t 1024 kB\n";
        assert_eq!(kib(status, "VmRSS:"), Some(8192));
        assert_eq!(kib(status, "RssAnon:"), Some(1024));
        assert_eq!(kib("", "VmRSS:"), None);
    }
}
