//! The resources, each with a configuration of several instances, a change of all of them, and what must stand before.

use std::ops::Range;

use reqwest::Method;
use serde_json::{Value, json};

use crate::records;
use crate::service;
use crate::target::Target;
use crate::workspace::{Workspace, requirements};

/// A resource under test.
#[derive(Debug)]
pub struct Subject {
    /// The type, such as `dataverse_team`.
    pub resource: &'static str,
    prepare: fn(&Target, usize) -> Bodies,
}

/// The bodies of one instance: as created, and as changed.
type Bodies = Vec<(String, String)>;

/// The configurations of a subject in one environment.
#[derive(Debug, Clone)]
pub struct Configurations {
    /// What is created.
    pub created: String,
    /// What it is changed to.
    pub updated: String,
}

/// All resources, by name.
pub static SUBJECTS: [Subject; 11] = [
    Subject { resource: "dataverse_application_user", prepare: application_user },
    Subject { resource: "dataverse_business_unit", prepare: business_unit },
    Subject { resource: "dataverse_column_security_profile", prepare: column_security_profile },
    Subject { resource: "dataverse_record_share", prepare: record_share },
    Subject { resource: "dataverse_role_assignment", prepare: role_assignment },
    Subject { resource: "dataverse_role_privilege", prepare: role_privilege },
    Subject { resource: "dataverse_role_privileges", prepare: role_privileges },
    Subject { resource: "dataverse_security_role", prepare: security_role },
    Subject { resource: "dataverse_system_user", prepare: system_user },
    Subject { resource: "dataverse_team", prepare: team },
    Subject { resource: "dataverse_team_membership", prepare: team_membership },
];

impl Subject {
    /// The subject of this type.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn named(resource: &str) -> &'static Self {
        SUBJECTS.iter().find(|it| it.resource == resource).expect("a resource of the provider")
    }

    /// Sets up what must stand, and returns the configurations for so many instances.
    #[must_use]
    pub fn prepare(&self, target: &Target, instances: usize) -> Configurations {
        // A person that the admin API adds is to be found at once; to wait for people is a fault of its own.
        target.admin(Method::PUT, "switches", Some(&json!({ "added_user_hidden_reads": 0 })));
        let bodies = (self.prepare)(target, instances);
        let block = |(index, body): (usize, &String)| {
            format!("resource \"{}\" \"i{index}\" {{\n{body}\n}}\n", self.resource)
        };
        Configurations {
            created: bodies.iter().map(|(created, _)| created).enumerate().map(block).collect(),
            updated: bodies.iter().map(|(_, updated)| updated).enumerate().map(block).collect(),
        }
    }
}

/// A workspace whose provider has these lines in its block, beside what the target needs.
#[must_use]
pub fn workspace(target: &Target, settings: &str) -> Workspace {
    let mut workspace = Workspace::new(target);
    workspace.set_env("DATAVERSE_ADMIN_API_URL", target.url());
    workspace
        .write("provider.tf", &format!("{}\nprovider \"dataverse\" {{\n{settings}\n}}\n", requirements()));
    workspace
}

fn each(instances: usize, body: impl Fn(usize) -> (String, String)) -> Bodies {
    (0..instances).map(body).collect()
}

fn application_user(target: &Target, instances: usize) -> Bodies {
    each(instances, |index| {
        let body = |roles: &str| {
            format!(
                "application_id = \"{}\"\nsecurity_roles = [{roles}]\non_destroy = \"delete\"",
                target.application(index)
            )
        };
        (body("\"Basic User\""), body("\"Salesperson\", \"Service Reader\""))
    })
}

fn business_unit(target: &Target, instances: usize) -> Bodies {
    each(instances, |index| {
        let name = target.name("unit");
        (
            format!("name = \"{name} {index}\"\ndescription = \"First\"\ncost_center = \"1\""),
            format!("name = \"{name} {index} renamed\"\ndescription = \"\"\naddress_city = \"Zurich\""),
        )
    })
}

fn column_security_profile(target: &Target, instances: usize) -> Bodies {
    let (user, team) = (records::colleague(target, 0), records::create_team(target, "team"));
    each(instances, |index| {
        let name = target.name("profile");
        (
            format!(
                "name = \"{name} {index}\"\nusers = [\"{user}\"]\nteams = []\n\
                 permissions = {{ \"contact.new_salary\" = {{ read = true }} }}"
            ),
            format!(
                "name = \"{name} {index}\"\nusers = []\nteams = [\"{team}\"]\n\
                 permissions = {{\n\"contact.new_salary\" = {{ read = true, update = true }}\n\
                 \"account.new_creditrating\" = {{ create = true }}\n}}"
            ),
        )
    })
}

