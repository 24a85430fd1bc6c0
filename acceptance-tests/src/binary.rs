//! The provider's binary: built once per test process, then placed where Terraform finds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The package that holds the provider, and the name of its binary.
const PACKAGE: &str = "terraform-provider-dataverse";

/// Names a provider binary that exists already, to test that one instead of building.
const GIVEN: &str = "ACCEPTANCE_PROVIDER_BINARY";

/// The path of the provider's binary. Its directory holds nothing else: Terraform runs the first file whose name starts
/// with the provider's, and Cargo puts others of that kind beside its own output.
pub fn provider() -> &'static Path {
    static PROVIDER: OnceLock<PathBuf> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        let output = Output::of_this_process();
        let built = match std::env::var_os(GIVEN) {
            Some(path) => PathBuf::from(path),
            None => {
                output.build(&["--package", PACKAGE, "--bin", PACKAGE]);
                output.profile_dir.join(format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX))
            }
        };
        place(&built, &output.profile_dir.join("acceptance-provider"), PACKAGE)
    })
}

/// The directory of a provider called `name` that offers nothing anybody asks for, for `dev_overrides`: Terraform wants the
/// provider of each resource in a state to be there.
pub fn stand_in(name: &str) -> PathBuf {
    static IDLE: OnceLock<PathBuf> = OnceLock::new();
    let idle = IDLE.get_or_init(|| {
        let output = Output::of_this_process();
        output.build(&["--package", "tf-provider", "--example", "idle"]);
        output.profile_dir.join("examples").join(format!("idle{}", std::env::consts::EXE_SUFFIX))
    });
    let dir = Output::of_this_process().profile_dir.join("acceptance-stand-in").join(name);
    place(idle, &dir, &format!("terraform-provider-{name}"));
    dir
}

/// The directory of [`provider`], for `dev_overrides`.
pub fn directory() -> &'static Path {
    provider().parent().expect("a file lies in a directory")
}

/// The platform as registries write it: `linux_amd64`.
pub fn platform() -> String {
    let os = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        arch => arch,
    };
    format!("{os}_{arch}")
}

/// Where Cargo put this test, which is where it shall put the provider.
struct Output {
    target_dir: PathBuf,
    profile_dir: PathBuf,
    profile: String,
}

impl Output {
    /// Reads it from the path of this process, `<target>/<profile>/deps/<test>`, or `<target>/<profile>/<program>`.
    fn of_this_process() -> Self {
        let exe = std::env::current_exe().expect("this process has a path");
        let deps = exe.ancestors().find(|dir| dir.ends_with("deps"));
        let profile_dir = deps.unwrap_or(&exe).parent().expect("a program lies in a directory").to_path_buf();
        let name =
            profile_dir.file_name().and_then(|name| name.to_str()).expect("a profile's directory has a name");
        let profile = if name == "debug" { "dev" } else { name }.to_owned();
        let target_dir = profile_dir.parent().expect("a profile lies in the target directory").to_path_buf();
        Self { target_dir, profile_dir, profile }
    }

    /// Lets Cargo bring a binary up to date; its lock keeps test processes apart.
    fn build(&self, what: &[&str]) {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
        let mut command = Command::new(cargo);
        // Some build scripts, that of `ring` among them, run again when these tell of another package.
        let tells =
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_", "OUT_DIR"];
        for (name, _) in std::env::vars_os() {
            if tells.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        let output = command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .args(["build", "--quiet"])
            .args(what)
            .args(["--profile", &self.profile, "--target-dir"])
            .arg(&self.target_dir)
            .output()
            .expect("Cargo can be run");
        assert!(
            output.status.success(),
            "building the provider failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Counts what this process places, so that its threads do not stage at the same path.
static STAGED: AtomicU32 = AtomicU32::new(0);

/// Links `built` into `dir` as `name`, in one step, since other tests may run it at this moment.
fn place(built: &Path, dir: &Path, name: &str) -> PathBuf {
    let placed = dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    fs::create_dir_all(dir).expect("the target directory can be written");
    let number = STAGED.fetch_add(1, Ordering::Relaxed);
    let staged = dir.with_extension(format!("{}-{number}", std::process::id()));
    let _ = fs::remove_file(&staged);
    if fs::hard_link(built, &staged).is_err() {
        fs::copy(built, &staged).unwrap_or_else(|error| {
            panic!("the provider cannot be copied from {}: {error}", built.display())
        });
    }
    fs::rename(&staged, &placed).expect("the provider can be placed");
    // Renaming one link of a file onto another does nothing.
    let _ = fs::remove_file(&staged);
    placed
}
