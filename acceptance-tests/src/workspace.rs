//! A folder with configuration, and the commands of the CLI in it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::binary;
use crate::cli::{self, Run, Running};
use crate::diagnostics::Diagnostic;
use crate::plan::Plan;
use crate::target::Target;

/// The address under which configurations know the provider.
pub const PROVIDER_ADDRESS: &str = "registry.terraform.io/terraform-provider-dataverse/dataverse";

/// The value for `-parallelism`; without it Terraform's own default, 10, is in force.
const PARALLELISM: &str = "ACCEPTANCE_PARALLELISM";

/// A working folder of its own, removed at the end. Commands see nothing of the machine but `PATH`: no home directory,
/// no CLI configuration, no credentials other than the target's.
#[derive(Debug)]
pub struct Workspace {
    dir: TempDir,
    env: BTreeMap<String, OsString>,
}

impl Workspace {
    /// An empty folder that is configured for `target` through environment variables. It holds a `provider.tf` with an
    /// empty provider block; write a file of that name to replace it.
    #[must_use]
    pub fn new(target: &Target) -> Self {
        Self::with_env(target.env())
    }

    /// As [`Workspace::new`], with these environment variables for the provider.
    #[must_use]
    pub fn with_env(env: BTreeMap<String, OsString>) -> Self {
        let dir = tempfile::Builder::new().prefix("acceptance-").tempdir().expect("a temporary directory");
        let mut workspace = Self { dir, env };
        fs::create_dir(workspace.home()).expect("the folder can be written");
        let directory = binary::directory().display().to_string();
        // Configurations may leave the host out, and each CLI puts its own registry there.
        let hosts = [PROVIDER_ADDRESS.to_owned(), PROVIDER_ADDRESS.replace("terraform.io", "opentofu.org")];
        let overrides: String = hosts
            .iter()
            .map(|address| format!("    {} = {}\n", quoted(address), quoted(&directory)))
            .collect();
        let rc =
            format!("provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n");
        let rc_path = workspace.home().join("terraform.rc");
        fs::write(&rc_path, rc).expect("the folder can be written");
        for (name, value) in [
            ("TF_CLI_CONFIG_FILE", rc_path.into_os_string()),
            ("HOME", workspace.home().into_os_string()),
            ("TF_IN_AUTOMATION", "1".into()),
            ("CHECKPOINT_DISABLE", "1".into()),
        ] {
            workspace.env.insert(name.to_owned(), value);
        }
        workspace.write("provider.tf", &format!("{}\nprovider \"dataverse\" {{}}\n", requirements()));
        workspace
    }

    /// Lets the commands find a further provider, by its full address, in a directory of its own.
    pub fn offer(&self, address: &str, directory: &Path) {
        let rc = self.home().join("terraform.rc");
        let text = fs::read_to_string(&rc).expect("the CLI configuration is there");
        let line = format!("    {} = {}\n", quoted(address), quoted(&directory.display().to_string()));
        let begin = "  dev_overrides {\n";
        fs::write(&rc, text.replacen(begin, &format!("{begin}{line}"), 1))
            .expect("the folder can be written");
    }

    /// Initializes the folder: for configurations with a backend. The provider is found in a folder that stands for the
    /// registry.
    pub fn init(&self) {
        self.init_folder(".");
    }

    /// As [`Workspace::init`], for a folder in this one.
    pub fn init_folder(&self, folder: &str) {
        let mirror = self.home().join("mirror");
        let platform = binary::platform();
        let package = mirror.join(PROVIDER_ADDRESS).join("0.0.1").join(platform);
        fs::create_dir_all(&package).expect("the folder can be written");
        let file = format!("terraform-provider-dataverse_v0.0.1{}", std::env::consts::EXE_SUFFIX);
        fs::copy(binary::provider(), package.join(file)).expect("the provider can be copied");
        let (folder, plugins) = (format!("-chdir={folder}"), format!("-plugin-dir={}", mirror.display()));
        self.run(&[&folder, "init", "-input=false", "-no-color", "-reconfigure", &plugins]).ok();
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Sets an environment variable for the commands to come.
    pub fn set_env(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.insert(name.to_owned(), value.into());
    }

    /// Leaves an environment variable out of the commands to come.
    pub fn remove_env(&mut self, name: &str) {
        self.env.remove(name);
    }

    /// Writes a file, replacing one of that name.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("the folder can be written");
        fs::write(path, content).expect("the folder can be written");
    }

