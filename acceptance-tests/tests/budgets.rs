//! Requests of whole commands on a large tenant, at Terraform's own parallelism of ten: every process that Terraform starts
//! and every token included. The emulator counts them.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::workspace::requirements;
use acceptance_tests::{StateServer, Target, Workspace};
use dataverse_emulator::Options;
use reqwest::Method;
use serde_json::{Value, json};

/// Resources per module: several steps of Terraform are quadratic in the instances of one resource.
const PER_MODULE: usize = 50;

/// A large configuration and its environment.
struct Large {
    target: Target,
    states: StateServer,
    workspace: Workspace,
}

impl Large {
    fn new() -> Self {
        let target = Target::emulator(Options::default());
        let mut workspace = Workspace::new(&target);
        // Its own default, whatever the other suites are run with.
        workspace.set_env("TF_CLI_ARGS", "-no-color");
        Self { states: StateServer::default(), workspace, target }
    }

    /// Writes `part`, a module with the variables `first` and `size`, and as many calls of it as `count` resources need.
    fn configure(&self, root: &str, part: &str, count: usize) {
        let variables = "variable \"first\" { type = number }\nvariable \"size\" { type = number }\n";
        self.workspace.write("part/main.tf", &format!("{}{variables}{part}", requirements()));
        let calls: String = (0..count)
            .step_by(PER_MODULE)
            .map(|first| {
                let size = PER_MODULE.min(count - first);
                format!(
                    "module \"part_{first}\" {{\n  source = \"./part\"\n  first = {first}\n  size = {size}\n}}\n"
                )
            })
            .collect();
        self.workspace.write("main.tf", &format!("{}{root}\n{calls}", self.states.backend("it")));
        self.workspace.init();
    }

    /// Runs a command that must succeed, and returns how many requests it took.
    #[track_caller]
    fn takes_at_most(&self, most: u64, args: &[&str]) -> Value {
        self.target.forget_requests();
        let args = [args, &["-input=false", "-parallelism=10"]].concat();
        let run = self.workspace.run(&args).ok();
        let (counted, total) = (self.target.requests(), self.target.request_count());
        assert!(
            total <= most,
            "{args:?}: {total} requests instead of {most}: {counted:#}\n{}\n{run}",
            self.log()
        );
        self.target.assert_nothing_was_refused();
        counted
    }

    /// The requests that were not parts of batches.
    fn log(&self) -> String {
        let log = self.target.admin(Method::GET, "log?last=1000", None);
        let entries = log.as_array().into_iter().flatten().filter(|entry| entry["batch"] == false);
        let line = |entry: &Value| {
            let path = entry["path"].as_str().unwrap_or_default();
            format!("{} {}\n", entry["method"].as_str().unwrap_or_default(), path)
        };
        entries.map(line).collect()
    }

    #[track_caller]
    fn no_op_plan_takes_at_most(&self, most: u64) -> Value {
        self.takes_at_most(most, &["plan", "-detailed-exitcode"])
    }

    fn apply(&self) {
        self.workspace.run(&["apply", "-input=false", "-auto-approve", "-parallelism=10"]).ok();
    }

    fn instances(&self) -> usize {
        let state = self.states.state("it").expect("a state");
        let resources = state["resources"].as_array().expect("resources");
        resources
            .iter()
            .filter(|it| it["mode"] == "managed")
            .map(|it| it["instances"].as_array().map_or(0, Vec::len))
            .sum()
    }

    /// Puts service principals for so many application users into the directory.
    fn seed_applications(&self, count: usize) {
        let principals: Vec<Value> = (0..count)
            .map(|index| {
                json!({
                    "client_id": format!("44444444-dddd-4ddd-8ddd-{index:012}"),
                    "object_id": format!("55555555-eeee-4eee-8eee-{index:012}"),
                    "display_name": format!("Load {index}"),
                })
            })
            .collect();
        self.target.admin(Method::POST, "directory", Some(&json!({ "service_principals": principals })));
    }
}

const USERS: &str = r#"
resource "dataverse_application_user" "it" {
  count          = var.size
  application_id = format("44444444-dddd-4ddd-8ddd-%012d", var.first + count.index)
  security_roles = ["Basic User", "Salesperson"]
}
"#;

const ASSIGNED_USERS: &str = r#"
resource "dataverse_application_user" "it" {
  count          = var.size
  application_id = format("44444444-dddd-4ddd-8ddd-%012d", var.first + count.index)
}

resource "dataverse_role_assignment" "first" {
  count   = var.size
  user_id = dataverse_application_user.it[count.index].id
  role    = "Basic User"
}

resource "dataverse_role_assignment" "second" {
  count   = var.size
  user_id = dataverse_application_user.it[count.index].id
  role    = "Salesperson"
}
"#;

#[test]
fn a_thousand_application_users_with_two_roles() {
    let large = Large::new();
    large.seed_applications(1000);
    large.configure("", USERS, 1000);
    large.takes_at_most(200, &["apply", "-auto-approve"]);
    assert_eq!(large.instances(), 1000);
    large.no_op_plan_takes_at_most(10);
    large.takes_at_most(300, &["destroy", "-auto-approve"]);
    assert_eq!(large.instances(), 0);
}

#[test]
fn a_thousand_application_users_with_two_thousand_assignments() {
    let large = Large::new();
    large.seed_applications(1000);
    large.configure("", ASSIGNED_USERS, 1000);
    large.apply();
    assert_eq!(large.instances(), 3000);
    large.no_op_plan_takes_at_most(12);
}

