//! Column security profiles: their life, what stays unmanaged, and what is refused.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;

use acceptance_tests::in_both_models;
use acceptance_tests::lifecycle::{Case, drift, nothing};
use acceptance_tests::records;
use acceptance_tests::refusal::refused_at;
use acceptance_tests::service::{self, text};
use acceptance_tests::workspace::quoted;
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use serde_json::{Value, json};

in_both_models!(a_profile_from_nothing_to_nothing);

const ADDRESS: &str = "dataverse_column_security_profile.it";

fn config(body: &str) -> String {
    format!("resource \"dataverse_column_security_profile\" \"it\" {{\n{body}\n}}\n")
}

fn row(it: &Value) -> String {
    format!("fieldsecurityprofiles({})", text(it, "id"))
}

/// The permission rows of a profile, by `table.column`.
fn permission(target: &Target, it: &Value, column: &str) -> Value {
    let path = format!("{}/lk_fieldpermission_fieldsecurityprofileid", row(it));
    let found = target.api().rows(&path).into_iter();
    let mut found = found
        .filter(|row| format!("{}.{}", text(row, "entityname"), text(row, "attributelogicalname")) == column);
    found.next().unwrap_or_else(|| panic!("no permission for {column}"))
}

fn allow(target: &Target, it: &Value, column: &str, allowed: &Value) {
    let id = permission(target, it, column);
    target.api().patch(&format!("fieldpermissions({})", text(&id, "fieldpermissionid")), allowed);
}

fn create(target: &Target, name: &str) -> String {
    text(&target.api().post("fieldsecurityprofiles", &json!({ "name": name })), "fieldsecurityprofileid")
        .to_owned()
}

fn a_profile_from_nothing_to_nothing(target: &Target) {
    let (first, second) = (records::colleague(target, 0), records::colleague(target, 1));
    let team = records::create_team(target, "team");
    let (name, renamed) = (target.name("profile"), target.name("renamed profile"));
    let second_user = second.clone();
    Case {
        address: ADDRESS,
        config: config(&format!(
            "name = \"{name}\"\ndescription = \"Salaries\"\n\
             permissions = {{ \"contact.new_salary\" = {{ read = true, update = false }} }}\nusers = [\"{first}\"]\nteams = []"
        )),
        updated_config: config(&format!(
            "name = \"{renamed}\"\npermissions = {{\n\"Contact.new_salary\" = {{ read = true, update = true }}\n\
             \"account.new_creditrating\" = {{ create = true, read = true }}\n}}\n\
             users = [\"{}\", \"{second}\"]\nteams = [\"{team}\"]",
            first.to_uppercase()
        )),
        update_is: "update",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned(), text(it, "name").to_owned()]),
        remove_behind: Box::new(|target, it| target.api().delete(&row(it))),
        drift: vec![
            drift("renamed", "name", |target, it| {
                target.api().patch(&row(it), &json!({ "name": target.name("other profile") }));
            }),
            drift("described", "description", |target, it| {
                target.api().patch(&row(it), &json!({ "description": "By hand" }));
            }),
            drift("took a right", "permissions.Contact.new_salary.update", |target, it| {
                allow(target, it, "contact.new_salary", &json!({ "canupdate": 0 }));
            }),
            drift("gave a right", "permissions.Contact.new_salary.create", |target, it| {
                allow(target, it, "contact.new_salary", &json!({ "cancreate": 4 }));
            }),
            drift("added a column", "permissions.contact.new_bankaccount.read", |target, it| {
                let added = json!({
                    "fieldsecurityprofileid@odata.bind": format!("/{}", row(it)), "entityname": "contact",
                    "attributelogicalname": "new_bankaccount", "canread": 4,
                });
                target.api().post("fieldpermissions", &added);
            }),
            drift("took a user", &format!("users[{second}]"), move |target, it| {
                target.api().unlink(&format!("{}/systemuserprofiles_association", row(it)), &second_user);
            }),
            drift("took a team", &format!("teams[{team}]"), |target, it| {
                target.api().unlink(&format!("{}/teamprofiles_association", row(it)), &team);
            }),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(|target, it| target.api().exists(&row(it))),
    }
    .run(target);
}

#[test]
fn what_is_left_out_is_not_managed() {
    let target = Target::emulator(Options::default());
    let user = records::colleague(&target, 0);
    let workspace = Workspace::new(&target);
    let name = target.name("profile");
    workspace.write("main.tf", &config(&format!("name = \"{name}\"")));
    workspace.apply();
    let it = workspace.attributes(ADDRESS);
    target
        .api()
        .link(&format!("{}/systemuserprofiles_association", row(&it)), &format!("systemusers({user})"));
    let added = json!({
        "fieldsecurityprofileid@odata.bind": format!("/{}", row(&it)), "entityname": "contact",
        "attributelogicalname": "new_salary", "canread": 4,
    });
    target.api().post("fieldpermissions", &added);
    workspace.assert_plan_is_empty();
    workspace.write(
        "main.tf",
        &config(&format!("name = \"{name}\"\ndescription = \"x\"\nusers = []\npermissions = {{}}")),
    );
    workspace.apply();
    workspace.assert_plan_is_empty();
    let left = |path: &str| target.api().rows(&format!("{}/{path}", row(&it))).len();
    assert_eq!(left("systemuserprofiles_association") + left("lk_fieldpermission_fieldsecurityprofileid"), 0);
    workspace.destroy();
}

