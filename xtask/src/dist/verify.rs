//! The install test: Terraform finds the archive in a mirror, locks it, and works with what is in it.

use std::fs;
use std::path::Path;

use super::archive::{self, name};
use super::targets::Target;
use super::{VERSION, shown};
use crate::emulator::Emulator;
use crate::error::{Doing, Error, Result};
use crate::screen;
use crate::terraform::{self, Terraform};
use crate::workdir::{self, Workdir};

/// What is applied with the installed provider.
const CONFIGURATION: &str = r#"terraform {
  required_providers {
    dataverse = {
      source = "terraform-provider-dataverse/dataverse"
    }
  }
}

provider "dataverse" {}

resource "dataverse_security_role" "it" {
  name = "Installed"
}
"#;

/// The lock file of a folder.
const LOCK: &str = ".terraform.lock.hcl";

/// Installs the archive of `host` and tries it against `emulator`.
///
/// # Errors
///
/// When it cannot be installed, is not locked, does not work, or when another archive is taken for it.
pub(crate) fn run(folder: &Path, sums: &Path, host: Target, emulator: &Path) -> Result<()> {
    let file = name(VERSION, host);
    check_sum(sums, &folder.join(&file), &file)?;
    let workdir = Workdir::new("dataverse-dist-")?;
    let packages = workdir.offer_packed("dataverse", &folder.join(&file), &file)?;
    workdir.write(&workdir.path().join("main.tf"), CONFIGURATION)?;
    let emulator = Emulator::start(emulator, workdir.root(), &[])?;
    let mut env = workdir.env();
    env.extend(emulator.env().clone());
    let terraform = Terraform::new(&terraform::find()?, &workdir.path(), env);

    terraform.output(&["init", "-input=false", "-no-color"])?;
    let lock = workdir.path().join(LOCK);
    let text = fs::read_to_string(&lock).doing(|| format!("Cannot read {}", lock.display()))?;
    for wanted in [format!("version = \"{VERSION}\""), "\"h1:".to_owned()] {
        if !text.contains(&wanted) {
            return Err(Error::said(format!("The lock file does not have {wanted}:\n{text}")));
        }
    }
    terraform.output(&["providers", "schema", "-json"])?;
    terraform.output(&["apply", "-input=false", "-no-color", "-auto-approve"])?;
    terraform.output(&["plan", "-input=false", "-no-color", "-detailed-exitcode"])?;
    terraform.output(&["destroy", "-input=false", "-no-color", "-auto-approve"])?;
    screen::line(&format!("  {file} installs with {}, is locked, and works", terraform.name()));

    forget(&workdir)?;
    terraform.output(&["init", "-input=false", "-no-color", "-lockfile=readonly"])?;
    screen::line("  installs again with the lock file as it is");

    forget(&workdir)?;
    let other = workdir.root().join("other");
    workdir.write(&other, "#!/bin/sh\n")?;
    let replaced = archive::write(workdir.root(), VERSION, host, &other)?;
    for package in packages {
        fs::copy(&replaced, &package).doing(|| format!("Cannot write {}", package.display()))?;
    }
    match terraform.output(&["init", "-input=false", "-no-color", "-lockfile=readonly"]) {
        Ok(said) => Err(Error::said(format!("An archive that was tampered with was installed:\n{said}"))),
        Err(error) if error.to_string().contains("checksum") => {
            screen::line("  an archive that was tampered with is refused");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The sum of the archive is the one that is published.
fn check_sum(sums: &Path, archive: &Path, file: &str) -> Result<()> {
    let text = fs::read_to_string(sums).doing(|| format!("Cannot read {}", sums.display()))?;
    let line = format!("{}  {file}", archive::sum(archive)?);
    if text.lines().any(|known| known == line) {
        return Ok(());
    }
    Err(Error::said(format!("{} does not have the line {line}", shown(sums))))
}

/// Removes what `init` installed, but not the lock file.
fn forget(workdir: &workdir::Workdir) -> Result<()> {
    let installed = workdir.path().join(".terraform");
    fs::remove_dir_all(&installed).doing(|| format!("Cannot remove {}", installed.display()))
}
