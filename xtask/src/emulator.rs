//! The emulator as a process of its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::error::{Doing, Error, Result};

/// Variables that would send the requests of this machine to itself through a proxy.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// A running emulator; it ends when this is dropped, unless it was kept.
#[derive(Debug)]
pub(crate) struct Emulator {
    child: Child,
    env: BTreeMap<String, OsString>,
    keep: bool,
}

impl Emulator {
    /// Starts `binary` on a free port and waits until it serves. Its files go to `dir`.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or ends at once; the error then has what it said.
    pub(crate) fn start(binary: &Path, dir: &Path, args: &[&str]) -> Result<Self> {
        let log = dir.join("emulator.log");
        let file = File::create(&log).doing(|| format!("Cannot write {}", log.display()))?;
        let mut command = Command::new(binary);
        command.args(["--port", "0", "--ca-file"]).arg(dir.join("emulator-ca.pem")).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file);
        own_group(&mut command);
        let mut child = command.spawn().doing(|| format!("Cannot start {}", binary.display()))?;
        let out = child.stdout.take();
        let mut emulator = Self { child, env: BTreeMap::new(), keep: false };
        if PROXIES.iter().any(|name| std::env::var_os(name).is_some()) {
            emulator.env.insert("NO_PROXY".to_owned(), "localhost,127.0.0.1".into());
        }
        for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()) {
            let line = line.doing(|| "Cannot read what the emulator says".to_owned())?;
            if let Some((name, value)) = exported(&line) {
                emulator.env.insert(name.to_owned(), value.into());
                if name == "SSL_CERT_FILE" {
                    return Ok(emulator);
                }
            }
        }
        let said = fs::read_to_string(&log).unwrap_or_default();
        Err(Error::said(format!("The emulator ended before it served anything. It said:\n{}", said.trim())))
    }

    /// The variables that configure the provider for it.
    pub(crate) fn env(&self) -> &BTreeMap<String, OsString> {
        &self.env
    }

    /// One of the variables as text.
    ///
    /// # Errors
    ///
    /// When the emulator did not say it.
    pub(crate) fn value(&self, name: &str) -> Result<String> {
        let value = self.env.get(name).map(|value| value.to_string_lossy().into_owned());
        value.ok_or_else(|| Error::said(format!("The emulator did not say its {name}.")))
    }

    /// The file with the certificate authority to trust.
    ///
    /// # Errors
    ///
    /// When the emulator did not say it.
    pub(crate) fn ca_file(&self) -> Result<PathBuf> {
        self.value("SSL_CERT_FILE").map(PathBuf::from)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Leaves it running.
    pub(crate) fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if !self.keep {
            // It may have ended by itself; then there is nothing left to do.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A Ctrl-C of the terminal must not end it while Terraform still finishes its work.
#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

/// A Ctrl-C of the terminal must not end it while Terraform still finishes its work.
#[cfg(windows)]
fn own_group(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// Name and value of a line like `export NAME=value`.
fn exported(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("export ")?.split_once('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exported_variables_are_read_and_remarks_are_not() {
        assert_eq!(exported("export ARM_CLIENT_ID=1=2"), Some(("ARM_CLIENT_ID", "1=2")));
        assert_eq!(exported("# Dataverse emulator"), None);
    }

    #[test]
    fn an_emulator_that_ends_at_once_is_an_error_with_its_words() {
        let dir = tempfile::tempdir().unwrap();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let error = Emulator::start(Path::new(&cargo), dir.path(), &[]).unwrap_err().to_string();
        assert!(error.starts_with("The emulator ended before it served anything. It said:\n"), "{error}");
        assert!(error.contains("--port"), "{error}");
    }
}