/// Names of sixty privileges on twenty tables.
fn sixty_privileges() -> String {
    let tables = [
        "account",
        "contact",
        "lead",
        "opportunity",
        "quote",
        "invoice",
        "salesorder",
        "campaign",
        "incident",
        "task",
        "email",
        "phonecall",
        "letter",
        "fax",
        "appointment",
        "product",
        "pricelevel",
        "contract",
        "list",
        "competitor",
    ];
    tables.map(|table| format!("    {table} = provider::dataverse::access(\"organization\", [\"create\", \"read\", \"write\"])\n")).concat()
}

#[test]
fn three_hundred_roles_with_sixty_privileges() {
    let large = Large::new();
    let part = format!(
        r#"
resource "dataverse_security_role" "it" {{
  count = var.size
  name  = format("Load %04d", var.first + count.index)
}}

resource "dataverse_role_privileges" "it" {{
  count   = var.size
  role_id = dataverse_security_role.it[count.index].id
  tables  = {{
{}  }}
}}
"#,
        sixty_privileges()
    );
    large.configure("", &part, 300);
    large.apply();
    assert_eq!(large.instances(), 600);
    large.no_op_plan_takes_at_most(25);
}

#[test]
fn one_privilege_of_a_role_that_has_five_hundred() {
    let large = Large::new();
    let rows = large.target.api().rows("privileges?$select=name&$filter=canbeglobal%20eq%20true");
    let names = rows.iter().filter_map(|row| row["name"].as_str());
    // This one cannot be taken away where the service has frozen it.
    let names: Vec<&str> = names.filter(|name| *name != "prvActOnBehalfOfAnotherUser").take(501).collect();
    assert_eq!(names.len(), 501);
    let configure = |names: &[&str]| {
        let lines: String = names.iter().map(|name| format!("    {name} = \"organization\"\n")).collect();
        let part = format!(
            r#"
resource "dataverse_security_role" "it" {{
  name = "Large"
}}

resource "dataverse_role_privileges" "it" {{
  role_id    = dataverse_security_role.it.id
  privileges = {{
{lines}  }}
}}
"#
        );
        large.configure("", &part, 1);
    };
    configure(&names[..500]);
    large.apply();
    for names in [&names[..501], &names[1..501]] {
        configure(names);
        let counted = large.takes_at_most(20, &["apply", "-auto-approve"]);
        let writes: u64 =
            counted["actions"].as_object().expect("actions").values().filter_map(Value::as_u64).sum();
        assert_eq!(writes, 1, "{counted:#}");
    }
    large.no_op_plan_takes_at_most(10);
}

#[test]
fn import_of_a_hundred_roles() {
    let large = Large::new();
    let unit = acceptance_tests::service::root_unit(&large.target);
    let mut root = String::new();
    for index in 0..100 {
        let row = json!({ "name": format!("Load {index:04}"), "businessunitid@odata.bind": format!("/businessunits({unit})") });
        large.target.api().post("roles", &row);
        root.push_str(&format!(
            "import {{\n  to = module.part_{}.dataverse_security_role.it[{}]\n  id = \"Load {index:04}\"\n}}\n",
            index / PER_MODULE * PER_MODULE,
            index % PER_MODULE
        ));
    }
    let part = r#"
resource "dataverse_security_role" "it" {
  count = var.size
  name  = format("Load %04d", var.first + count.index)
}
"#;
    large.configure(&root, part, 100);
    large.takes_at_most(25, &["apply", "-auto-approve"]);
    assert_eq!(large.instances(), 100);
    large.no_op_plan_takes_at_most(10);
}

/// Copies the administrator's row until the environment has so many more users.
fn crowd(target: &Target, count: usize) {
    let mut snapshot = target.admin(Method::GET, "snapshot", None);
    let users = snapshot["tables"]["systemuser"].as_array_mut().expect("users");
    let admin = users
        .iter()
        .map(Value::to_string)
        .find(|row| row.contains("admin@contoso"))
        .expect("the administrator");
    let own_ids: Vec<String> = {
        let row = target.api().rows("systemusers?$select=systemuserid,azureactivedirectoryobjectid&$filter=domainname%20eq%20'admin@contoso.onmicrosoft.com'");
        ["systemuserid", "azureactivedirectoryobjectid"]
            .map(|name| row[0][name].as_str().expect("an id").to_owned())
            .into()
    };
    for index in 0..count {
        let row = admin
            .replace(&own_ids[0], &format!("66666666-ffff-4fff-8fff-{index:012}"))
            .replace(&own_ids[1], &format!("77777777-ffff-4fff-8fff-{index:012}"))
            .replace("admin@contoso", &format!("user{index}@contoso"));
        users.push(serde_json::from_str(&row).expect("a row"));
    }
    target.admin(Method::PUT, "snapshot", Some(&snapshot));
}

#[test]
fn five_users_among_twenty_thousand() {
    let large = Large::new();
    crowd(&large.target, 20_000);
    large.seed_applications(5);
    large.configure("", USERS, 5);
    large.apply();
    large.no_op_plan_takes_at_most(10);
    let tables = large.log();
    let unfiltered = tables.lines().filter(|line| {
        line.contains("/systemusers?") && !line.contains("$filter=Microsoft.Dynamics.CRM.In(")
    });
    assert_eq!(
        unfiltered.collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "the table of users was read without keys"
    );
}
