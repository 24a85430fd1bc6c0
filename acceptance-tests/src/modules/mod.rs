//! The modules of `examples` as their users test them: `terraform test` in an emulated environment, and what their roles
//! then really hold.

mod permissions;
mod report;

use std::fs;
use std::path::{Path, PathBuf};

use dataverse_emulator::Options;

use crate::plan::Plan;
use crate::target::Target;
use crate::workspace::{self, Workspace};

pub use permissions::{Held, README, Source, page};
pub use report::Report;

/// Where variables for the tests of modules are when they run against a live environment: a folder with a file
/// `<module>.tfvars` for each.
const LIVE_VARIABLES: &str = "ACCEPTANCE_MODULE_VARIABLES";

/// A folder of `examples` with tests of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Module {
    /// Below `examples`, such as `integrations/demandbase`.
    name: String,
}

/// The folder `examples`.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// Every module: each folder of `examples` that has a folder `tests`, in the order of the names.
#[must_use]
pub fn all() -> Vec<Module> {
    let mut found = Vec::new();
    find(&examples(), "", &mut found);
    found.sort();
    found
}

fn find(folder: &Path, name: &str, found: &mut Vec<Module>) {
    for entry in fs::read_dir(folder).expect("the examples are there") {
        let path = entry.expect("the examples can be read").path();
        let file = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if !path.is_dir() || file.starts_with('.') {
            continue;
        }
        if file == "tests" {
            found.push(Module { name: name.to_owned() });
        } else {
            find(&path, format!("{name}/{file}").trim_start_matches('/'), found);
        }
    }
}

impl Module {
    /// The module of this name.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let known = all();
        let found = known.iter().find(|module| module.name == name).cloned();
        found.unwrap_or_else(|| panic!("there is no module {name}, but {known:?}"))
    }

    /// A folder of `examples` that need not have tests of its own.
    #[must_use]
    pub fn in_folder(name: &str) -> Self {
        assert!(examples().join(name).is_dir(), "there is no folder {name}");
        Self { name: name.to_owned() }
    }

    /// Its name: the path below `examples`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder that is committed.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        examples().join(&self.name)
    }

    /// A fresh emulated environment with what the module's tests want there.
    #[must_use]
    pub fn emulated(&self) -> Target {
        let setup = Some(self.folder().join("tests/emulator.json")).filter(|path| path.exists());
        Target::emulator(Options { setup, ..Options::default() })
    }

    /// A copy of all examples, since modules use each other, and in it this module's folder, initialized for `target`.
    #[must_use]
    pub fn workspace(&self, target: &Target) -> Copy {
        let workspace = Workspace::new(target);
        copy(&examples(), &workspace.path().join("examples"));
        let folder = format!("examples/{}", self.name);
        workspace.init_folder(&folder);
        Copy { workspace, folder }
    }

    /// The argument with values for the variables of the module's tests, if they need any.
    fn variables(&self, target: &Target) -> Option<String> {
        let emulated = Some(self.folder().join("tests/emulator.tfvars")).filter(|path| path.exists())?;
        let path = if target.is_live() { self.live_variables() } else { emulated };
        Some(format!("-var-file={}", path.display()))
    }

    fn live_variables(&self) -> PathBuf {
        let folder = std::env::var_os(LIVE_VARIABLES).map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| panic!("a live environment: the tests need {LIVE_VARIABLES}"));
        let path = folder.join(format!("{}.tfvars", self.name.rsplit('/').next().unwrap_or_default()));
        assert!(path.is_file(), "a live environment: the tests of {} need {}", self.name, path.display());
        path
    }

    /// Runs the module's own tests: every run passes, and every plan that is said to be empty is.
    #[must_use]
    pub fn test(&self, target: &Target) -> Report {
        let copy = self.workspace(target);
        let variables = self.variables(target);
        let args = ["test", "-json", "-verbose"].into_iter().chain(variables.as_deref());
        let run = copy.run(&args.collect::<Vec<_>>());
        Report::read(&run.stdout, &run.stderr)
    }
}

/// A configuration that uses modules, in a folder `root` beside all of `examples`, initialized for `target`.
#[must_use]
pub fn root(target: &Target, configuration: &str) -> Copy {
    let workspace = Workspace::new(target);
    copy(&examples(), &workspace.path().join("examples"));
    workspace.write("root/main.tf", configuration);
    workspace.init_folder("root");
    Copy { workspace, folder: "root".to_owned() }
}

/// A module's folder in a workspace.
#[derive(Debug)]
pub struct Copy {
    workspace: Workspace,
    folder: String,
}

impl Copy {
    /// The folder.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.workspace.path().join(&self.folder)
    }

    /// Plans; fails when planning fails.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let run = self.run(&["plan", "-input=false", "-no-color", "-out=tfplan"]).ok();
        let json = self.run(&["show", "-json", "tfplan"]).ok();
        Plan::new(serde_json::from_str(&json.stdout).expect("show prints JSON"), run.stdout)
    }

    /// The text of the state.
    #[must_use]
    pub fn state(&self) -> String {
        fs::read_to_string(self.path().join("terraform.tfstate")).expect("there is a state")
    }

    /// Runs a command of the CLI in the folder.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> crate::cli::Run {
        let folder = format!("-chdir={}", self.folder);
        self.workspace.run(&[&[folder.as_str()], args].concat())
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be written");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let source = entry.expect("the folder can be read").path();
        let name = source.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if name.starts_with(".terraform") || name.contains(".tfstate") {
            continue;
        }
        if source.is_dir() {
            copy(&source, &to.join(name));
        } else {
            fs::copy(&source, to.join(name)).expect("the file can be copied");
        }
    }
}

/// A value as HCL, for `-var`.
fn variable(name: &str, value: &str) -> String {
    format!("-var={name}={}", workspace::quoted(value).trim_matches('"'))
}
