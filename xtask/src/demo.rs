//! `cargo demo`: a real integration, applied by real Terraform to an embedded Dataverse, and a look at what then stands.

mod cast;
mod drift;
mod picture;
mod play_on;
mod read_back;
mod role;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::Runtime;

use crate::api::Api;
use crate::cargo;
use crate::emulator::Emulator;
use crate::error::{Doing, Error, Result};
use crate::interrupt::Interrupt;
use crate::screen::Screen;
use crate::terraform::{self, Terraform};
use crate::workdir::Workdir;

/// The configuration that is applied, below the workspace's folder.
const EXAMPLE: &str = "examples/integrations/demandbase";

/// The exit code of `plan -detailed-exitcode` when there is something to do.
const CHANGES: i32 = 2;

/// Whether `--keep` is among options that followed a `--` of their own.
///
/// # Errors
///
/// When there is any other option.
pub(crate) fn keep_in(options: &[String]) -> Result<bool> {
    match options.iter().find(|option| *option != "--keep") {
        Some(other) => Err(Error::said(format!("cargo demo knows no option {other}; there is only --keep."))),
        None => Ok(!options.is_empty()),
    }
}

/// Runs the demo.
///
/// # Errors
///
/// When a step fails. Whatever was started or written is gone by then, `keep` or not.
pub(crate) fn run(keep: bool) -> Result<()> {
    let executable = terraform::find()?;
    let runtime = Runtime::new().doing(|| "Cannot start threads".to_owned())?;
    let stage = Stage { interrupt: Interrupt::listen(&runtime), runtime: Arc::new(runtime), executable };
    let mut screen = Screen::new(8);

    screen.step("Build the provider and the emulator (release; the first time takes a few minutes)");
    let built = cargo::build(
        &[cargo::binary(cargo::PROVIDER), cargo::binary(cargo::EMULATOR)],
        true,
        &stage.interrupt,
    )?;
    let [provider, emulator] = built.as_slice() else {
        return Err(Error::said("cargo did not build what was asked for."));
    };
    let started = Instant::now();

    screen.step("Start a Dataverse on this machine and prepare a throw-away folder");
    let mut workdir = Workdir::new("dataverse-demo-")?;
    workdir.offer("dataverse", provider)?;
    workdir.copy_tree(&cargo::root().join(EXAMPLE), &workdir.path())?;
    cast::write_directory(&workdir)?;
    let directory = workdir.root().join(cast::DIRECTORY).display().to_string();
    let mut emulator = Emulator::start(emulator, workdir.root(), &["--directory", &directory])?;
    let api = Api::sign_in(Arc::clone(&stage.runtime), &emulator)?;
    let variables = cast::arrive(&api, &workdir)?;
    screen.say(&format!("Dataverse (emulated)  {}", emulator.value("DATAVERSE_URL")?));
    screen.say(&format!("Folder                {}", workdir.path().display()));
    screen.say(&format!("Configuration         {EXAMPLE}, with demo.auto.tfvars:\n"));
    for line in variables.lines() {
        screen.say(&format!("  {line}"));
    }
    let mut env = workdir.env();
    env.extend(emulator.env().clone());
    play_on::write_env(&workdir, &env)?;

    stage.story(&mut screen, (&workdir.path(), &workdir.mirror()), &env, &api)?;
    screen.say(&format!(
        "\nThe demo took {:.0} seconds after the build.",
        started.elapsed().as_secs_f64().ceil()
    ));
    if keep {
        workdir.keep();
        emulator.keep();
        screen.say(&play_on::instructions(&stage.executable, &workdir, &emulator)?);
    } else {
        screen.say(
            "Emulator and folder are gone again; `cargo demo -- --keep` leaves them for you to play on.",
        );
    }
    Ok(())
}

/// What the story needs besides the things that it shows.
struct Stage {
    executable: std::path::PathBuf,
    interrupt: Interrupt,
    runtime: Arc<Runtime>,
}

impl Stage {
    fn story(
        &self,
        screen: &mut Screen,
        (dir, mirror): (&Path, &Path),
        env: &BTreeMap<String, OsString>,
        api: &Api,
    ) -> Result<()> {
        let terraform = Terraform::new(&self.executable, dir, env.clone());
        let play = |screen: &Screen, args: &[&str], expected: i32| {
            screen.prompt(&format!("{} {}", terraform.name(), args.join(" ")));
            let status = terraform.show(args)?;
            self.interrupt.check()?;
            match status.code() {
                Some(code) if code == expected => Ok(()),
                // Success with -detailed-exitcode means that there is nothing to do.
                Some(0) => Err(Error::said("The plan is empty, though there is something to do.")),
                Some(CHANGES) => Err(Error::said("The plan is not empty, though nothing is left to do.")),
                _ => Err(Error::said(format!("{} {} failed ({status}).", terraform.name(), args.join(" ")))),
            }
        };

        screen.step("Initialise: Terraform finds the provider in the folder");
        // With a lock file at hand, init does not warn that it knows the checksums of one platform only.
        terraform.output(&["providers", "lock", &format!("-fs-mirror={}", mirror.display())])?;
        play(screen, &["init", "-input=false"], 0)?;

        screen.step("Plan and apply the integration");
        play(screen, &["plan", "-input=false", "-out=tfplan"], 0)?;
        play(screen, &["apply", "-input=false", "tfplan"], 0)?;

        let roles = role::managed(&terraform.state()?);
        let role = roles.first().ok_or_else(|| {
            Error::said(format!("{EXAMPLE} manages no privileges of a role, so there is nothing to show."))
        })?;
        screen.step("Somebody changes one privilege behind Terraform's back");
        screen.say(&drift::cause(api, role)?);

        screen.step("The next plan finds it, and the apply mends it");
        play(screen, &["plan", "-input=false", "-out=tfplan", "-detailed-exitcode"], CHANGES)?;
        play(screen, &["apply", "-input=false", "tfplan"], 0)?;

        screen.step("Now the plan is empty");
        play(screen, &["plan", "-input=false", "-detailed-exitcode"], 0)?;

        screen.step("What stands, read back over the Web API");
        self.picture(screen, &terraform, api, &roles)
    }

    fn picture(
        &self,
        screen: &Screen,
        terraform: &Terraform,
        api: &Api,
        roles: &[role::Managed],
    ) -> Result<()> {
        let (users, others) = read_back::users(api, &role::managed_users(&terraform.state()?))?;
        screen.heading("Users and their roles");
        screen.say(&picture::users(&users, others));
        for managed in roles {
            let role = read_back::role(api, managed)?;
            screen.heading(&format!("Privileges of the role \"{}\"", role.name));
            screen.say(&picture::matrix(&role));
        }
        self.interrupt.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_may_follow_a_second_dash_dash() {
        assert!(!keep_in(&[]).unwrap());
        assert!(keep_in(&["--keep".to_owned()]).unwrap());
        let error = keep_in(&["--forever".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "cargo demo knows no option --forever; there is only --keep.");
    }
}
