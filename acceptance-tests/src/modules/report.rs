//! What `terraform test -json -verbose` said.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::diagnostics::Diagnostic;

/// Runs whose name ends in this plan nothing but what is there already.
const EMPTY: &str = "plan_is_empty";

/// The outcome of a module's tests.
#[derive(Debug, Default)]
pub struct Report {
    /// Runs that passed.
    pub passed: usize,
    /// Plans that were said to be empty, and are.
    pub empty_plans: usize,
    /// What is wrong, in sentences; nothing when all is well.
    pub faults: Vec<String>,
}

impl Report {
    /// Reads the output of the command.
    pub(super) fn read(stdout: &str, stderr: &str) -> Self {
        let events: Vec<Value> = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut report = Self::default();
        let mut plans = BTreeMap::new();
        for event in &events {
            let name = format!("{}: {}", text(&event["@testfile"]), text(&event["@testrun"]));
            match text(&event["type"]) {
                "test_run" if event["test_run"]["progress"] == "complete" => {
                    match text(&event["test_run"]["status"]) {
                        "pass" => report.passed += 1,
                        status => report.faults.push(format!("{name}: {status}")),
                    }
                    if name.ends_with(EMPTY) {
                        plans.entry(name).or_insert(None);
                    }
                }
                "test_plan" if name.ends_with(EMPTY) => {
                    plans.insert(name, Some(changes(&event["test_plan"])));
                }
                "test_cleanup" => report.faults.push(format!("{name}: left {}", event["test_cleanup"])),
                _ => {}
            }
        }
        let errors = Diagnostic::parse(stdout).into_iter().filter(Diagnostic::is_error);
        report.faults.extend(errors.map(|error| error.text()));
        for (name, plan) in plans {
            match plan {
                None => report.faults.push(format!("{name}: the run is no plan")),
                Some(changes) if changes.is_empty() => report.empty_plans += 1,
                Some(changes) => report.faults.push(format!("{name}: {}", changes.join(", "))),
            }
        }
        let said = events.iter().find(|event| event["type"] == "test_summary");
        if said.is_none_or(|event| event["test_summary"]["status"] != "pass") && report.faults.is_empty() {
            report.faults.push(format!("the tests did not run to their end:\n{stdout}\n{stderr}"));
        }
        if report.passed == 0 || report.empty_plans == 0 {
            let counts = format!("{} runs passed, {} empty plans", report.passed, report.empty_plans);
            report.faults.push(format!("{counts}: a module has tests and shows that a second plan is empty"));
        }
        report
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a plan would change: addresses with actions, and outputs.
fn changes(plan: &Value) -> Vec<String> {
    let acts = |change: &Value| change["actions"] != serde_json::json!(["no-op"]);
    let resources = plan["resource_changes"].as_array().into_iter().flatten();
    let resources = resources.filter(|it| it["mode"] == "managed" && acts(&it["change"]));
    let outputs = plan["output_changes"].as_object().into_iter().flatten();
    let outputs = outputs.filter(|(_, change)| acts(change));
    resources
        .map(|it| format!("{} {}", it["address"], it["change"]["actions"]))
        .chain(outputs.map(|(name, change)| format!("output {name} {}", change["actions"])))
        .collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs passed, {} second plans empty", self.passed, self.empty_plans)?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, status: &str) -> String {
        let run = serde_json::json!({ "progress": "complete", "status": status });
        serde_json::json!({ "type": "test_run", "@testfile": "a", "@testrun": name, "test_run": run })
            .to_string()
    }

    fn plan(name: &str, action: &str) -> String {
        let change = serde_json::json!({ "actions": [action] });
        let role = serde_json::json!({ "address": "role.a", "mode": "managed", "change": change });
        let plan = serde_json::json!({ "resource_changes": [role], "output_changes": {} });
        serde_json::json!({ "type": "test_plan", "@testfile": "a", "@testrun": name, "test_plan": plan })
            .to_string()
    }

    fn summary() -> String {
        serde_json::json!({ "type": "test_summary", "test_summary": { "status": "pass" } }).to_string()
    }

    fn report(lines: &[String]) -> Report {
        Report::read(&lines.join("\n"), "")
    }

    #[test]
    fn passed_runs_and_empty_plans_are_counted() {
        let second = "second_plan_is_empty";
        let report = report(&[run("make", "pass"), run(second, "pass"), plan(second, "no-op"), summary()]);
        assert_eq!((report.passed, report.empty_plans, &report.faults[..]), (2, 1, &[][..]));
    }

    #[test]
    fn what_does_not_hold_is_a_fault() {
        let second = "second_plan_is_empty";
        let good = [run("make", "pass"), run(second, "pass"), plan(second, "no-op"), summary()];
        for (instead, says) in [
            (0, run("make", "fail"), "a: make: fail"),
            (2, plan(second, "update"), "role.a"),
            (2, String::new(), "the run is no plan"),
            (3, String::new(), "did not run to their end"),
        ]
        .map(|(at, line, says)| {
            let mut lines = good.clone();
            lines[at] = line;
            (lines, says)
        }) {
            let report = report(&instead);
            assert!(report.to_string().contains(says), "{report} does not say {says}");
        }
        assert!(report(&[run("make", "pass"), summary()]).to_string().contains("a second plan is empty"));
    }
}
