//! The command line interface under test: `terraform` or `tofu`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::OnceLock;

/// Names the CLI to use; wins over what is on the `PATH`.
const CHOSEN: &str = "TF_CLI_PATH";

/// The path of the CLI: `TF_CLI_PATH`, else `terraform`, else `tofu` on the `PATH`.
///
/// # Panics
///
/// When there is none: these tests are about real Terraform and are worth nothing without.
pub fn path() -> &'static Path {
    static CLI: OnceLock<PathBuf> = OnceLock::new();
    CLI.get_or_init(|| {
        if let Some(chosen) = std::env::var_os(CHOSEN).filter(|path| !path.is_empty()) {
            let chosen = PathBuf::from(chosen);
            assert!(chosen.is_file(), "{CHOSEN} names {}, which is no file", chosen.display());
            return chosen;
        }
        let names = ["terraform", "tofu"].map(|name| format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let dirs: Vec<PathBuf> =
            std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
        names
            .iter()
            .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)))
            .find(|path| path.is_file())
            .unwrap_or_else(|| {
                panic!(
                    "neither terraform nor tofu is on the PATH. The acceptance tests run the real thing: install \
                     Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu \
                     (https://opentofu.org/docs/intro/install), or set {CHOSEN} to the path of one."
                )
            })
    })
}

/// Whether the CLI is OpenTofu.
pub fn is_opentofu() -> bool {
    path().file_stem().is_some_and(|name| name.to_string_lossy().contains("tofu"))
}

/// What one run of the CLI left.
#[derive(Debug, Clone)]
pub struct Run {
    /// The arguments.
    pub args: Vec<String>,
    /// Everything on stdout.
    pub stdout: String,
    /// Everything on stderr.
    pub stderr: String,
    /// How it ended.
    pub status: ExitStatus,
}

impl Run {
    /// Whether it ended with 0.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status.success()
    }

    /// Fails, with the whole output, unless the run ended with 0.
    pub fn ok(self) -> Self {
        assert!(self.succeeded(), "the command failed:\n{self}");
        self
    }

    /// Fails, with the whole output, unless stdout or stderr contains `text`. Line breaks and the frames that the CLI
    /// draws around messages do not count.
    #[track_caller]
    pub fn assert_says(&self, text: &str) {
        assert!(self.says(text), "the output does not say {text:?}:\n{self}");
    }

    /// Whether stdout or stderr contains `text`, as [`Run::assert_says`] looks at it.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        let plain = |output: &str| {
            let unframed = output.replace(['│', '╷', '╵'], " ");
            unframed.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        plain(&self.stdout).contains(text) || plain(&self.stderr).contains(text)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {} {}   ({})", path().display(), self.args.join(" "), self.status)?;
        writeln!(f, "--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
    }
}

/// A run of the CLI that has not ended.
#[derive(Debug)]
pub struct Running {
    child: Child,
    args: Vec<String>,
    logs: PathBuf,
}

impl Running {
    /// `child` writes to the files `stdout` and `stderr` in the directory `logs`.
    pub(crate) fn new(child: Child, args: &[&str], logs: PathBuf) -> Self {
        Self { child, args: args.iter().map(ToString::to_string).collect(), logs }
    }

    /// Sends SIGINT to the whole process group, as Ctrl-C in a terminal does.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        rustix::process::kill_process_group(self.pid(), rustix::process::Signal::INT)
            .expect("the command runs");
    }

    /// The process, which leads the process group.
    #[cfg(unix)]
    #[must_use]
    pub fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the command can be asked for").is_some()
    }

    /// Waits for the end.
    #[must_use]
    pub fn wait(mut self) -> Run {
        let status = self.child.wait().expect("the command ends");
        let log = |name: &str| fs::read_to_string(self.logs.join(name)).unwrap_or_default();
        Run { stdout: log("stdout"), stderr: log("stderr"), args: self.args, status }
    }
}