#[test]
fn a_profile_is_created_and_changed_with_one_request_each() {
    let target = Target::emulator(Options::default());
    let users: Vec<String> = (0..3).map(|index| quoted(&records::colleague(&target, index))).collect();
    let workspace = Workspace::new(&target);
    let name = target.name("profile");
    let with = |users: &[String], right: &str| {
        config(&format!(
            "name = \"{name}\"\nusers = [{}]\npermissions = {{ \"contact.new_salary\" = {{ {right} = true }} }}",
            users.join(", ")
        ))
    };
    for (users, right) in [(&users[..2], "read"), (&users[1..], "update")] {
        workspace.write("main.tf", &with(users, right));
        target.forget_requests();
        workspace.apply();
        let counted = target.requests();
        let writes: u64 = counted["tables"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, table)| table["write"].as_u64())
            .sum();
        assert!(counted["batch"].as_u64().unwrap() >= 1 && writes >= 2, "{counted:#}");
        workspace.assert_plan_is_empty();
    }
    workspace.destroy();
}

#[test]
fn an_import_of_a_name_that_is_used_twice_lists_the_ids() {
    let target = Target::emulator(Options::default());
    let name = target.name("twice");
    let ids: BTreeSet<String> = (0..2).map(|_| create(&target, &name)).collect();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &config(&format!("name = \"{name}\"")));
    let import = |id: &str| {
        let run = workspace.run(&["import", "-input=false", "-no-color", ADDRESS, id]);
        assert!(!run.succeeded(), "{run}");
        run.to_string().split_whitespace().map(|word| word.trim_matches('│')).collect::<Vec<_>>().join(" ")
    };
    let said = import(&name);
    assert!(
        said.contains("Several column security profiles") && ids.iter().all(|id| said.contains(id)),
        "{said}"
    );
    assert!(import("System Administrator").contains("is built in"));
    assert!(import("No such profile").contains("no column security profile named"));
    let plan = workspace.plan();
    assert!(plan.shown().contains("A second profile of that name"), "{}", plan.shown());
}

#[test]
fn columns_users_and_teams_that_cannot_be_are_refused() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    let nobody = "99999999-9999-4999-8999-999999999999";
    let at = |body: &str, marked: &str, parts: &[&str]| {
        refused_at(&workspace, &config(&format!("name = \"x\"\n{body}")), marked, parts);
    };
    let column = |key: &str, rights: &str, parts: &[&str]| {
        let line = format!("\"{key}\" = {{ {rights} }}");
        let body = format!("name = \"x\"\npermissions = {{\n{line}\n}}");
        let error = acceptance_tests::refusal::refused(&workspace, &config(&body), parts);
        assert_eq!(error.line(), line, "{error:#?}");
    };
    column(
        "contact.new_salry",
        "read = true",
        &["no column with the logical name \"new_salry\"", "Did you mean \"new_salary\"?"],
    );
    column(
        "contakt.new_salary",
        "read = true",
        &["no table with the logical name", "Did you mean \"contact\""],
    );
    column("contact.description", "read = true", &["is not secured", "new_bankaccount, new_salary"]);
    column("contact", "read = true", &["is not a column of a table", "<table>.<column>"]);
    column(
        "contact.new_salary",
        "write = true",
        &["\"write\" is not a right on a column", "read, create and update"],
    );
    at("users = [\"jo\"]", "[\"jo\"]", &["\"jo\" is not a GUID"]);
    at("teams = [\"jo\"]", "[\"jo\"]", &["\"jo\" is not a GUID"]);
    at(&format!("users = [\"{nobody}\"]"), &format!("[\"{nobody}\"]"), &["no user with the id", nobody]);
    at(&format!("teams = [\"{nobody}\"]"), &format!("[\"{nobody}\"]"), &["no team with the id", nobody]);
    let long = "x".repeat(101);
    refused_at(
        &workspace,
        &config(&format!("name = \"{long}\"")),
        &quoted(&long),
        &["has 101 characters; at most 100"],
    );
    refused_at(&workspace, &config("name = \" x\""), "\" x\"", &["starts or ends with a blank"]);
    at(&format!("description = \"{}\"", "x".repeat(2001)), &quoted(&"x".repeat(2001)), &["2001 characters"]);
    let access = json!({
        "name": target.name("access team"), "teamtype": 1,
        "businessunitid@odata.bind": format!("/businessunits({})", service::root_unit(&target)),
    });
    let access = text(&target.api().post("teams", &access), "teamid").to_owned();
    at(&format!("teams = [\"{access}\"]"), &format!("[\"{access}\"]"), &["is an access team"]);
}
