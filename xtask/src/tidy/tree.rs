//! The files of the workspace, and what may lie at its top.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::error::{Doing, Result};

/// All that may lie at the top.
const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".git",
    ".gitattributes",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "acceptance-tests",
    "deny.toml",
    "docs",
    "emulator",
    "examples",
    "proto",
    "rustfmt.toml",
    "src",
    "target",
    "terraform-registry-manifest.json",
    "tf-provider",
    "xtask",
];

/// Folders that hold nothing written by hand.
const SKIPPED: &[&str] = &[".git", "target", ".terraform"];

/// Kinds of files whose words are looked at.
const TEXT: &[&str] = &["rs", "md", "toml", "tf", "tftpl", "hcl", "proto", "sh", "yml", "yaml"];

/// A text file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// The path relative to the workspace, with slashes.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

impl File {
    /// Whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }
}

/// All text files below `root`.
///
/// # Errors
///
/// When something cannot be read.
pub(crate) fn files(root: &Path) -> Result<Vec<File>> {
    let mut found = Vec::new();
    collect(root, root, &mut found)?;
    found.sort_by(|one: &File, other| one.path.cmp(&other.path));
    Ok(found)
}

fn collect(root: &Path, dir: &Path, found: &mut Vec<File>) -> Result<()> {
    for (name, path) in entries(dir)? {
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(root, &path, found)?;
            }
            continue;
        }
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if TEXT.contains(&extension.as_str()) || dir.file_name().is_some_and(|name| name == ".ci") {
            let text = fs::read_to_string(&path).doing(|| format!("Cannot read {}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            found.push(File { path: parts.join("/"), text });
        }
    }
    Ok(())
}

/// What lies at the top and does not belong there.
///
/// # Errors
///
/// When the folder cannot be read.
pub(crate) fn strangers(root: &Path) -> Result<Vec<Finding>> {
    let names = entries(root)?.into_iter().map(|(name, _)| name);
    let what = "does not belong at the top; the list of what does is in xtask/src/tidy/tree.rs";
    Ok(names
        .filter(|name| !TOP.contains(&name.as_str()))
        .map(|name| Finding { path: name, line: 0, what: what.to_owned() })
        .collect())
}

fn entries(dir: &Path) -> Result<Vec<(String, std::path::PathBuf)>> {
    let reading = || format!("Cannot read the folder {}", dir.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).doing(reading)? {
        let entry = entry.doing(reading)?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_files_are_not_looked_at_and_strangers_are_named() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["src/main.rs", "target/debug/build.rs", ".ci/run", "notes.txt", "src/image.png"] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let paths: Vec<String> = files(dir.path()).unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(paths, [".ci/run", "src/main.rs"]);
        let strangers = strangers(dir.path()).unwrap();
        assert_eq!(strangers.len(), 1);
        assert_eq!(strangers[0].path, "notes.txt");
    }
}
