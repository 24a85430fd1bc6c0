//! The files of a release: archives, sums, signature. Equal contents give equal bytes.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ring::digest::{SHA256, digest};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::targets::Target;
use crate::cargo;
use crate::error::{Doing, Error, Result};

/// What stands beside the binary in an archive.
const BESIDE: [&str; 3] = ["CHANGELOG.md", "LICENSE", "README.md"];

/// The manifest of the registries, in the workspace.
const MANIFEST: &str = "terraform-registry-manifest.json";

/// The start of the names of all files of a version.
pub(crate) fn stem(version: &str) -> String {
    format!("{}_{version}", cargo::PROVIDER)
}

/// The name of an archive.
pub(crate) fn name(version: &str, target: Target) -> String {
    format!("{}_{}.zip", stem(version), target.platform())
}

/// Writes the archive of a target, and returns its path.
///
/// # Errors
///
/// When a file cannot be read or written.
pub(crate) fn write(folder: &Path, version: &str, target: Target, binary: &Path) -> Result<PathBuf> {
    let path = folder.join(name(version, target));
    let writing = || format!("Cannot write {}", path.display());
    let mut archive = ZipWriter::new(File::create(&path).doing(writing)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default());
    let suffix = if target.os == "windows" { ".exe" } else { "" };
    let program = format!("{}_v{version}{suffix}", cargo::PROVIDER);
    let beside = BESIDE.map(|file| (file.to_owned(), cargo::root().join(file), 0o644));
    for (name, source, mode) in beside.into_iter().chain([(program, binary.to_path_buf(), 0o755)]) {
        let content = fs::read(&source).doing(|| format!("Cannot read {}", source.display()))?;
        let started = archive.start_file(name, options.unix_permissions(mode));
        started.map_err(|error| Error::said(format!("{}: {error}.", writing())))?;
        archive.write_all(&content).doing(writing)?;
    }
    archive.finish().map_err(|error| Error::said(format!("{}: {error}.", writing())))?;
    Ok(path)
}

/// Writes the manifest and the sums of it and all archives of the version in the folder. Returns the path of the sums.
///
/// # Errors
///
/// When a file cannot be read or written.
pub(crate) fn sums(folder: &Path, version: &str) -> Result<PathBuf> {
    let manifest = folder.join(format!("{}_manifest.json", stem(version)));
    let own = cargo::root().join(MANIFEST);
    fs::copy(&own, &manifest).doing(|| format!("Cannot copy {}", own.display()))?;
    let mut files = archives(folder, version)?;
    files.push(manifest);
    files.sort();
    let mut text = String::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}  {name}", sum(&file)?);
    }
    let path = folder.join(format!("{}_SHA256SUMS", stem(version)));
    fs::write(&path, text).doing(|| format!("Cannot write {}", path.display()))?;
    Ok(path)
}

/// Removes the archives of a version, which an earlier run made of something else.
///
/// # Errors
///
/// When one cannot be removed.
pub(crate) fn forget(folder: &Path, version: &str) -> Result<()> {
    let remove = |path: &PathBuf| fs::remove_file(path).doing(|| format!("Cannot remove {}", path.display()));
    archives(folder, version)?.iter().try_for_each(remove)
}