    /// Runs a command and returns what it left, whether it succeeded or not.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().expect("the CLI can be run");
        Run {
            args: args.iter().map(ToString::to_string).collect(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            status: output.status,
        }
    }

    /// Starts a command in a process group of its own and does not wait for it.
    #[cfg(unix)]
    #[must_use]
    pub fn start(&self, args: &[&str]) -> Running {
        use std::os::unix::process::CommandExt;
        let log = |name: &str| fs::File::create(self.home().join(name)).expect("the folder can be written");
        let mut command = self.command(args);
        command.stdout(log("stdout")).stderr(log("stderr")).process_group(0);
        let child = command.spawn().expect("the CLI can be run");
        Running::new(child, args, self.home())
    }

    /// Plans; fails when planning fails.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.plan_with(&[])
    }

    /// Plans with further arguments; fails when planning fails.
    #[must_use]
    pub fn plan_with(&self, args: &[&str]) -> Plan {
        let run = self.run(&[&["plan", "-input=false", "-no-color", "-out=tfplan"], args].concat()).ok();
        self.show_plan(run.stdout)
    }

    /// Plans and returns what the command said; fails when there is something to do.
    pub fn assert_plan_is_empty(&self) -> Run {
        let run = self.run(&["plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=tfplan"]);
        assert!(run.succeeded(), "the plan is not empty (2) or failed (1):\n{run}");
        run
    }

    fn show_plan(&self, shown: String) -> Plan {
        let json = self.run(&["show", "-json", "tfplan"]).ok();
        Plan::new(serde_json::from_str(&json.stdout).expect("show prints JSON"), shown)
    }

    /// Plans anew and applies; fails when that fails.
    pub fn apply(&self) -> Run {
        self.try_apply().ok()
    }

    /// Plans anew and applies.
    #[must_use]
    pub fn try_apply(&self) -> Run {
        self.run(&["apply", "-input=false", "-no-color", "-auto-approve"])
    }

    /// Applies the plan made last; fails when that fails.
    pub fn apply_plan(&self) -> Run {
        self.run(&["apply", "-input=false", "-no-color", "tfplan"]).ok()
    }

    /// Destroys everything; fails when that fails.
    pub fn destroy(&self) -> Run {
        self.run(&["destroy", "-input=false", "-no-color", "-auto-approve"]).ok()
    }

    /// Imports an object with the `import` command; fails when that fails.
    pub fn import(&self, address: &str, id: &str) -> Run {
        self.run(&["import", "-input=false", "-no-color", address, id]).ok()
    }

    /// Runs `plan`, `apply` or `validate`, which must fail without changing the state, and returns all diagnostics.
    #[track_caller]
    #[must_use]
    pub fn expect_error(&self, command: &str) -> Vec<Diagnostic> {
        let flags: &[&str] = match command {
            "validate" => &["-json"],
            "plan" => &["-json", "-input=false"],
            _ => &["-json", "-input=false", "-auto-approve"],
        };
        self.diagnostics_of(&[&[command], flags].concat()).1
    }

    /// Runs `apply`, which must fail before it changes anything in the service or the state: while it plans. Returns all
    /// diagnostics.
    #[track_caller]
    #[must_use]
    pub fn expect_plan_error(&self) -> Vec<Diagnostic> {
        let (run, found) = self.diagnostics_of(&["apply", "-json", "-input=false", "-auto-approve"]);
        assert!(!starts_to_apply(&run.stdout), "the error came after the plan:\n{run}");
        found
    }

    /// Runs a command that must fail with JSON diagnostics and without changing the state.
    fn diagnostics_of(&self, args: &[&str]) -> (Run, Vec<Diagnostic>) {
        let before = self.state_text();
        let run = self.run(args);
        assert!(!run.succeeded(), "the command succeeded where an error was expected:\n{run}");
        assert_eq!(before, self.state_text(), "a failed command changed the state:\n{run}");
        let found = Diagnostic::parse(&run.stdout);
        assert!(found.iter().any(Diagnostic::is_error), "no diagnostic was found:\n{run}");
        (run, found)
    }

    /// The state file's content; null before anything was written.
    #[must_use]
    pub fn state(&self) -> Value {
        serde_json::from_str(&self.state_text()).unwrap_or(Value::Null)
    }

    fn state_text(&self) -> String {
        let state = self.path().join("terraform.tfstate");
        if state.exists() { fs::read_to_string(state).expect("the state can be read") } else { String::new() }
    }

    /// The addresses of all managed resource instances in the state.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.instances().into_iter().map(|(address, _)| address).collect()
    }

    /// The attributes of one resource instance in the state; fails if it is not there.
    #[must_use]
    pub fn attributes(&self, address: &str) -> Value {
        self.find(address).unwrap_or_else(|| panic!("{address} is not in the state: {:#}", self.state()))
    }

    /// The attributes of one resource instance in the state, if it is there.
    #[must_use]
    pub fn find(&self, address: &str) -> Option<Value> {
        self.instances()
            .into_iter()
            .find(|(found, _)| found == address)
            .map(|(_, instance)| instance["attributes"].clone())
    }

    fn instances(&self) -> Vec<(String, Value)> {
        let state = self.state();
        let mut found = Vec::new();
        for resource in
            state["resources"].as_array().into_iter().flatten().filter(|it| it["mode"] == "managed")
        {
            let module = resource["module"].as_str().map(|module| format!("{module}.")).unwrap_or_default();
            let (kind, name) =
                (resource["type"].as_str().unwrap_or(""), resource["name"].as_str().unwrap_or(""));
            for instance in resource["instances"].as_array().into_iter().flatten() {
                let key = &instance["index_key"];
                let key = if key.is_null() { String::new() } else { format!("[{key}]") };
                found.push((format!("{module}{kind}.{name}{key}"), instance.clone()));
            }
        }
        found
    }

    /// The value of an output in the state; null if there is none.
    #[must_use]
    pub fn output(&self, name: &str) -> Value {
        self.state()["outputs"][name]["value"].clone()
    }

    /// A command with the clean environment, not yet started.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(cli::path());
        command.current_dir(self.path()).args(args.iter().take(1)).stdin(Stdio::null());
        let parallel = matches!(args.first(), Some(&("plan" | "apply" | "destroy")));
        if let Ok(value) = std::env::var(PARALLELISM)
            && parallel
            && !args.iter().any(|arg| arg.starts_with("-parallelism"))
        {
            command.arg(format!("-parallelism={value}"));
        }
        command.args(args.iter().skip(1)).env_clear();
        for name in ["PATH", "SYSTEMROOT", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(&self.env);
        command
    }

    fn home(&self) -> PathBuf {
        self.path().join(".home")
    }
}

/// Whether the JSON output of `apply` tells of a change that was begun. Data sources are read with the same kind of event.
fn starts_to_apply(stdout: &str) -> bool {
    let events = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.filter(|event| event["type"] == "apply_start").any(|event| event["hook"]["action"] != "read")
}

/// The `terraform` block that every configuration needs.
#[must_use]
pub fn requirements() -> String {
    format!(
        "terraform {{\n  required_providers {{\n    dataverse = {{ source = \"{PROVIDER_ADDRESS}\" }}\n  }}\n}}\n"
    )
}

/// A string as HCL: quoted, with what HCL would take as a template or an escape taken back.
#[must_use]
pub fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}
