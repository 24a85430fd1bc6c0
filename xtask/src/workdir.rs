//! A folder in which plain `terraform init`, `plan` and `apply` find a provider that was built here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Doing, Result};

/// The namespace under which the provider is published.
const NAMESPACE: &str = "terraform-provider-dataverse";

/// The version that the folder offers.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The registries a configuration may mean when it names none: Terraform's and OpenTofu's.
const REGISTRIES: &[&str] = &["registry.terraform.io", "registry.opentofu.org"];

/// A throw-away folder: a provider mirror, a CLI configuration that knows nothing else, and a working folder. It is
/// removed when this is dropped, unless it was kept.
#[derive(Debug)]
pub(crate) struct Workdir {
    root: TempDir,
}

impl Workdir {
    /// A new folder in the machine's temporary directory.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) fn new(prefix: &str) -> Result<Self> {
        let root = tempfile::Builder::new()
            .prefix(prefix)
            .tempdir()
            .doing(|| format!("Cannot make a folder in {}", std::env::temp_dir().display()))?;
        let workdir = Self { root };
        workdir.make(&workdir.path())?;
        let mirror = quoted(&workdir.mirror().display().to_string());
        let text =
            format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror}\n  }}\n}}\n");
        workdir.write(&workdir.cli_config(), &text)?;
        Ok(workdir)
    }

    /// The folder of everything.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The folder to run Terraform in.
    pub(crate) fn path(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// The CLI configuration.
    pub(crate) fn cli_config(&self) -> PathBuf {
        self.root.path().join("terraform.rc")
    }

    /// The folder that stands for the registries.
    pub(crate) fn mirror(&self) -> PathBuf {
        self.root.path().join("mirror")
    }

    /// The variables that make Terraform use this folder's mirror.
    pub(crate) fn env(&self) -> BTreeMap<String, OsString> {
        [("TF_CLI_CONFIG_FILE".to_owned(), self.cli_config().into_os_string())].into()
    }

    /// Offers `binary` as the newest version of the provider `name`.
    ///
    /// # Errors
    ///
    /// When the file cannot be copied.
    pub(crate) fn offer(&self, name: &str, binary: &Path) -> Result<()> {
        let mut first: Option<PathBuf> = None;
        for registry in REGISTRIES {
            let package =
                self.mirror().join(registry).join(NAMESPACE).join(name).join(VERSION).join(platform());
            self.make(&package)?;
            let file = format!("terraform-provider-{name}_v{VERSION}{}", std::env::consts::EXE_SUFFIX);
            let target = package.join(file);
            let copying = || format!("Cannot copy {} to {}", binary.display(), target.display());
            match &first {
                None => fs::copy(binary, &target).doing(copying)?,
                Some(first) => fs::hard_link(first, &target)
                    .map(|()| 0)
                    .or_else(|_| fs::copy(first, &target))
                    .doing(copying)?,
            };
            first.get_or_insert(target);
        }
        Ok(())
    }

    /// Offers an archive of the provider `name` as it is published. Returns the paths of its copies.
    ///
    /// # Errors
    ///
    /// When the file cannot be copied.
    pub(crate) fn offer_packed(&self, name: &str, archive: &Path, file: &str) -> Result<Vec<PathBuf>> {
        let mut copies = Vec::new();
        for registry in REGISTRIES {
            let folder = self.mirror().join(registry).join(NAMESPACE).join(name);
            self.make(&folder)?;
            let copy = folder.join(file);
            fs::copy(archive, &copy).doing(|| format!("Cannot copy {}", archive.display()))?;
            copies.push(copy);
        }
        Ok(copies)
    }

    /// Copies the files of `from` (not its subfolders' hidden ones) into `to`.
    ///
    /// # Errors
    ///
    /// When one cannot be read or written.
    pub(crate) fn copy_tree(&self, from: &Path, to: &Path) -> Result<()> {
        self.make(to)?;
        let reading = || format!("Cannot read the folder {}", from.display());
        for entry in fs::read_dir(from).doing(reading)? {
            let entry = entry.doing(reading)?;
            let (source, name) = (entry.path(), entry.file_name());
            if name.to_string_lossy().starts_with(".terraform") || name.to_string_lossy().contains(".tfstate")
            {
                continue;
            }
            if source.is_dir() {
                self.copy_tree(&source, &to.join(name))?;
            } else {
                fs::copy(&source, to.join(name)).doing(|| format!("Cannot copy {}", source.display()))?;
            }
        }
        Ok(())
    }

    /// Writes a file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn write(&self, path: &Path, text: &str) -> Result<()> {
        fs::write(path, text).doing(|| format!("Cannot write {}", path.display()))
    }

    /// Leaves the folder where it is.
    pub(crate) fn keep(&mut self) {
        self.root.disable_cleanup(true);
    }

    fn make(&self, dir: &Path) -> Result<()> {
        fs::create_dir_all(dir).doing(|| format!("Cannot make the folder {}", dir.display()))
    }
}

/// The platform as registries write it: `linux_amd64`.
fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        arch => arch,
    };
    format!("{os}_{arch}")
}

/// A text as HCL.
pub(crate) fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_texts_are_no_templates() {
        assert_eq!(quoted("/tmp/a${b}\"c"), "\"/tmp/a$${b}\\\"c\"");
    }

    #[test]
    fn a_folder_offers_a_provider_and_leaves_nothing() {
        let workdir = Workdir::new("xtask-test-").unwrap();
        let binary = workdir.root().join("built");
        fs::write(&binary, "#!").unwrap();
        workdir.offer("dataverse", &binary).unwrap();
        let package = format!("mirror/registry.terraform.io/{NAMESPACE}/dataverse/{VERSION}/{}", platform());
        let file = format!("terraform-provider-dataverse_v{VERSION}{}", std::env::consts::EXE_SUFFIX);
        assert!(workdir.root().join(package).join(file).is_file());
        let root = workdir.root().to_path_buf();
        drop(workdir);
        assert!(!root.exists());
    }

    #[test]
    fn state_and_lock_files_of_an_example_are_not_copied() {
        let workdir = Workdir::new("xtask-test-").unwrap();
        let example = workdir.root().join("example");
        fs::create_dir_all(example.join("module")).unwrap();
        for name in ["main.tf", "module/users.tf", ".terraform.lock.hcl", "terraform.tfstate"] {
            fs::write(example.join(name), "").unwrap();
        }
        let work = workdir.path();
        workdir.copy_tree(&example, &work).unwrap();
        assert!(work.join("main.tf").is_file() && work.join("module/users.tf").is_file());
        assert!(!work.join(".terraform.lock.hcl").exists() && !work.join("terraform.tfstate").exists());
    }
}
