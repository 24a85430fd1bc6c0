//! `cargo xtask validate-examples`: every configuration below `examples` is valid for the provider.
//!
//! Of `.tfquery.hcl` files only the syntax and the form are checked: command lines before Terraform 1.14 do not know their
//! blocks, and `validate` passes over them.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use crate::cargo;
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::screen;
use crate::terraform::{self, Terraform};
use crate::workdir::Workdir;

/// For the fragments that the registry shows, which leave this to the page of the provider.
const REQUIREMENTS: &str = r#"terraform {
  required_providers {
    dataverse = { source = "terraform-provider-dataverse/dataverse" }
  }
}
"#;

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
    // A copy of all examples: relative module paths hold there, and nothing is left behind.
    let workdir = Workdir::new("dataverse-validate-")?;
    workdir.offer("dataverse", &binary)?;
    workdir.copy_tree(&cargo::root().join("examples"), &workdir.path())?;
    let mut folders = Vec::new();
    find(&workdir.path(), &mut folders)?;
    folders.sort();
    let mut failed = 0;
    for folder in &folders {
        interrupt.check()?;
        let name = folder.strip_prefix(workdir.path()).unwrap_or(folder).display();
        match validate(&executable, &workdir, folder) {
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

fn validate(executable: &Path, workdir: &Workdir, folder: &Path) -> Result<()> {
    if !declares_providers(folder)? {
        workdir.write(&folder.join("required_providers.tf"), REQUIREMENTS)?;
    }
    let terraform = Terraform::new(executable, folder, workdir.env());
    terraform.output(&["init", "-backend=false", "-input=false", "-no-color"])?;
    terraform.output(&["validate", "-no-color"])?;
    for query in entries(folder)?.iter().filter(|path| path.to_string_lossy().ends_with(".tfquery.hcl")) {
        let text = fs::read_to_string(query).doing(|| format!("Cannot read {}", query.display()))?;
        // `fmt` goes by the name of a file.
        workdir.write(&folder.join("query.tf"), &text)?;
        terraform.output(&["fmt", "-check", "-diff", "-no-color", "query.tf"])?;
    }
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
