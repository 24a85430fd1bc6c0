//! The provider as a process: how fast it is there, how much memory it takes, how large its file is.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::json;

use super::{Subjects, emit, rounded};
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
}

/// Measures both providers and prints.
///
/// # Errors
///
/// When one cannot be started.
pub(crate) fn measure(subjects: &Subjects, starts: usize) -> Result<()> {
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
    let milliseconds = |of: &[Start]| rounded(median(of.iter().map(|it| it.milliseconds).collect()), 2);
    let (own, other) = (milliseconds(&ours), milliseconds(&idle));
    let figures =
        json!({ "milliseconds": own, "idle_milliseconds": other, "ratio": rounded(own / other, 2) });
    emit("start_to_handshake", &json!({ "starts": starts, "figure": "median" }), &figures);

    let megabytes = |of: &[Start]| {
        let all: Option<Vec<f64>> = of.iter().map(|it| Some(it.resident_kib? as f64 / 1024.0)).collect();
        all.map(|all| rounded(median(all), 1))
    };
    let figures = json!({ "mebibytes": megabytes(&ours), "idle_mebibytes": megabytes(&idle) });
    emit("resident_memory_after_handshake", &json!({ "starts": starts, "figure": "median" }), &figures);

    let size = |path: &Path| {
        let metadata = std::fs::metadata(path).doing(|| format!("Cannot read {}", path.display()))?;
        Ok(rounded(metadata.len() as f64 / (1024.0 * 1024.0), 1))
    };
    let figures = json!({ "mebibytes": size(&subjects.provider)?, "idle_mebibytes": size(&subjects.idle)? });
    emit("binary_size", &json!({ "profile": "release" }), &figures);
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
    Ok(Start { milliseconds, resident_kib: resident(&status) })
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

/// Resident memory in KiB from Linux's `/proc/<pid>/status`.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The middle of the values; zero if there are none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_from_the_status() {
        assert_eq!(resident("VmHWM:\t 9 kB\nVmRSS:\t  8192 kB\n"), Some(8192));
        assert_eq!(resident(""), None);
    }

    #[test]
    fn the_median_does_not_mind_an_outlier() {
        assert!((median(vec![5.0, 900.0, 4.0]) - 5.0).abs() < f64::EPSILON);
    }
}
