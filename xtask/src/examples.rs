//! `cargo xtask validate-examples`: every configuration below `examples` is valid for the provider.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use crate::cargo;
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::screen;
use crate::terraform::{self, Terraform};
use crate::workdir::Workdir;

/// Folders that may be missing a `required_providers` block, because the registry shows them as fragments.
const FRAGMENTS: &str = "terraform {\n  required_providers {\n    dataverse = { source = \"terraform-provider-dataverse/dataverse\" }\n  }\n}\n";

/// Validates every folder below `examples` that holds configuration.
///
/// # Errors
///
/// When the command line is missing, or one of the folders is not valid.
pub(crate) fn run(binary: Option<PathBuf>) -> Result<()> {
    let executable = terraform::find()?;
    let runtime = Runtime::new().doing(|| "Cannot start threads".to_owned())?;
    let interrupt = Interrupt::listen(&runtime);
    let binary = match binary {
        Some(binary) => binary,
        None => cargo::build(&[cargo::binary(cargo::PROVIDER)], false, &interrupt)?.remove(0),
    };
    let examples = cargo::root().join("examples");
    let mut folders = Vec::new();
    find(&examples, &mut folders)?;
    folders.sort();
    let mut failed = 0;
    for folder in &folders {
        interrupt.check()?;
        let name = folder.strip_prefix(&examples).unwrap_or(folder).display();
        match validate(&executable, &binary, &examples, folder) {
            Ok(()) => screen::line(&format!("  valid    {name}")),
            Err(error @ Error::Said(_)) => {
                failed += 1;
                screen::line(&format!("  INVALID  {name}\n{error}"));
            }
            Err(error) => return Err(error),
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(Error::said(format!("{failed} of {} examples are not valid.", folders.len()))),
    }
}

/// Works on a copy of all examples, so that relative module paths hold and nothing is left behind.
fn validate(executable: &Path, binary: &Path, examples: &Path, folder: &Path) -> Result<()> {
    let workdir = Workdir::new("dataverse-validate-")?;
    workdir.offer("dataverse", binary)?;
    workdir.copy_tree(examples, &workdir.path())?;
    let copy = workdir.path().join(folder.strip_prefix(examples).unwrap_or(folder));
    if !declares_providers(&copy)? {
        workdir.write(&copy.join("zz_required_providers.tf"), FRAGMENTS)?;
    }
    let terraform = Terraform::new(executable, &copy, workdir.env());
    terraform.output(&["init", "-backend=false", "-input=false", "-no-color"])?;
    terraform.output(&["validate", "-no-color"])?;
    Ok(())
}

/// Collects the folders that hold `.tf` files.
fn find(dir: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut has_configuration = false;
    for path in entries(dir)? {
        if path.is_dir() {
            find(&path, found)?;
        } else {
            has_configuration |= path.extension().is_some_and(|extension| extension == "tf");
        }
    }
    if has_configuration {
        found.push(dir.to_path_buf());
    }
    Ok(())
}

fn declares_providers(dir: &Path) -> Result<bool> {
    for path in
        entries(dir)?.iter().filter(|path| path.extension().is_some_and(|extension| extension == "tf"))
    {
        let text = fs::read_to_string(path).doing(|| format!("Cannot read {}", path.display()))?;
        if text.contains("required_providers") {
            return Ok(true);
        }
    }
    Ok(false)
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let reading = || format!("Cannot read the folder {}", dir.display());
    let entries = fs::read_dir(dir).doing(reading)?;
    let paths: std::io::Result<Vec<PathBuf>> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let visible =
        |path: &PathBuf| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.'));
    Ok(paths.doing(reading)?.into_iter().filter(visible).collect())
}
