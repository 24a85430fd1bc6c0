//! The Azure command lines, `az` and `azd`: run without input and with a limit, and what their complaints mean.

use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use azure_identity::Executor;

use super::{AuthError, Credential};

/// A command line that wants to talk to somebody, or hangs, is ended after this time.
const LIMIT: Duration = Duration::from_secs(90);

/// Runs a command line until it ends, or until nobody waits for it any more.
#[derive(Debug)]
pub(super) struct CommandLine;

#[async_trait::async_trait]
impl Executor for CommandLine {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let mut command = tokio::process::Command::new(program);
        command.args(args).stdin(Stdio::null()).kill_on_drop(true);
        tokio::time::timeout(LIMIT, command.output()).await.map_err(|_| {
            io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} seconds", LIMIT.as_secs()))
        })?
    }
}

/// The command line behind a credential, with the command that logs in.
pub(super) fn of(credential: &Credential) -> Option<(&'static str, &'static str)> {
    match credential {
        Credential::AzureCli { .. } => Some(("az", "az login")),
        Credential::AzureDeveloperCli { .. } => Some(("azd", "azd auth login")),
        _ => None,
    }
}

/// The meaning of what a command line said. The phrases are those of `az` and `azd`, which have no codes.
pub(super) fn read(tool: &'static str, login: &'static str, said: &str) -> AuthError {
    let lower = said.to_lowercase();
    if lower.contains("not found on path") || lower.contains("wasn't found") {
        return AuthError::ToolMissing { tool };
    }
    let logged_out = [login, "not logged in", "no accounts were found", "to setup account"];
    // A refresh token that ended or was revoked, and multi-factor authentication that is due again.
    let stale = ["aadsts700082", "aadsts70043", "aadsts50078", "aadsts50076", "aadsts50079", "aadsts50173"];
    let message = line(said);
    if logged_out.iter().chain(&stale).any(|phrase| lower.contains(phrase)) {
        AuthError::ToolLoggedOut { tool, login, message }
    } else {
        AuthError::ToolFailed { tool, message }
    }
}

/// The line of a complaint that tells most: the first that is announced as an error, else the first, for warnings may
/// stand before it; without the word that announces it.
fn line(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|line| !matches!(*line, "" | "ERROR:") && !line.starts_with("To troubleshoot"))
        .collect();
    let line = lines.iter().find(|line| line.starts_with("ERROR")).or(lines.first());
    let line = line.map_or("it said nothing", |line| line.trim_start_matches("ERROR:").trim());
    line.char_indices().nth(300).map_or(line, |(end, _)| &line[..end]).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_understood() {
        let az = |said: &str| read("az", "az login", said);
        assert_eq!(az("az not found on PATH"), AuthError::ToolMissing { tool: "az" });
        for said in [
            "ERROR: Please run 'az login' to setup account.",
            "ERROR: AADSTS700082: The refresh token has expired due to inactivity.",
        ] {
            assert!(matches!(az(said), AuthError::ToolLoggedOut { .. }), "{said}");
        }
        let other = az("\nERROR: The subscription of 'x' doesn't exist.\nmore");
        let message = "The subscription of 'x' doesn't exist.".to_owned();
        assert_eq!(other, AuthError::ToolFailed { tool: "az", message });
        let warned = az("WARNING: You have 2 updates available.\nERROR: The command failed.\nERROR: more");
        assert_eq!(warned, AuthError::ToolFailed { tool: "az", message: "The command failed.".into() });
        let azd = read("azd", "azd auth login", "ERROR: not logged in, run `azd auth login` to login");
        assert!(matches!(azd, AuthError::ToolLoggedOut { tool: "azd", .. }));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_gets_no_input() {
        let arguments = [OsStr::new("-c"), OsStr::new("read x || echo none")];
        let output = CommandLine.run(OsStr::new("/bin/sh"), &arguments);
        assert_eq!(output.await.unwrap().stdout, b"none\n");
    }
}
