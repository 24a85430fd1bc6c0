//! Every example of the reference pages, applied as it stands.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

use acceptance_tests::{Target, Workspace, records, service};
use dataverse_emulator::{Options, seed_ids};

/// The folders below `examples` that hold the examples of one kind of page.
const KINDS: [&str; 4] = ["resources", "data-sources", "ephemeral-resources", "functions"];

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut folders: Vec<PathBuf> = KINDS
        .iter()
        .flat_map(|kind| fs::read_dir(root.join(kind)).expect("the folder is there"))
        .map(|folder| folder.expect("a folder").path())
        .collect();
    folders.sort();
    folders
}

#[test]
fn every_example_applies_plans_nothing_more_and_destroys() {
    // The examples name what the emulator has from the start.
    let target = Target::emulator(Options::default());
    service::sign_in(&target, &target.person(0));
    let account =
        serde_json::json!({ "accountid": "2d5b1e8a-6b0f-4c39-9a57-3c8f0e6d1b24", "name": "Contoso" });
    target.api().post("accounts", &account);
    let _ = records::create_view(&target, "My pipeline", seed_ids::PEOPLE[0].object_id);
    let examples = examples();
    assert!(!examples.is_empty());
    for folder in examples {
        println!("{}", folder.display());
        let workspace = Workspace::new(&target);
        // Examples say which provider they need by themselves.
        workspace.write("provider.tf", "provider \"dataverse\" {}\n");
        for file in fs::read_dir(&folder).expect("the folder can be read") {
            let path = file.expect("a file").path();
            // Beside the configuration may lie what it reads.
            let name = path.file_name().unwrap().to_str().unwrap();
            workspace.write(name, &fs::read_to_string(&path).expect("text"));
        }
        workspace.apply();
        workspace.assert_plan_is_empty();
        workspace.destroy();
    }
    target.assert_nothing_was_refused();
}

/// A folder with the files of a guide's example.
fn guide(target: &Target, name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/guides").join(name);
    let workspace = Workspace::new(target);
    workspace.write("provider.tf", "provider \"dataverse\" {}\n");
    copy(&folder, Path::new(""), &workspace);
    workspace
}

fn copy(from: &Path, to: &Path, workspace: &Workspace) {
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(workspace.path().join(&to)).expect("a folder");
            copy(&entry.path(), &to, workspace);
        } else {
            workspace.write(to.to_str().unwrap(), &fs::read_to_string(entry.path()).expect("text"));
        }
    }
}

#[test]
fn what_the_guides_show_works() {
    let target = Target::emulator(Options::default());
    let mut shown: Vec<String> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/guides"))
            .expect("the folder is there")
            .map(|entry| entry.expect("a folder").file_name().into_string().expect("a name"))
            .collect();
    shown.sort();
    for name in shown {
        println!("{name}");
        let workspace = guide(&target, &name);
        if workspace.path().join("imports.tf").exists() {
            workspace.run(&["plan", "-input=false", "-generate-config-out=generated.tf"]).ok();
            workspace.apply();
            workspace.assert_plan_is_empty();
        } else if workspace.path().join("tests").exists() {
            workspace.run(&["test", "-no-color"]).ok();
        } else {
            workspace.apply();
            workspace.assert_plan_is_empty();
            workspace.destroy();
        }
    }
    target.assert_nothing_was_refused();
}