/// The archives of a version in a folder.
fn archives(folder: &Path, version: &str) -> Result<Vec<PathBuf>> {
    let reading = || format!("Cannot read the folder {}", folder.display());
    let start = format!("{}_", stem(version));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).doing(reading)? {
        let path = entry.doing(reading)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&start) && name.ends_with(".zip") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The SHA-256 of a file in hexadecimal digits.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn sum(file: &Path) -> Result<String> {
    let content = fs::read(file).doing(|| format!("Cannot read {}", file.display()))?;
    let mut text = String::new();
    for byte in digest(&SHA256, &content).as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// Signs a file with gpg, detached and binary as the registries want it, and returns the path of the signature.
///
/// # Errors
///
/// When gpg is missing or refuses.
pub(crate) fn sign(file: &Path, key: &str) -> Result<PathBuf> {
    sign_with(Path::new("gpg"), file, key)
}

fn sign_with(program: &Path, file: &Path, key: &str) -> Result<PathBuf> {
    let signature = PathBuf::from(format!("{}.sig", file.display()));
    let mut gpg = Command::new(program);
    gpg.args(["--batch", "--yes", "--detach-sign", "--local-user", key, "--output"]);
    let output = gpg.arg(&signature).arg(file).output().doing(|| "Cannot run gpg to sign".to_owned())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::said(format!("gpg did not sign with the key {key}:\n{}", said.trim())));
    }
    Ok(signature)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn linux() -> Target {
        Target::named("x86_64-unknown-linux-gnu").unwrap()
    }

    #[test]
    fn an_archive_has_the_registry_s_names_and_the_same_bytes_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("built");
        fs::write(&binary, "#!program").unwrap();
        let path = write(folder.path(), "1.2.3", linux(), &binary).unwrap();
        assert!(path.ends_with("terraform-provider-dataverse_1.2.3_linux_amd64.zip"), "{path:?}");
        let first = fs::read(&path).unwrap();
        write(folder.path(), "1.2.3", linux(), &binary).unwrap();
        assert_eq!(first, fs::read(&path).unwrap());

        let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
        let mut program = archive.by_name("terraform-provider-dataverse_v1.2.3").unwrap();
        assert_eq!(program.unix_mode().unwrap() & 0o777, 0o755);
        let mut content = String::new();
        program.read_to_string(&mut content).unwrap();
        assert_eq!(content, "#!program");
        drop(program);
        assert!(BESIDE.iter().all(|name| archive.by_name(name).is_ok()));
    }

    #[test]
    fn sums_cover_the_archives_of_the_version_and_the_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("built");
        fs::write(&binary, "#!program").unwrap();
        let windows = Target::named("x86_64-pc-windows-msvc").unwrap();
        for (version, target) in [("1.2.3", linux()), ("1.2.3", windows), ("1.2.30", linux())] {
            write(folder.path(), version, target, &binary).unwrap();
        }
        let text = fs::read_to_string(sums(folder.path(), "1.2.3").unwrap()).unwrap();
        let names: Vec<&str> = text.lines().map(|line| line.split_once("  ").unwrap().1).collect();
        assert_eq!(
            names,
            [
                "terraform-provider-dataverse_1.2.3_linux_amd64.zip",
                "terraform-provider-dataverse_1.2.3_manifest.json",
                "terraform-provider-dataverse_1.2.3_windows_amd64.zip"
            ]
        );
        assert!(text.lines().all(|line| line.split_once("  ").unwrap().0.len() == 64), "{text}");
        let manifest = folder.path().join("terraform-provider-dataverse_1.2.3_manifest.json");
        assert!(fs::read_to_string(manifest).unwrap().contains("\"5.0\""));
    }

    /// A program in the place of gpg.
    #[cfg(unix)]
    fn stand_in(folder: &Path, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join("gpg");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[cfg(unix)]
    #[test]
    fn the_sums_are_signed_detached_with_the_key_that_was_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("SHA256SUMS");
        fs::write(&file, "").unwrap();
        // The file to write stands before the one to sign.
        let gpg = stand_in(
            folder.path(),
            "out=; for last; do out=$before; before=$last; done; echo \"$@\" > \"$out\"",
        );
        let signature = sign_with(&gpg, &file, "0xABCD").unwrap();
        assert!(signature.ends_with("SHA256SUMS.sig"));
        let arguments = fs::read_to_string(&signature).unwrap();
        assert!(arguments.contains("--detach-sign --local-user 0xABCD"), "{arguments}");
    }

    #[cfg(unix)]
    #[test]
    fn what_gpg_refuses_is_an_error_with_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let gpg = stand_in(folder.path(), "echo no such key >&2; exit 2");
        let said = sign_with(&gpg, &folder.path().join("sums"), "nobody").unwrap_err().to_string();
        assert!(said.contains("the key nobody") && said.contains("no such key"), "{said}");
        let missing = sign_with(&folder.path().join("missing"), &folder.path().join("sums"), "nobody");
        assert!(missing.unwrap_err().to_string().contains("Cannot run gpg"));
    }

    #[test]
    fn archives_of_an_earlier_run_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("built");
        fs::write(&binary, "#!program").unwrap();
        let old = write(folder.path(), "1.2.3", linux(), &binary).unwrap();
        let other = write(folder.path(), "1.2.4", linux(), &binary).unwrap();
        forget(folder.path(), "1.2.3").unwrap();
        assert!(!old.exists() && other.exists());
    }
}
