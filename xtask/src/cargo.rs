//! Building the workspace's own binaries with cargo.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;

/// The name of the provider's package and binary.
pub(crate) const PROVIDER: &str = "terraform-provider-dataverse";

/// The name of the emulator's package and binary.
pub(crate) const EMULATOR: &str = "dataverse-emulator";

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// Whether a variable tells what `cargo run` runs. Some build scripts, that of `ring` among them, run again when they
/// see other values, and much would be built anew.
pub(crate) fn is_of_this_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || name == "CARGO_PRIMARY_PACKAGE"
        || name == "OUT_DIR"
}

/// What to build.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The package.
    pub(crate) package: &'a str,
    /// The binary or example of that package.
    pub(crate) target: &'a str,
    /// Whether the target is an example.
    pub(crate) example: bool,
}

/// A binary that is called like its package.
pub(crate) fn binary(package: &str) -> Wanted<'_> {
    Wanted { package, target: package, example: false }
}

/// Builds with cargo, which shows its progress on standard error, and returns the paths of what was wanted.
///
/// # Errors
///
/// When cargo cannot be run or the build fails.
pub(crate) fn build(wanted: &[Wanted<'_>], release: bool, interrupt: &Interrupt) -> Result<Vec<PathBuf>> {
    run(wanted, &Build { release, ..Build::default() }, interrupt)
}

/// How to build.
#[derive(Debug, Clone, Default)]
pub(crate) struct Build {
    /// With the release profile.
    pub(crate) release: bool,
    /// For this target, where it is not that of this machine.
    pub(crate) target: Option<String>,
    /// Further environment variables.
    pub(crate) env: Vec<(String, String)>,
}

/// Builds the provider and returns the path of its binary.
///
/// # Errors
///
/// As [`build`].
pub(crate) fn build_for(how: &Build, interrupt: &Interrupt) -> Result<PathBuf> {
    Ok(run(&[binary(PROVIDER)], how, interrupt)?.remove(0))
}

fn run(wanted: &[Wanted<'_>], how: &Build, interrupt: &Interrupt) -> Result<Vec<PathBuf>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["build", "--message-format=json-render-diagnostics"]);
    if how.release {
        command.arg("--release");
    }
    if let Some(target) = &how.target {
        command.args(["--target", target]);
    }
    command.envs(how.env.iter().map(|(name, value)| (name, value)));
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    for it in wanted {
        command.args(["--package", it.package, if it.example { "--example" } else { "--bin" }, it.target]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .doing(|| "Cannot run cargo to build the binaries".to_owned())?;
    let mut found = vec![None; wanted.len()];
    for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
        let line = line.doing(|| "Cannot read what cargo says".to_owned())?;
        let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
        let (Some(name), Some(path)) = (message["target"]["name"].as_str(), message["executable"].as_str())
        else {
            continue;
        };
        if let Some(index) = wanted.iter().position(|it| it.target == name) {
            found[index] = Some(PathBuf::from(path));
        }
    }
    let status = child.wait().doing(|| "Cannot wait for cargo".to_owned())?;
    interrupt.check()?;
    if !status.success() {
        return Err(Error::said("The build failed; cargo said why, above."));
    }
    let missing = |index: usize| Error::said(format!("cargo built no binary {}.", wanted[index].target));
    found.into_iter().enumerate().map(|(index, path)| path.ok_or_else(|| missing(index))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_describes_this_package_is_kept_from_other_builds() {
        assert!(is_of_this_package("CARGO_PKG_NAME") && is_of_this_package("CARGO_MANIFEST_DIR"));
        assert!(!is_of_this_package("CARGO_TARGET_DIR") && !is_of_this_package("CARGO_HOME"));
    }
}
