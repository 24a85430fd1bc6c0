//! Ctrl-C, logs and parallel walks, with a real Terraform around the provider.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use acceptance_tests::cli::{Run, Running};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use reqwest::Method;
use serde_json::json;

fn roles(target: &Target, count: usize) -> String {
    let name = target.name("role");
    format!(
        "resource \"dataverse_security_role\" \"it\" {{\n  count = {count}\n  name = \"{name} ${{count.index}}\"\n}}\n"
    )
}

/// The names of the roles that this test's configuration made, as the service knows them.
fn standing(target: &Target) -> Vec<String> {
    let prefix = target.name("role");
    let roots = target.api().rows("roles?$select=name&$filter=_parentroleid_value%20eq%20null");
    let names =
        roots.iter().filter_map(|role| role["name"].as_str()).filter(|name| name.starts_with(&prefix));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names
}

/// The names of the roles that the state knows.
fn known(workspace: &Workspace) -> Vec<String> {
    let addresses = workspace.addresses();
    let names =
        addresses.iter().filter_map(|it| workspace.attributes(it)["name"].as_str().map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn ctrl_c_in_an_apply_loses_nothing_that_was_created() {
    let target = Target::emulator(Options { latency: Duration::from_millis(150), ..Options::default() });
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &roles(&target, 40));
    let apply = workspace.start(&["apply", "-input=false", "-no-color", "-auto-approve", "-parallelism=2"]);
    while standing(&target).is_empty() {
        std::thread::yield_now();
    }
    apply.interrupt();
    let run = apply.wait();
    assert!(!run.succeeded(), "the apply was not interrupted:\n{run}");
    assert!(!run.says("Plugin did not respond"), "{run}");

    let stands = standing(&target);
    assert!(stands.len() < 40, "the interrupt came too late:\n{run}");
    let state = workspace.state();
    assert_eq!(known(&workspace), stands, "the state and the service differ:\n{run}\n{state:#}");

    workspace.apply();
    assert_eq!(standing(&target).len(), 40);
    workspace.assert_plan_is_empty();
}

/// What Ctrl-C may take: requests that are on their way come to their end, waits do not.
const SOON: Duration = Duration::from_secs(5);

/// Presses Ctrl-C and returns what the command left and how long it took.
fn interrupted(apply: Running) -> (Run, Duration) {
    let begin = Instant::now();
    apply.interrupt();
    let run = apply.wait();
    let took = begin.elapsed();
    assert!(!run.succeeded(), "the apply was not interrupted:\n{run}");
    assert!(!run.says("Plugin did not respond"), "{run}");
    (run, took)
}

#[test]
fn ctrl_c_in_an_apply_of_a_hundred_resources_ends_within_seconds() {
    let target = Target::emulator(Options { latency: Duration::from_millis(200), ..Options::default() });
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &roles(&target, 100));
    let apply = workspace.start(&["apply", "-input=false", "-no-color", "-auto-approve", "-parallelism=3"]);
    while standing(&target).len() < 5 {
        std::thread::yield_now();
    }
    let (run, took) = interrupted(apply);
    assert!(took < SOON, "{took:?}\n{run}");
    let stands = standing(&target);
    assert!(stands.len() < 100, "the interrupt came too late:\n{run}");
    assert_eq!(known(&workspace), stands, "the state and the service differ:\n{run}");
    workspace.apply();
    assert_eq!(standing(&target).len(), 100);
    workspace.assert_plan_is_empty();
}

#[test]
fn ctrl_c_ends_a_wait_that_the_service_asked_for() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &roles(&target, 100));
    // The service asks to wait while the roles are created.
    let rule = json!({
        "id": "told", "match": { "writes": true },
        "fault": { "kind": "throttle", "limit": "requests", "retry_after": "60" },
    });
    let _ = target.admin(Method::PUT, "faults", Some(&json!({ "seed": 0, "rules": [rule] })));
    let fired =
        || target.admin(Method::GET, "faults", None)["rules"][0]["fired"].as_u64().unwrap_or_default();
    let mut apply = workspace.start(&["apply", "-input=false", "-no-color", "-auto-approve"]);
    while fired() == 0 {
        assert!(!apply.has_ended(), "the apply ended before anything was written");
        std::thread::yield_now();
    }
    let (run, took) = interrupted(apply);
    assert!(took < SOON, "{took:?}\n{run}");
    assert_eq!(known(&workspace), standing(&target), "the state and the service differ:\n{run}");
    let _ = target.admin(Method::DELETE, "faults", None);
    workspace.apply();
    assert_eq!(standing(&target).len(), 100);
    workspace.assert_plan_is_empty();
}

#[test]
fn a_plan_without_changes_takes_the_same_requests_at_any_parallelism() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &roles(&target, 50));
    workspace.apply();
    let requests = |parallelism: &str| {
        target.forget_requests();
        let args = ["plan", "-input=false", "-no-color", "-detailed-exitcode", parallelism];
        let _ = workspace.run(&args).ok();
        target.request_count()
    };
    let (ten, fifty) = (requests("-parallelism=10"), requests("-parallelism=50"));
    assert_eq!(ten, fifty);
    assert!(ten <= 6, "{ten} requests, {:#}", target.requests());
}

#[test]
fn no_log_holds_a_secret() {
    let target = Target::new();
    let mut workspace = Workspace::new(&target);
    let log = workspace.path().join("trace.log");
    workspace.set_env("TF_LOG", "TRACE");
    workspace.set_env("TF_LOG_PATH", &log);
    workspace.write("main.tf", &roles(&target, 2));
    let mut said = String::new();
    for run in [workspace.apply(), workspace.destroy()] {
        write!(said, "{run}").expect("memory can be written");
    }
    said.push_str(&fs::read_to_string(&log).expect("a log was written"));
    assert!(said.contains("GET") || said.contains("POST"), "the log shows no requests");
    assert!(!said.contains(target.client_secret()), "the client secret is in the log");
    // Every token of Entra is a JSON Web Token, whose header begins like this in base64.
    let token = said.lines().find(|line| line.contains("eyJ"));
    assert_eq!(token, None, "a token is in the log");
}
