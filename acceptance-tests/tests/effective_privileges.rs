//! What a user may do, as the data source computes it and as the service says.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeMap;

use acceptance_tests::refusal::refused_at;
use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use serde_json::{Value, json};

/// A user with a role of its own, and with two through a team.
struct Fixture {
    target: Target,
    user: String,
    team: String,
    roles: Vec<String>,
}

impl Fixture {
    fn new(target: Target) -> Self {
        let user = service::sign_in(&target, &target.person(0));
        let unit = service::root_unit(&target);
        let team = json!({
            "name": target.name("team"), "teamtype": 0,
            "businessunitid@odata.bind": format!("/businessunits({unit})"),
            "administratorid@odata.bind": format!("/systemusers({user})"),
        });
        let team = text(&target.api().post("teams", &team), "teamid").to_owned();
        let member = json!({ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": user });
        let add = format!("teams({team})/Microsoft.Dynamics.CRM.AddMembersTeam");
        target.api().post(&add, &json!({ "Members": [member] }));
        let role = |name: &str, inherited: i64, grants: &[(&str, &str)]| {
            let role = service::create_role(&target, &target.name(name), &unit);
            target.api().patch(&format!("roles({role})"), &json!({ "isinherited": inherited }));
            for (privilege, depth) in grants {
                service::grant(&target, &role, privilege, depth);
            }
            role
        };
        let own = role(
            "own",
            1,
            &[("prvDeleteAccount", "Basic"), ("prvReadAccount", "Deep"), ("prvReadActivity", "Local")],
        );
        let inherited = role("inherited", 1, &[("prvDeleteAccount", "Local"), ("prvWriteContact", "Basic")]);
        let through = role("through", 0, &[("prvDeleteLead", "Basic"), ("prvReadLead", "Global")]);
        service::assign(&target, &user, &own);
        for role in [&inherited, &through] {
            target.api().link(&format!("teams({team})/teamroles_association"), &format!("roles({role})"));
        }
        Self { target, user, team, roles: vec![own, inherited, through] }
    }

    fn read(&self, filters: &str) -> Value {
        let workspace = Workspace::new(&self.target);
        workspace.write("main.tf", &self.config(filters));
        workspace.apply();
        workspace.assert_plan_is_empty();
        workspace.output("it")
    }

    fn config(&self, filters: &str) -> String {
        format!(
            "data \"dataverse_effective_privileges\" \"it\" {{\n  user_id = \"{}\"\n  {filters}\n}}\n\
             output \"it\" {{\n  value = data.dataverse_effective_privileges.it\n}}\n",
            self.user
        )
    }

    /// What a function of the service says of the user: name, then level in the words of the provider.
    fn service_says(&self, function: &str) -> BTreeMap<String, String> {
        let path = format!("systemusers({})/Microsoft.Dynamics.CRM.{function}", self.user);
        let answer = self.target.api().get(&path);
        let level = |depth: &str| match depth {
            "Basic" => "user",
            "Local" => "business_unit",
            "Deep" => "parent_child_business_unit",
            _ => "organization",
        };
        let list = answer["RolePrivileges"].as_array().expect("a list of privileges").clone();
        list.iter()
            .map(|it| (text(it, "PrivilegeName").to_owned(), level(text(it, "Depth")).to_owned()))
            .collect()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if self.target.is_live() {
            self.target.api().delete(&format!("teams({})", self.team));
            for role in &self.roles {
                self.target.api().delete(&format!("roles({role})"));
            }
        }
    }
}

fn levels(found: &Value) -> BTreeMap<String, String> {
    let map = found.as_object().expect("a map");
    map.iter().map(|(name, level)| (name.clone(), level.as_str().unwrap().to_owned())).collect()
}

#[test]
fn levels_are_those_that_the_service_tells() {
    let it = Fixture::new(Target::new());
    let found = it.read("");
    let computed = levels(&found["privileges"]);
    for (name, level) in [
        ("prvDeleteAccount", "business_unit"),
        ("prvReadAccount", "parent_child_business_unit"),
        ("prvWriteContact", "user"),
        ("prvDeleteLead", "user"),
        ("prvReadLead", "organization"),
        ("prvReadActivity", "business_unit"),
    ] {
        assert_eq!(computed.get(name).map(String::as_str), Some(level), "{name}");
        let call = format!("RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='{name}')");
        assert_eq!(it.service_says(&call).get(name).map(String::as_str), Some(level), "{name}");
    }
    // Here the service leaves out what members do not inherit from a team, and reports the rest at Basic depth.
    let inherited: Vec<String> = it.service_says("RetrieveUserPrivileges()").into_keys().collect();
    let left_out: Vec<&String> = computed.keys().filter(|name| !inherited.contains(name)).collect();
    assert_eq!(left_out, ["prvDeleteLead", "prvReadLead"]);
    assert!(inherited.iter().all(|name| computed.contains_key(name)), "{inherited:?}");
    let through = it.service_says(
        "RetrieveUsersPrivilegesThroughTeams(ExcludeOrgDisabledPrivileges=true,IncludeSetupUserFiltering=true)",
    );
    let paths = found["paths"].as_object().expect("a map");
    let by_team = |ways: &Value| ways.as_array().unwrap().iter().any(|way| !way["team"].is_null());
    let computed: Vec<String> =
        paths.iter().filter(|(_, ways)| by_team(ways)).map(|(name, _)| name.clone()).collect();
    assert_eq!(computed, through.into_keys().collect::<Vec<_>>());
}

#[test]
fn every_way_to_a_privilege_is_named_and_filters_restrict_the_answer() {
    let it = Fixture::new(Target::new());
    let (own, inherited) = (it.target.name("own"), it.target.name("inherited"));
    let found = it.read("table_names = [\"Account\", \"campaign\"]\n  privilege_names = [\"PRVDELETELEAD\"]");
    let names: Vec<String> = levels(&found["privileges"]).into_keys().collect();
    assert_eq!(names, ["prvDeleteAccount", "prvDeleteLead", "prvReadAccount"]);
    let account = json!({ "delete": "business_unit", "read": "parent_child_business_unit" });
    assert_eq!(found["tables"], json!({ "account": account, "campaign": {} }));
    let team = it.target.name("team");
    let expected = json!([
        { "level": "user", "role": own, "role_id": it.roles[0], "team": null, "team_id": null, "team_rows_only": false },
        {
            "level": "business_unit", "role": inherited, "role_id": it.roles[1], "team": team, "team_id": it.team,
            "team_rows_only": false,
        },
    ]);
    assert_eq!(found["paths"]["prvDeleteAccount"], expected);
    assert_eq!(found["paths"]["prvDeleteLead"][0]["team_rows_only"], true);
    let shared = it.read("table_names = [\"email\", \"task\"]");
    assert_eq!(shared["tables"]["email"]["read"], "business_unit", "{shared:#}");
    assert_eq!(shared["tables"]["email"], shared["tables"]["task"], "activities share their privileges");
}

#[test]
fn a_check_says_what_a_user_may_not_do() {
    let it = Fixture::new(Target::new());
    let workspace = Workspace::new(&it.target);
    let check = |right: &str| {
        format!(
            "{}check \"it\" {{\n  assert {{\n    \
             condition     = !can(data.dataverse_effective_privileges.it.tables.account.{right})\n    \
             error_message = \"It may {right} accounts.\"\n  }}\n}}\n",
            it.config("table_names = [\"account\"]")
        )
    };
    workspace.write("main.tf", &check("assign"));
    assert!(!workspace.apply().stdout.contains("Check block assertion failed"));
    workspace.write("main.tf", &check("delete"));
    workspace.apply().assert_says("It may delete accounts.");
}

#[test]
fn it_takes_few_requests_whatever_the_number_of_roles() {
    let it = Fixture::new(Target::emulator(Options::default()));
    let workspace = Workspace::new(&it.target);
    workspace.write("main.tf", &it.config(""));
    it.target.forget_requests();
    workspace.apply();
    let requests = it.target.request_count();
    assert!(requests <= 8, "{requests} requests: {:#}", it.target.requests());
}

#[test]
fn users_tables_and_privileges_that_are_not_there_are_named() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let config = |user: &str, filters: &str| {
        format!(
            "data \"dataverse_effective_privileges\" \"it\" {{\n  user_id = \"{user}\"\n  {filters}\n}}\n"
        )
    };
    let nobody = "99999999-9999-4999-8999-999999999999";
    refused_at(&workspace, &config("jo", ""), "\"jo\"", &["\"jo\" is not a GUID"]);
    refused_at(&workspace, &config(nobody, ""), &format!("\"{nobody}\""), &["no user with the id", nobody]);
    refused_at(
        &workspace,
        &config(nobody, "table_names = [\"acount\"]"),
        "[\"acount\"]",
        &["no table with the logical name \"acount\"", "Did you mean \"account\"?"],
    );
    refused_at(
        &workspace,
        &config(nobody, "privilege_names = [\"prvReadAcount\"]"),
        "[\"prvReadAcount\"]",
        &["no privilege named \"prvReadAcount\"", "Did you mean \"prvReadAccount\""],
    );
}
