//! Lists of roles, users and tables, with their filters.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::refusal::refused_at;
use acceptance_tests::service::{self, text};
use acceptance_tests::workspace::quoted;
use acceptance_tests::{Target, Workspace};
use serde_json::{Value, json};

fn config(source: &str, filters: &str) -> String {
    format!(
        "data \"dataverse_{source}\" \"it\" {{\n  {filters}\n}}\noutput \"it\" {{\n  value = data.dataverse_{source}.it\n}}\n"
    )
}

/// What a data source lists under `list`.
fn listed(target: &Target, source: &str, list: &str, filters: &str) -> Vec<Value> {
    let workspace = Workspace::new(target);
    workspace.write("main.tf", &config(source, filters));
    workspace.apply();
    workspace.assert_plan_is_empty();
    workspace.output("it")[list].as_array().expect("a list").clone()
}

fn names<'a>(rows: &'a [Value], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str().unwrap()).collect()
}

#[test]
fn roles_of_the_environment_and_of_a_unit() {
    let target = Target::new();
    let unit_name = target.name("unit");
    let unit = service::create_unit(&target, &unit_name);
    let (upper, lower) = (target.name("role A"), target.name("role b"));
    let role = service::create_role(&target, &lower, &service::root_unit(&target));
    let own = service::create_role(&target, &upper, &unit);
    let list = |filters: &str| listed(&target, "security_roles", "roles", filters);
    let all = list("");
    assert!(names(&all, "name").contains(&"System Administrator"), "{all:#?}");
    assert!(all.iter().all(|role| role["id"] == role["root_role_id"]), "originals only");
    // Names begin "Acceptance role".
    let found = list("name_prefix = \"ACCEPTANCE ROLE\"\n  is_managed = false");
    let mine: Vec<&str> = names(&found, "name");
    assert!(mine.contains(&upper.as_str()) && mine.contains(&lower.as_str()), "{found:#?}");
    assert!(list("is_managed = true").iter().all(|role| role["is_managed"] == true));

    let of_unit = list(&format!("business_unit_id = {}", quoted(&unit_name)));
    assert!(of_unit.iter().all(|role| role["business_unit_id"] == json!(unit)));
    let copy = of_unit.iter().find(|it| it["name"] == json!(lower)).expect("a copy of the root's role");
    assert_eq!(copy["root_role_id"], json!(role));
    assert_ne!(copy["id"], json!(role));
    assert!(names(&of_unit, "id").contains(&own.as_str()));
    for role in [role, own] {
        target.api().delete(&format!("roles({role})"));
    }
    target.api().patch(&format!("businessunits({unit})"), &json!({ "isdisabled": true }));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn people_and_applications_are_listed_apart_and_filtered() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    service::assign(&target, &user, &service::role_named(&target, "Salesperson"));
    let people = |filters: &str| listed(&target, "system_users", "users", filters);
    let applications = |filters: &str| listed(&target, "application_users", "users", filters);

    let all = people("");
    let found = all.iter().find(|it| it["id"] == json!(user)).expect("the person is listed");
    assert_eq!(found["entra_object_id"], json!(target.person(0)));
    assert_eq!(found["security_roles"], json!(["Salesperson"]));
    assert_eq!(names(&people("security_role = \"Salesperson\""), "id"), [user.as_str()]);
    let name = text(found, "full_name");
    let (start, middle) = (name[..3].to_uppercase(), &name[2..]);
    let named = people(&format!("name_prefix = {}\n  name_contains = {}", quoted(&start), quoted(middle)));
    assert!(names(&named, "id").contains(&user.as_str()) && named.len() < all.len(), "{named:#?}");
    let root = service::root_unit(&target);
    assert_eq!(people(&format!("business_unit_id = \"{root}\"")).len(), all.len());

    let who = text(&target.api().get("WhoAmI()"), "UserId").to_owned();
    let programs = applications("enabled = true");
    assert!(
        names(&programs, "id").contains(&who.as_str()) && !names(&programs, "id").contains(&user.as_str())
    );
    assert!(programs.iter().all(|it| it["application_id"].is_string()));
    target.api().patch(&format!("systemusers({user})"), &json!({ "isdisabled": true }));
    assert!(names(&people("enabled = false"), "id").contains(&user.as_str()));
    assert!(!names(&people("enabled = true"), "id").contains(&user.as_str()));
}

#[test]
fn tables_with_the_levels_that_they_allow() {
    let target = Target::new();
    let list = |filters: &str| listed(&target, "tables", "tables", filters);
    let found = list("logical_names = [\"Account\", \"userquery\"]");
    assert_eq!(names(&found, "logical_name"), ["account", "userquery"]);
    assert_eq!(found[1]["rights"]["read"], json!(["user"]));
    assert_eq!(found[0]["privileges"]["append_to"], "prvAppendToAccount");
    let owned = list("ownership = \"organizationowned\"\n  name_prefix = \"Sol\"");
    assert!(names(&owned, "logical_name").contains(&"solution"), "{owned:#?}");
    assert!(owned.iter().all(|it| text(it, "logical_name").starts_with("sol")));
    let all = list("");
    assert!(all.len() > 300 && all.iter().all(|it| it["logical_name"].is_string()), "{}", all.len());
}

#[test]
fn filters_that_name_nothing_are_refused() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    for source in ["system_users", "application_users"] {
        refused_at(
            &workspace,
            &config(source, "security_role = \"Basic Usr\""),
            "\"Basic Usr\"",
            &["no security role named \"Basic Usr\"", "Did you mean \"Basic User\"?"],
        );
    }
    for source in ["system_users", "application_users", "security_roles"] {
        refused_at(
            &workspace,
            &config(source, "business_unit_id = \"No such unit\""),
            "\"No such unit\"",
            &["no business unit named \"No such unit\""],
        );
    }
    refused_at(
        &workspace,
        &config("tables", "logical_names = [\"acount\"]"),
        "[\"acount\"]",
        &["no table with the logical name \"acount\"", "Did you mean \"account\"?"],
    );
}
