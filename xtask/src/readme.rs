//! `cargo xtask readme`: the commands of the README, run one by one as a newcomer would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::cargo;
use crate::error::{Doing, Error, Result};
use crate::screen;

/// Starts of variables that would lead the commands to an environment of somebody, or to another configuration.
const FOREIGN: [&str; 4] = ["ACCEPTANCE_", "ARM_", "DATAVERSE_", "TF_CLI_CONFIG_FILE"];

/// What to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A command to leave out, as it stands in the README.
    #[arg(long = "except")]
    except: Vec<String>,
    /// Print the commands and run none.
    #[arg(long)]
    list: bool,
}

/// Runs each command of the README in the workspace, with a home directory of its own.
///
/// # Errors
///
/// When one fails, or `--except` names one that is not there.
pub(crate) fn run(options: &Options) -> Result<()> {
    let path = cargo::root().join("README.md");
    let text = fs::read_to_string(&path).doing(|| format!("Cannot read {}", path.display()))?;
    let commands = commands(&text)?;
    if let Some(unknown) = options.except.iter().find(|name| !commands.iter().any(|it| is(it, name))) {
        return Err(Error::said(format!("The README has no command {unknown:?}.")));
    }
    let home = tempfile::tempdir().doing(|| "Cannot make a home directory".to_owned())?;
    let (mut ran, mut left) = (0, 0);
    for command in &commands {
        if options.list {
            screen::line(command);
        } else if options.except.iter().any(|name| is(command, name)) {
            screen::line(&format!("LEFT OUT  {command}"));
            left += 1;
        } else {
            let begin = Instant::now();
            screen::line(&format!("\n$ {command}"));
            let status = shell(command, home.path())
                .stdin(Stdio::null())
                .status()
                .doing(|| "Cannot run bash".to_owned())?;
            let seconds = begin.elapsed().as_secs_f32();
            if !status.success() {
                return Err(Error::said(format!("A command of the README failed ({status}): {command}")));
            }
            screen::line(&format!("done in {seconds:.1} s"));
            ran += 1;
        }
    }
    if !options.list {
        screen::line(&format!("\n{ran} commands of the README ran, {left} were left out"));
    }
    Ok(())
}

/// Whether `name` stands for the command: without the comment behind it.
fn is(command: &str, name: &str) -> bool {
    command.split(" #").next().unwrap_or_default().trim() == name.trim()
}

/// The command in a shell that knows nothing of this machine but programs: its home directory is `home`, to which also
/// `cargo install` installs.
fn shell(command: &str, home: &Path) -> Command {
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", command]).current_dir(cargo::root());
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if cargo::is_of_this_package(&name_text) || FOREIGN.iter().any(|start| name_text.starts_with(start)) {
            shell.env_remove(&name);
        }
    }
    // The tools that are there stay where they are.
    let own = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let kept = |name: &str, folder: &str| std::env::var_os(name).unwrap_or_else(|| own.join(folder).into());
    let install = home.join("installed");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(install.join("bin")).chain(std::env::split_paths(&path));
    shell
        .env("CARGO_HOME", kept("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", kept("RUSTUP_HOME", ".rustup"))
        .env("CARGO_INSTALL_ROOT", &install)
        .env("PATH", std::env::join_paths(paths).unwrap_or(path))
        .env("HOME", home);
    shell
}

/// The commands in the blocks that are marked `sh`, in their order. A command goes on behind a backslash at its end and to the
/// end of its here-document.
///
/// # Errors
///
/// When a block ends within a command, or there is no command at all.
fn commands(text: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut command = String::new();
    let mut until: Option<String> = None;
    for line in text.lines() {
        match (inside, line.trim_end()) {
            (false, "```sh" | "```bash") => inside = true,
            (true, "```") if command.is_empty() => inside = false,
            (true, "```") => break,
            (true, _) => {
                if command.is_empty() && (line.trim().is_empty() || line.starts_with('#')) {
                    continue;
                }
                command.push_str(line);
                until = match until {
                    Some(word) if line == word => None,
                    Some(word) => Some(word),
                    None => here_document(line),
                };
                if until.is_some() || line.ends_with('\\') {
                    command.push('\n');
                } else {
                    found.push(std::mem::take(&mut command));
                }
            }
            _ => {}
        }
    }
    if !command.is_empty() {
        return Err(Error::said(format!("A command of the README does not end: {command}")));
    }
    if found.is_empty() {
        return Err(Error::said("The README has no commands."));
    }
    Ok(found)
}

/// The word that ends the here-document which the line begins, if it begins one.
fn here_document(line: &str) -> Option<String> {
    let (_, word) = line.split_once("<<")?;
    let word = word.split_whitespace().next().filter(|word| !word.starts_with('<'))?;
    Some(word.trim_matches(['\'', '"', '-']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n```sh\n# why\ncargo demo   # shows\ncargo test \\\n  -p x\n```\n```hcl\nnot this\n```\n\
                        ```sh\ncat > f <<END\na\n\nb\nEND\nls\n```\n";

    #[test]
    fn commands_are_found_with_what_belongs_to_them() {
        let expected = ["cargo demo   # shows", "cargo test \\\n  -p x", "cat > f <<END\na\n\nb\nEND", "ls"];
        assert_eq!(commands(PAGE).unwrap(), expected);
        assert_eq!(commands("```bash \ncat <<< x\n```\n").unwrap(), ["cat <<< x"]);
    }

    #[test]
    fn nothing_is_dropped_in_silence() {
        for unfinished in ["```sh\ncat <<END\nx\n```\n```sh\nls\n```\n", "```sh\nls \\\n```\n", "# Page\n"] {
            assert!(commands(unfinished).is_err(), "{unfinished}");
        }
    }

    #[test]
    fn a_command_is_named_without_its_comment() {
        assert!(is("cargo demo   # shows", "cargo demo"));
        assert!(!is("cargo demo   # shows", "cargo"));
    }

    #[test]
    fn an_exception_that_is_not_there_is_an_error() {
        let options = Options { except: vec!["cargo dance".to_owned()], list: true };
        assert!(run(&options).unwrap_err().to_string().contains("cargo dance"));
    }

    #[test]
    fn a_command_has_a_home_directory_of_its_own_and_fails_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        assert!(
            shell("echo x > ~/file && false | true || exit 0; exit 1", home.path())
                .status()
                .unwrap()
                .success()
        );
        assert!(home.path().join("file").is_file());
        assert!(!shell("false | true", home.path()).status().unwrap().success());
    }
}
