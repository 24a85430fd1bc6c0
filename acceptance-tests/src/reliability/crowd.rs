//! Many application users applied in bad weather: one answer in five is a 429 or lost.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use dataverse_emulator::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::life::errors_of;
use super::subjects;
use crate::state_server::StateServer;
use crate::target::Target;
use crate::workspace::{PROVIDER_ADDRESS, Workspace};

/// Resources per module: several steps of Terraform are quadratic in the instances of one resource.
const PER_MODULE: usize = 50;

/// The roles of each user.
const ROLES: [&str; 2] = ["Basic User", "Service Reader"];

/// What the service asked to wait for each 429.
const TOLD: Duration = Duration::from_secs(1);

/// What an apply took.
#[derive(Debug, Clone)]
pub struct Weather {
    /// Requests of the same apply without faults.
    pub calm_requests: u64,
    /// Requests.
    pub requests: u64,
    /// Of these, answered with 429.
    pub throttled: u64,
    /// Of these, carried out, with the answer lost.
    pub lost: u64,
    /// Wall clock of the same apply without faults.
    pub calm_time: Duration,
    /// Wall clock.
    pub time: Duration,
    /// The sum of the waits that the service asked for.
    pub told: Duration,
    /// What is not as it should be.
    pub differences: Vec<String>,
}

impl Weather {
    /// The longest that the apply may take: each wait one after the other, and as much as in calm for every request that
    /// had to be sent again, with a reserve for a busy machine.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.told + 4 * self.calm_time + TOLD * u32::try_from(self.lost).unwrap_or(u32::MAX)
    }

    /// The most requests that the apply may need: each fault costs one repetition, and a lost answer a look at every row
    /// whose fate it hid. Writes travel together in batches of twenty at most.
    #[must_use]
    pub fn most_requests(&self) -> u64 {
        const TOGETHER: u64 = 20;
        self.calm_requests + self.throttled + self.lost * (1 + TOGETHER) + TOGETHER
    }
}

/// Applies so many application users, once in calm and once in bad weather.
#[must_use]
pub fn apply(count: usize) -> Weather {
    let calm = Crowd::new(count);
    let (calm_time, calm_requests) = calm.apply();
    assert!(calm.differences(count).is_empty(), "an apply without faults is not exact");
    drop(calm);
    let crowd = Crowd::new(count);
    let rules = json!({ "seed": 20, "rules": [
        { "id": "throttled", "when": { "probability": 0.1 },
          "fault": { "kind": "throttle", "limit": "requests", "retry_after": TOLD.as_secs().to_string() } },
        { "id": "lost", "when": { "probability": 0.1 }, "fault": { "kind": "reset", "carried_out": true } },
    ] });
    let _ = crowd.target.admin(Method::PUT, "faults", Some(&rules));
    let (time, requests) = crowd.apply();
    let counted = crowd.target.admin(Method::GET, "faults", None);
    let _ = crowd.target.admin(Method::DELETE, "faults", None);
    let fired = |id: &str| {
        let rule = counted["rules"].as_array().into_iter().flatten().find(|rule| rule["id"] == id);
        rule.and_then(|rule| rule["fired"].as_u64()).unwrap_or_default()
    };
    let (throttled, lost) = (fired("throttled"), fired("lost"));
    Weather {
        calm_requests,
        requests,
        throttled,
        lost,
        calm_time,
        time,
        told: TOLD * u32::try_from(throttled).unwrap_or(u32::MAX),
        differences: crowd.differences(count),
    }
}

struct Crowd {
    target: Target,
    workspace: Workspace,
    // Kept, because it ends when it is dropped.
    _states: StateServer,
}

impl Crowd {
    fn new(count: usize) -> Self {
        let target = Target::emulator(Options::default());
        let principals: Vec<Value> = (0..count)
            .map(|index| {
                json!({ "client_id": client_id(index), "object_id": format!("be7c0001-0000-4000-8000-{index:012}"),
                        "display_name": format!("Application {index}") })
            })
            .collect();
        let directory = json!({ "people": [], "service_principals": principals });
        let _ = target.admin(Method::POST, "directory", Some(&directory));
        let workspace = subjects::workspace(&target, "");
        let states = StateServer::default();
        let mut main = states.backend("crowd");
        // Alone, because with the provider `init` would look for it in a registry.
        let provider = workspace.path().join("provider.tf");
        let block = fs::read_to_string(&provider).expect("the workspace has a provider block");
        fs::remove_file(&provider).expect("the folder can be written");
        workspace.write("main.tf", &main);
        workspace.run(&["init", "-input=false", "-no-color"]).ok();
        workspace.write("provider.tf", &block);
        for (index, first) in (0..count).step_by(PER_MODULE).enumerate() {
            let size = PER_MODULE.min(count - first);
            let _ = write!(
                main,
                "module \"part_{index}\" {{\n  source = \"./part\"\n  first = {first}\n  size = {size}\n}}\n"
            );
        }
        workspace.write("main.tf", &main);
        workspace.write("part/main.tf", &part());
        workspace.run(&["get"]).ok();
        Self { target, workspace, _states: states }
    }

    /// The wall clock and the requests of an apply.
    fn apply(&self) -> (Duration, u64) {
        self.target.forget_requests();
        let begin = Instant::now();
        let run = self.workspace.run(&["apply", "-json", "-input=false", "-auto-approve", "-parallelism=20"]);
        let time = begin.elapsed();
        assert!(run.succeeded(), "the apply failed: {}", errors_of(&run).join("\n"));
        (time, self.target.request_count())
    }

    /// What is not exactly as configured.
    fn differences(&self, count: usize) -> Vec<String> {
        let mut found = Vec::new();
        let state = self.target.admin(Method::GET, "state", None);
        let mut users: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for user in state["users"].as_array().into_iter().flatten() {
            if let Some(application) = user["applicationid"].as_str().filter(|id| id.starts_with("be7c0000"))
            {
                users.entry(application).or_default().push(user);
            }
        }
        for index in 0..count {
            match users.get(client_id(index).as_str()).map(Vec::as_slice) {
                Some([user]) => {
                    let roles = user["roles"].as_array().into_iter().flatten().filter_map(Value::as_str);
                    let mut roles: Vec<&str> = roles.collect();
                    roles.sort_unstable();
                    if roles != ROLES {
                        found.push(format!("application {index} has the roles {roles:?}"));
                    }
                }
                Some(several) => found.push(format!("application {index} has {} users", several.len())),
                None => found.push(format!("application {index} has no user")),
            }
        }
        let run = self.workspace.run(&["plan", "-json", "-input=false", "-detailed-exitcode"]);
        if !run.succeeded() {
            found.push(format!("the plan is not empty: {run}"));
        }
        found
    }
}

fn client_id(index: usize) -> String {
    format!("be7c0000-0000-4000-8000-{index:012}")
}

fn part() -> String {
    let roles = ROLES.map(|role| format!("\"{role}\"")).join(", ");
    format!(
        "terraform {{\n  required_providers {{\n    dataverse = {{ source = \"{PROVIDER_ADDRESS}\" }}\n  }}\n}}\n\
         variable \"first\" {{\n  type = number\n}}\nvariable \"size\" {{\n  type = number\n}}\n\
         resource \"dataverse_application_user\" \"it\" {{\n  count = var.size\n  \
         application_id = format(\"be7c0000-0000-4000-8000-%012d\", var.first + count.index)\n  \
         security_roles = [{roles}]\n}}\n"
    )
}
