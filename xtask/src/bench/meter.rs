//! CPU time and peak memory of a provider, over all the processes that Terraform starts for one command.
//!
//! Terraform is offered a small program that starts the provider and, when it is over, asks the kernel what it used
//! (`xtask/examples/meter.rs`).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Doing, Error, Result};

/// How long a provider may take to be over after Terraform is.
const PATIENCE: Duration = Duration::from_secs(5);

/// What all processes of one command used together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Used {
    /// How many processes there were.
    pub(crate) processes: usize,
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// The most resident memory that any of them had, in units of 10^6 bytes.
    pub(crate) peak_megabytes: f64,
}

/// A folder of reports.
#[derive(Debug)]
pub(crate) struct Meter {
    dir: PathBuf,
}

impl Meter {
    /// Reports to the new folder `dir`.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) fn new(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).doing(|| format!("Cannot make the folder {}", dir.display()))?;
        Ok(Self { dir: dir.to_path_buf() })
    }

    /// The variables with which the program in the provider's place runs `binary`.
    pub(crate) fn env(&self, binary: &Path) -> BTreeMap<String, OsString> {
        [
            ("METERED_PROGRAM".to_owned(), binary.as_os_str().to_owned()),
            ("METERED_REPORTS".to_owned(), self.dir.as_os_str().to_owned()),
        ]
        .into()
    }

    /// What was used since the last call.
    ///
    /// # Errors
    ///
    /// When nothing was started, or something ended without being counted.
    pub(crate) fn take(&self) -> Result<Used> {
        let reading = || format!("Cannot read the folder {}", self.dir.display());
        let begun = Instant::now();
        loop {
            let mut reports = Vec::new();
            let mut paths = Vec::new();
            for entry in fs::read_dir(&self.dir).doing(reading)? {
                let path = entry.doing(reading)?.path();
                reports.push(fs::read_to_string(&path).doing(reading)?);
                paths.push(path);
            }
            if reports.iter().all(|report| report.ends_with('\n')) {
                for path in paths {
                    fs::remove_file(&path).doing(|| format!("Cannot remove {}", path.display()))?;
                }
                return sum(&reports);
            }
            if begun.elapsed() > PATIENCE {
                return Err(Error::said("A provider's process was ended before it could be counted."));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Adds up reports: each has microseconds of user and of system time, and the peak in KiB.
fn sum(reports: &[String]) -> Result<Used> {
    let mut used = Used { processes: reports.len(), cpu_seconds: 0.0, peak_megabytes: 0.0 };
    for report in reports {
        let numbers: Vec<f64> = report.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [user, system, peak] = numbers.as_slice() else {
            return Err(Error::said(format!("A report of what a provider used is {report:?}.")));
        };
        used.cpu_seconds += (user + system) / 1e6;
        used.peak_megabytes = used.peak_megabytes.max(peak * 1024.0 / 1e6);
    }
    if reports.is_empty() {
        return Err(Error::said("Terraform started no provider that could be counted."));
    }
    Ok(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_added_and_the_largest_peak_counts() {
        let used = sum(&["1000000 500000 1000\n".into(), "250000 0 2000\n".into()]).unwrap();
        assert_eq!(used, Used { processes: 2, cpu_seconds: 1.75, peak_megabytes: 2.048 });
    }

    #[test]
    fn a_command_without_any_report_is_an_error_and_not_zero() {
        assert!(sum(&[]).is_err());
        assert!(sum(&["1 2\n".into()]).is_err());
    }

    #[test]
    fn reports_are_taken_once() {
        let dir = tempfile::tempdir().unwrap();
        let meter = Meter::new(dir.path()).unwrap();
        fs::write(dir.path().join("7"), "10 20 30\n").unwrap();
        assert_eq!(meter.take().unwrap().processes, 1);
        assert!(meter.take().is_err());
    }
}
