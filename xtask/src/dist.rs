//! `cargo xtask dist`: the files of a release, as the registries want them, and a test that they can be installed.

mod archive;
mod targets;
mod verify;

use std::fs;
use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use self::targets::Target;
use crate::cargo;
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::screen;

/// The version of everything in the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A provider is downloaded on every first `terraform init`: its binary stays below this many bytes.
const LIMIT: u64 = 15_000_000;

/// What to make.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Further targets of the compiler, such as aarch64-unknown-linux-musl; one that cannot be built is an error.
    #[arg(long = "target")]
    targets: Vec<String>,
    /// All platforms that this machine can build for; the others are named with what they lack.
    #[arg(long, conflicts_with = "targets")]
    all: bool,
    /// Build nothing: sum up, and sign if there is a key, the archives that are in the folder.
    #[arg(long, conflicts_with_all = ["targets", "all", "verify", "dev", "binary"])]
    sums: bool,
    /// Id of the gpg key that signs the sums.
    #[arg(long, env = "GPG_FINGERPRINT")]
    sign: Option<String>,
    /// The tag of the release; it must agree with the version of the workspace.
    #[arg(long)]
    tag: Option<String>,
    /// Install the archive of this machine's platform with Terraform, and try it against the emulator.
    #[arg(long)]
    verify: bool,
    /// Pack the binary of the dev profile: to try the packing, not for a release.
    #[arg(long)]
    dev: bool,
    /// Pack this binary for the platform of this machine instead of building one.
    #[arg(long, conflicts_with_all = ["targets", "all"])]
    binary: Option<PathBuf>,
    /// The emulator to try the archive against, instead of building it.
    #[arg(long, requires = "verify")]
    emulator: Option<PathBuf>,
    /// The folder to write to: target/dist, or target/dist-dev with --dev.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Makes the files.
///
/// # Errors
///
/// When something cannot be built, written, signed or installed.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(tag) = options.tag.as_ref().filter(|tag| tag.strip_prefix('v') != Some(VERSION)) {
        return Err(Error::said(format!("The tag is {tag}, but the version of the workspace is {VERSION}.")));
    }
    let usual = if options.dev { "target/dist-dev" } else { "target/dist" };
    let folder = cargo::root().join(options.out.as_deref().unwrap_or(Path::new(usual)));
    fs::create_dir_all(&folder).doing(|| format!("Cannot make the folder {}", folder.display()))?;
    if options.sums {
        return finish(options, &folder).map(drop);
    }
    archive::forget(&folder, VERSION)?;
    let host = Target::host()?;
    let runtime = Runtime::new().doing(|| "Cannot start threads".to_owned())?;
    let interrupt = Interrupt::listen(&runtime);
    for target in wanted(options, host)? {
        pack(options, target, host, &folder, &interrupt)?;
    }
    let sums = finish(options, &folder)?;
    if !options.verify {
        return Ok(());
    }
    let emulator = match &options.emulator {
        Some(emulator) => emulator.clone(),
        None => cargo::build(&[cargo::binary(cargo::EMULATOR)], false, &interrupt)?.remove(0),
    };
    verify::run(&folder, &sums, host, &emulator)
}

/// Builds for a target and packs what comes out.
fn pack(options: &Options, target: Target, host: Target, folder: &Path, interrupt: &Interrupt) -> Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => cargo::build_for(&build(options, target, host), interrupt)?,
    };
    let size = fs::metadata(&binary).doing(|| format!("Cannot read {}", binary.display()))?.len();
    if size > LIMIT && !options.dev {
        return Err(Error::said(format!("{} has {size} bytes, more than {LIMIT}.", binary.display())));
    }
    let path = archive::write(folder, VERSION, target, &binary)?;
    screen::line(&format!("  {}  ({}, binary of {size} bytes)", shown(&path), target.triple));
    Ok(())
}

/// Sums up what is in the folder, and signs the sums when there is a key. Returns the path of the sums.
fn finish(options: &Options, folder: &Path) -> Result<PathBuf> {
    let sums = archive::sums(folder, VERSION)?;
    screen::line(&format!("  {}", shown(&sums)));
    match &options.sign {
        Some(key) => screen::line(&format!("  {}", shown(&archive::sign(&sums, key)?))),
        None => screen::line("  not signed: no key was given (--sign, or GPG_FINGERPRINT)"),
    }
    Ok(sums)
}

/// The targets that were asked for: this machine's platform always.
fn wanted(options: &Options, host: Target) -> Result<Vec<Target>> {
    if options.all {
        let targets::Available { found, left } = targets::available(host)?;
        for (target, lack) in left {
            screen::line(&format!("  left out: {}, which needs {lack}", target.triple));
        }
        return Ok(found);
    }
    let mut found = Vec::new();
    for triple in &options.targets {
        let target = Target::named(triple)?;
        if let Some(lack) = target.lacks(host)? {
            return Err(Error::said(format!("{triple} cannot be built here. It needs {lack}.")));
        }
        found.push(target);
    }
    if !found.iter().any(|target| target.platform() == host.platform()) {
        found.insert(0, host);
    }
    Ok(found)
}

fn build(options: &Options, target: Target, host: Target) -> cargo::Build {
    cargo::Build {
        release: !options.dev,
        target: (target != host).then(|| target.triple.to_owned()),
        env: target.linker(host).into_iter().map(|(name, linker)| (name, linker.to_owned())).collect(),
    }
}

/// A path as a person in the workspace reads it.
fn shown(path: &Path) -> String {
    path.strip_prefix(cargo::root()).unwrap_or(path).display().to_string()
}
