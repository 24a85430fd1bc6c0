//! Running a command against the emulated environment.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use tokio::process::{Child, Command};

/// The exit code of a shell for a command that cannot be run.
const CANNOT_RUN: u8 = 127;

/// Where systems keep the authorities they trust, as one PEM file.
const AUTHORITIES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Runs a command with these variables and with trust in the authority in `ca_file`. Ends with the exit code of the command.
pub(crate) async fn run(words: &[OsString], variables: &[(&str, String)], ca_file: &Path) -> ExitCode {
    let trust = match Trust::new(ca_file) {
        Ok(trust) => trust,
        Err(error) => {
            tracing::error!(%error, "the certificate authority cannot be written");
            return ExitCode::FAILURE;
        }
    };
    let Some((program, arguments)) = words.split_first() else { return ExitCode::SUCCESS };
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    command.env("SSL_CERT_FILE", &trust.bundle);
    match command.spawn() {
        Ok(child) => match wait(child).await {
            Ok(status) => ExitCode::from(code(status)),
            Err(error) => {
                tracing::error!(%error, "the command cannot be waited for");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            tracing::error!(%error, program = %program.display(), "the command cannot be run");
            ExitCode::from(CANNOT_RUN)
        }
    }
}

/// The emulator's authority and those of the machine in one file, because `SSL_CERT_FILE` replaces the latter: the command
/// may fetch from elsewhere, as `terraform init` does. The file goes with it.
struct Trust {
    bundle: PathBuf,
}

impl Trust {
    fn new(ca_file: &Path) -> std::io::Result<Self> {
        let given = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
        let known = given.into_iter().chain(AUTHORITIES.iter().map(PathBuf::from));
        let machine = known.into_iter().find_map(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        let bundle = ca_file.with_extension("bundle.pem");
        fs::write(&bundle, format!("{}\n{machine}", fs::read_to_string(ca_file)?))?;
        Ok(Self { bundle })
    }
}

impl Drop for Trust {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.bundle);
    }
}

/// Waits for the end of the command. Ctrl-C in a terminal reaches the command by itself; a request to terminate is handed on.
#[cfg(unix)]
async fn wait(mut child: Child) -> std::io::Result<ExitStatus> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            status = child.wait() => return status,
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {
                let pid = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
                if let Some(pid) = pid {
                    rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
                }
            }
        }
    }
}

/// Waits for the end of the command, which Ctrl-C reaches by itself.
#[cfg(not(unix))]
async fn wait(mut child: Child) -> std::io::Result<ExitStatus> {
    loop {
        tokio::select! {
            status = child.wait() => return status,
            interrupt = tokio::signal::ctrl_c() => interrupt?,
        }
    }
}

/// The exit code of a command; of one that a signal ended, that of a shell.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    status.code().or(signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
