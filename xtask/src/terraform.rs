//! The Terraform or OpenTofu command line: finding it, and running it so that nothing of the machine's own set-up is
//! used or touched.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;

use crate::error::{Doing, Error, Result};
use crate::screen;

/// The variable that chooses the executable.
pub(crate) const CHOSEN: &str = "TF_CLI_PATH";

/// Prefixes of variables that would change what Terraform or the provider does.
const FOREIGN: &[&str] = &["TF_", "TOFU_", "ARM_", "DATAVERSE_"];

/// The command line in one folder.
#[derive(Debug, Clone)]
pub(crate) struct Terraform {
    executable: PathBuf,
    dir: PathBuf,
    env: BTreeMap<String, OsString>,
}

impl Terraform {
    /// The command line for the folder `dir`, with these further environment variables.
    pub(crate) fn new(executable: &Path, dir: &Path, env: BTreeMap<String, OsString>) -> Self {
        Self { executable: executable.to_path_buf(), dir: dir.to_path_buf(), env }
    }

    /// The name to type: `terraform` or `tofu`.
    pub(crate) fn name(&self) -> String {
        self.executable.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Runs a command whose output goes to the terminal.
    ///
    /// # Errors
    ///
    /// When it cannot be started. How it ended is for the caller to judge.
    pub(crate) fn show(&self, args: &[&str]) -> Result<ExitStatus> {
        let mut command = self.command(args);
        if !screen::colourful() {
            command.env("TF_CLI_ARGS", "-no-color");
        }
        command.status().doing(|| format!("Cannot run {}", self.executable.display()))
    }

    /// Runs a command and returns its standard output.
    ///
    /// # Errors
    ///
    /// When it cannot be started or fails; the error then has all that it said.
    pub(crate) fn output(&self, args: &[&str]) -> Result<String> {
        let output =
            self.command(args).output().doing(|| format!("Cannot run {}", self.executable.display()))?;
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(out);
        }
        let said = format!("{out}{}", String::from_utf8_lossy(&output.stderr));
        Err(Error::said(format!("{} {} failed:\n{}", self.name(), args.join(" "), said.trim())))
    }

    /// The state, as `show -json` tells it.
    ///
    /// # Errors
    ///
    /// When the command fails or does not print JSON.
    pub(crate) fn state(&self) -> Result<Value> {
        let text = self.output(&["show", "-json"])?;
        serde_json::from_str(&text)
            .map_err(|error| Error::said(format!("The state cannot be read: {error}.")))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.executable);
        command.current_dir(&self.dir).args(args).stdin(Stdio::null());
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_foreign(name)) {
            command.env_remove(name);
        }
        command.envs(&self.env).env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1");
        command
    }
}

fn is_foreign(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    // Logs are for whoever looks for a fault.
    !name.starts_with("TF_LOG") && FOREIGN.iter().any(|prefix| name.starts_with(prefix))
}

/// The executable: `TF_CLI_PATH` if that is set, else `terraform` or `tofu` on the PATH.
///
/// # Errors
///
/// When there is none; the error says what to install.
pub(crate) fn find() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    choose(std::env::var_os(CHOSEN).filter(|chosen| !chosen.is_empty()), &path, Path::is_file)
}

fn choose(chosen: Option<OsString>, path: &OsStr, is_file: impl Fn(&Path) -> bool) -> Result<PathBuf> {
    if let Some(chosen) = chosen.map(PathBuf::from) {
        if is_file(&chosen) {
            return Ok(std::path::absolute(&chosen).unwrap_or(chosen));
        }
        let text = format!("{CHOSEN} names {}, and that is no file.", chosen.display());
        return Err(Error::said(text));
    }
    let dirs: Vec<PathBuf> = std::env::split_paths(path).collect();
    ["terraform", "tofu"]
        .iter()
        .map(|name| format!("{name}{}", std::env::consts::EXE_SUFFIX))
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(&name)))
        .find(|candidate| is_file(candidate))
        .ok_or_else(|| {
            Error::said(format!(
                "Neither terraform nor tofu is on the PATH. Install Terraform \
                 (https://developer.hashicorp.com/terraform/install) or OpenTofu \
                 (https://opentofu.org/docs/intro/install), or set {CHOSEN} to the path of one."
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_one_of<'a>(files: &'a [&str]) -> impl Fn(&Path) -> bool + 'a {
        move |path| files.iter().any(|file| Path::new(file) == path)
    }

    #[cfg(unix)]
    #[test]
    fn terraform_anywhere_on_the_path_is_preferred_to_tofu() {
        let path = OsStr::new("/a:/b");
        let found = choose(None, path, is_one_of(&["/a/tofu", "/b/terraform"])).unwrap();
        assert_eq!(found, Path::new("/b/terraform"));
        let found = choose(None, path, is_one_of(&["/b/tofu"])).unwrap();
        assert_eq!(found, Path::new("/b/tofu"));
    }

    #[cfg(unix)]
    #[test]
    fn the_variable_wins_and_must_name_a_file() {
        let path = OsStr::new("/a");
        let files = ["/a/terraform", "/opt/tofu"];
        let found = choose(Some("/opt/tofu".into()), path, is_one_of(&files)).unwrap();
        assert_eq!(found, Path::new("/opt/tofu"));
        let error = choose(Some("/opt/none".into()), path, is_one_of(&files)).unwrap_err();
        assert_eq!(error.to_string(), "TF_CLI_PATH names /opt/none, and that is no file.");
    }

    #[test]
    fn without_either_the_error_says_what_to_install() {
        let error = choose(None, OsStr::new("/a"), |_| false).unwrap_err().to_string();
        assert!(error.contains("https://developer.hashicorp.com/terraform/install"), "{error}");
        assert!(error.contains("https://opentofu.org/docs/intro/install"), "{error}");
    }

    #[test]
    fn settings_of_the_machine_do_not_reach_terraform() {
        assert!(is_foreign(OsStr::new("TF_CLI_ARGS_plan")) && is_foreign(OsStr::new("ARM_CLIENT_SECRET")));
        assert!(!is_foreign(OsStr::new("TF_LOG")));
        assert!(!is_foreign(OsStr::new("PATH")) && !is_foreign(OsStr::new("HTTPS_PROXY")));
    }
}
