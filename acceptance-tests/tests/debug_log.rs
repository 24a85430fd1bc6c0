//! The log at level DEBUG: every request is one line, with what a reader needs to follow it.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeMap;
use std::fs;

use acceptance_tests::secrets::{assert_free, assert_no_token};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use reqwest::Method;
use serde_json::{Value, json};

/// Lines that tell of a request: what was asked, what came of it, and the fields behind.
fn requests(log: &str) -> Vec<(String, String, BTreeMap<String, String>)> {
    let lines =
        log.lines().filter_map(|line| line.split_once("[DEBUG] provider.terraform-provider-dataverse"));
    lines
        .filter_map(|(_, line)| {
            let (message, fields) = line.split_once(": ")?.1.split_once(" ms: ")?;
            let (what, outcome) = message.rsplit_once(": ")?;
            let fields = fields.split(' ').filter_map(|field| field.split_once('='));
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let outcome = outcome.split_once(" in ")?;
            outcome.1.parse::<u64>().ok()?;
            Some((what.to_owned(), outcome.0.to_owned(), fields))
        })
        .collect()
}

fn path(entry: &Value) -> String {
    let path = entry["path"].as_str().unwrap().split('?').next().unwrap();
    path.trim_start_matches("/api/data/v9.2/").to_owned()
}

#[test]
fn every_request_is_one_line_that_says_what_came_of_it() {
    // The emulator alone can say which requests there were, and throttle one.
    let target = Target::emulator(Options::default());
    let mut workspace = Workspace::new(&target);
    let log = workspace.path().join("provider.log");
    workspace.set_env("TF_LOG_PROVIDER", "DEBUG");
    workspace.set_env("TF_LOG_PATH", log.clone());
    workspace.write(
        "main.tf",
        "resource \"dataverse_security_role\" \"it\" {\n  name = \"Storied\"\n}\n\
         resource \"dataverse_security_role\" \"more\" {\n  count = 5\n  name  = \"Storied ${count.index}\"\n}\n\
         resource \"dataverse_role_privileges\" \"it\" {\n  role_id = dataverse_security_role.it.id\n  \
         tables  = { account = { read = \"organization\" } }\n}\n",
    );
    let throttled = json!({ "seed": 1, "rules": [{
        "id": "busy", "match": { "writes": true }, "count": 1,
        "fault": { "kind": "throttle", "limit": "requests", "retry_after": "1" }
    }] });
    let _ = target.admin(Method::PUT, "faults", Some(&throttled));
    workspace.apply();

    let text = fs::read_to_string(&log).expect("a log was written");
    let told = requests(&text);
    let entries = target.admin(Method::GET, "log", None);
    let asked = entries.as_array().unwrap().iter().filter(|entry| entry["batch"] == false);
    let mut asked: Vec<(String, String)> = asked
        .map(|entry| {
            (format!("{} {}", entry["method"].as_str().unwrap(), path(entry)), entry["status"].to_string())
        })
        .collect();
    // The sign-in host is the emulator too, whose log has the API alone.
    let (signing_in, of_api): (Vec<_>, Vec<_>) =
        told.iter().partition(|(what, ..)| what.contains("localhost/"));
    assert_eq!(target.requests()["token"], signing_in.len(), "{text}");
    let mut lines: Vec<(String, String)> = of_api
        .iter()
        .map(|(what, status, _)| (what.split(" of ").next().unwrap().to_owned(), status.clone()))
        .collect();
    asked.sort();
    lines.sort();
    for (line, entry) in lines.iter().zip(&asked) {
        assert_eq!(line, entry, "{text}");
    }
    assert_eq!(lines.len(), asked.len());

    for (what, status, fields) in &told {
        assert!(fields.contains_key("attempt"), "{what} {status} {fields:?}");
        let by_us = !what.contains("localhost/");
        assert_eq!(by_us, fields.contains_key("client_request_id"), "{what} {fields:?}");
        assert_eq!(by_us, fields.contains_key("request_id"), "{what} {fields:?}");
    }
    let again: Vec<_> =
        told.iter().filter(|(what, _, fields)| what.contains("POST") && fields["attempt"] == "2").collect();
    assert_eq!(again.len(), 1, "the throttled request has a second attempt:\n{text}");
    assert!(text.contains("again in 1.0 s, because the service limits requests"), "{text}");
    assert!(text.contains(" x POST roles"), "a batch is told by what it asks for:\n{text}");
    assert_free("the log", text.as_bytes(), &[target.client_secret().to_owned()]);
    assert_no_token("the log", text.as_bytes());
}
