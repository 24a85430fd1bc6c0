//! The platforms of a release, and what building for each needs on this machine.

use std::path::Path;
use std::process::Command;

use crate::error::{Doing, Error, Result};

/// A target of the compiler and the platform that it is for, in the words of the registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) triple: &'static str,
    pub(crate) os: &'static str,
    pub(crate) arch: &'static str,
    /// A program that must be there to link, unless this machine is the target.
    linker: Option<&'static str>,
}

const fn target(
    triple: &'static str,
    os: &'static str,
    arch: &'static str,
    linker: Option<&'static str>,
) -> Target {
    Target { triple, os, arch, linker }
}

/// Every target, and of several for one platform the better first: what is linked with musl runs on every Linux, Alpine and
/// with it the image of Terraform included.
pub(crate) const TARGETS: &[Target] = &[
    target("x86_64-unknown-linux-musl", "linux", "amd64", Some("x86_64-linux-musl-gcc")),
    target("x86_64-unknown-linux-gnu", "linux", "amd64", Some("x86_64-linux-gnu-gcc")),
    target("aarch64-unknown-linux-musl", "linux", "arm64", Some("aarch64-linux-musl-gcc")),
    target("aarch64-unknown-linux-gnu", "linux", "arm64", Some("aarch64-linux-gnu-gcc")),
    target("x86_64-apple-darwin", "darwin", "amd64", None),
    target("aarch64-apple-darwin", "darwin", "arm64", None),
    target("x86_64-pc-windows-msvc", "windows", "amd64", None),
    target("x86_64-pc-windows-gnu", "windows", "amd64", Some("x86_64-w64-mingw32-gcc")),
];

impl Target {
    /// The target of this name.
    ///
    /// # Errors
    ///
    /// When releases know none.
    pub(crate) fn named(triple: &str) -> Result<Self> {
        let found = TARGETS.iter().find(|target| target.triple == triple).copied();
        let known = || TARGETS.iter().map(|target| target.triple).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| Error::said(format!("There is no target {triple}. There are: {}.", known())))
    }

    /// The target that this machine is.
    ///
    /// # Errors
    ///
    /// When the compiler cannot be asked, or its target is none of a release.
    pub(crate) fn host() -> Result<Self> {
        let said = rustc(&["-vV"])?;
        let triple = said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        Self::named(triple)
    }

    /// The platform, such as `linux_amd64`.
    pub(crate) fn platform(self) -> String {
        format!("{}_{}", self.os, self.arch)
    }

    /// What this machine lacks to build for the target; nothing when it can.
    ///
    /// # Errors
    ///
    /// When the compiler cannot be asked.
    pub(crate) fn lacks(self, host: Self) -> Result<Option<String>> {
        let libraries = rustc(&["--print", "target-libdir", "--target", self.triple])?;
        if !Path::new(libraries.trim()).is_dir() {
            return Ok(Some(format!("Rust's libraries for it: rustup target add {}", self.triple)));
        }
        if self == host || is_given(self.triple) {
            return Ok(None);
        }
        Ok(match self.linker {
            Some(linker) if is_on_path(linker) => None,
            Some(linker) => Some(format!("a linker: {linker}, or {} naming one", variable(self.triple))),
            None if self.os == host.os => None,
            None => Some(format!("a machine with {}", self.os)),
        })
    }

    /// The linker to tell cargo of, unless cargo knows one by itself.
    pub(crate) fn linker(self, host: Self) -> Option<(String, &'static str)> {
        let linker = self.linker.filter(|_| self != host && !is_given(self.triple))?;
        Some((variable(self.triple), linker))
    }
}

/// What all platforms together are for this machine.
pub(crate) struct Available {
    /// One target for each platform that it can build for.
    pub(crate) found: Vec<Target>,
    /// The targets of the other platforms, and what each lacks.
    pub(crate) left: Vec<(Target, String)>,
}

/// The targets to build when all are wanted.
///
/// # Errors
///
/// When the compiler cannot be asked.
pub(crate) fn available(host: Target) -> Result<Available> {
    let (mut found, mut left) = (Vec::<Target>::new(), Vec::new());
    for target in TARGETS {
        match target.lacks(host)? {
            None if found.iter().any(|other| other.platform() == target.platform()) => {}
            None => found.push(*target),
            Some(lack) => left.push((*target, lack)),
        }
    }
    left.retain(|(target, _)| !found.iter().any(|other| other.platform() == target.platform()));
    Ok(Available { found, left })
}

fn variable(triple: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_"))
}

fn is_given(triple: &str) -> bool {
    std::env::var_os(variable(triple)).is_some_and(|value| !value.is_empty())
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

fn rustc(args: &[&str]) -> Result<String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).args(args).output().doing(|| "Cannot run rustc".to_owned())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::said(format!("rustc {} failed:\n{}", args.join(" "), said.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_can_be_built_for_and_is_among_all() {
        let host = Target::host().unwrap();
        assert_eq!(host.lacks(host).unwrap(), None);
        let Available { found, left } = available(host).unwrap();
        assert!(found.iter().any(|target| target.platform() == host.platform()), "{found:?}");
        assert!(left.iter().all(|(_, lack)| !lack.is_empty()));
    }

    #[test]
    fn unknown_targets_are_refused_with_the_known_ones() {
        let said = Target::named("sparc-sun-solaris").unwrap_err().to_string();
        assert!(said.contains("sparc-sun-solaris") && said.contains("aarch64-apple-darwin"), "{said}");
    }

    #[test]
    fn cargo_is_told_of_linkers_by_variables() {
        assert_eq!(variable("aarch64-unknown-linux-gnu"), "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
    }
}