fn record_share(target: &Target, instances: usize) -> Bodies {
    let user = records::colleague(target, 0);
    each(instances, |_| {
        let account = records::create_account(target);
        let body = |rights: &str| {
            format!(
                "table = \"account\"\nrecord_id = \"{account}\"\nuser_id = \"{user}\"\naccess_rights = [{rights}]"
            )
        };
        (body("\"read\", \"write\""), body("\"read\", \"append_to\""))
    })
}

fn role_assignment(target: &Target, instances: usize) -> Bodies {
    each(instances, |index| {
        let user = service::sign_in(target, &target.person(index));
        let body = |role: &str| format!("user_id = \"{user}\"\nrole = \"{role}\"");
        (body("Basic User"), body("Salesperson"))
    })
}

fn own_roles(target: &Target, indexes: Range<usize>) -> Vec<String> {
    let unit = service::root_unit(target);
    let name = target.name("role");
    indexes.map(|index| service::create_role(target, &format!("{name} {index}"), &unit)).collect()
}

fn role_privilege(target: &Target, instances: usize) -> Bodies {
    let role = own_roles(target, 0..1).remove(0);
    each(instances, |index| {
        let table = ["account", "contact", "lead"][index % 3];
        let body = |level: &str| {
            format!("role_id = \"{role}\"\ntable = \"{table}\"\nright = \"read\"\nlevel = \"{level}\"")
        };
        (body("user"), body("organization"))
    })
}

fn role_privileges(target: &Target, instances: usize) -> Bodies {
    let roles = own_roles(target, 0..instances);
    each(instances, |index| {
        let body = |tables: &str| {
            format!(
                "role_id = \"{}\"\ntables = {{ {tables} }}\nprivileges = {{ prvExportToExcel = \"organization\" }}",
                roles[index]
            )
        };
        (
            body("account = { read = \"user\", write = \"user\" }"),
            body("account = { read = \"organization\" }, lead = { create = \"user\" }"),
        )
    })
}

fn security_role(target: &Target, instances: usize) -> Bodies {
    each(instances, |index| {
        let name = target.name("role");
        (
            format!("name = \"{name} {index}\"\ndescription = \"First\""),
            format!("name = \"{name} {index} renamed\"\napplies_to = \"Everybody\""),
        )
    })
}

/// One person who is created, one who is there already, and one whom the admin API brings in.
fn system_user(target: &Target, instances: usize) -> Bodies {
    each(instances, |index| {
        let who = match index % 3 {
            0 => format!("domain_name = \"{}\"\nprovisioning = \"create\"", target.person_name(index)),
            1 => {
                let person = target.person(index);
                let _ = service::sign_in(target, &person);
                format!("entra_object_id = \"{person}\"")
            }
            _ => format!("entra_object_id = \"{}\"\nprovisioning = \"sync\"", target.person(index)),
        };
        (
            format!("{who}\ntitle = \"Analyst\"\nsecurity_roles = [\"Basic User\"]"),
            format!("{who}\ntitle = \"Lead\"\nsecurity_roles = [\"Salesperson\", \"Service Reader\"]"),
        )
    })
}

fn team(target: &Target, instances: usize) -> Bodies {
    let [jo, max] = [0, 1].map(|index| service::sign_in(target, &target.person(index)));
    each(instances, |index| {
        let name = target.name("team");
        (
            format!(
                "name = \"{name} {index}\"\ndescription = \"First\"\nsecurity_roles = [\"Basic User\"]\n\
                 members = [\"{jo}\"]"
            ),
            format!(
                "name = \"{name} {index} renamed\"\nadministrator_id = \"{max}\"\nsecurity_roles = [\"Salesperson\"]\n\
                 members = [\"{max}\"]"
            ),
        )
    })
}

fn team_membership(target: &Target, instances: usize) -> Bodies {
    let unit = service::root_unit(target);
    let [one, other] =
        ["team", "other team"].map(|what| service::create_team(target, &target.name(what), &unit));
    each(instances, |index| {
        let user = service::sign_in(target, &target.person(index));
        let body = |team: &str| format!("team_id = \"{team}\"\nuser_id = \"{user}\"");
        (body(&one), body(&other))
    })
}

/// The switches under which a person takes a while to come from Entra.
#[must_use]
pub fn slow_arrival() -> Value {
    json!({ "added_user_hidden_reads": 1, "added_user_delay_ms": 1500, "user_not_licensed_refusals": 1 })
}
