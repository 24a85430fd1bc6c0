//! What `--keep` leaves: a file with the environment, and a page of instructions.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::emulator::Emulator;
use crate::error::Result;
use crate::terraform;
use crate::workdir::Workdir;

/// The name of the file with the environment.
fn env_file(workdir: &Workdir) -> PathBuf {
    workdir.root().join(if cfg!(windows) { "env.ps1" } else { "env.sh" })
}

/// Writes the variables as a file that a shell can source.
///
/// # Errors
///
/// When the file cannot be written.
pub(crate) fn write_env(workdir: &Workdir, env: &BTreeMap<String, OsString>) -> Result<()> {
    let lines: Vec<String> = env
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_string_lossy().into_owned()))
        .chain([("CHECKPOINT_DISABLE", "1".to_owned())])
        .map(|(name, value)| assignment(name, &value, cfg!(windows)))
        .collect();
    workdir.write(&env_file(workdir), &format!("{}\n", lines.join("\n")))
}

fn assignment(name: &str, value: &str, powershell: bool) -> String {
    if powershell {
        format!("$env:{name} = '{}'", value.replace('\'', "''"))
    } else {
        format!("export {name}='{}'", value.replace('\'', "'\\''"))
    }
}

/// How to play on, and how to end it.
///
/// # Errors
///
/// When the emulator did not say where it is.
pub(crate) fn instructions(executable: &Path, workdir: &Workdir, emulator: &Emulator) -> Result<String> {
    // What a variable names need not be on the PATH.
    let name = match std::env::var_os(terraform::CHOSEN) {
        Some(_) => format!("'{}'", executable.display()),
        None => executable.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let (pid, root) = (emulator.pid(), workdir.root().display());
    let (source, stop) = if cfg!(windows) {
        (".", format!("taskkill /F /PID {pid}; Remove-Item -Recurse '{root}'"))
    } else {
        ("source", format!("kill {pid}; rm -r '{root}'"))
    };
    Ok(format!(
        "\nThe emulator runs on at {url} (process {pid}). To play on:\n
  cd '{dir}'
  {source} '{env}'
  {name} plan                       # change main.tf first, for example a level
  {name} apply
  {name} destroy
  curl -s --cacert \"$SSL_CERT_FILE\" {url}/emulator/state   # what the emulator holds\n
To end it:\n
  {stop}",
        url = emulator.value("DATAVERSE_URL")?,
        dir = workdir.path().display(),
        env = env_file(workdir).display(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_the_shell() {
        assert_eq!(assignment("A", "it's", false), "export A='it'\\''s'");
        assert_eq!(assignment("A", "it's", true), "$env:A = 'it''s'");
    }
}
