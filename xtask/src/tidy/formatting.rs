//! Whether configurations are formatted, where a command line is at hand to say so.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Finding;
use crate::error::{Doing, Error, Result};
use crate::terraform;

/// Folders with configurations.
const FOLDERS: &[&str] = &["examples", "acceptance-tests/fixtures"];

/// The configurations that `terraform fmt` would change; none, with the reason, if there is no command line.
///
/// # Errors
///
/// When the command cannot be run, or finds a file that is no configuration.
pub(crate) fn check(root: &Path) -> Result<Option<Vec<Finding>>> {
    let Ok(executable) = terraform::find() else { return Ok(None) };
    let mut findings = Vec::new();
    for folder in FOLDERS.iter().filter(|folder| root.join(folder).is_dir()) {
        let output = Command::new(&executable)
            .current_dir(root)
            .args(["fmt", "-check", "-recursive", "-no-color", folder])
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("TF_CLI_CONFIG_FILE")
            .stdin(Stdio::null())
            .output()
            .doing(|| format!("Cannot run {}", executable.display()))?;
        // 3 says that there are files to format; their names are the output.
        if !matches!(output.status.code(), Some(0 | 3)) {
            return Err(Error::said(String::from_utf8_lossy(&output.stderr).trim()));
        }
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        findings.extend(names.lines().map(|path| Finding {
            path: path.replace('\\', "/"),
            line: 0,
            what: "not formatted: terraform fmt -recursive examples".to_owned(),
        }));
    }
    Ok(Some(findings))
}
