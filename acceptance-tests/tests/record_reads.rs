//! What the data sources tell about single rows: personal views, and who has access from where.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::records::{self, Party};
use acceptance_tests::refusal::refused_at;
use acceptance_tests::service::{self, text};
use acceptance_tests::workspace::quoted;
use acceptance_tests::{Target, Workspace};
use serde_json::json;

const NOBODY: &str = "99999999-9999-4999-8999-999999999999";

fn view(body: &str) -> String {
    format!(
        "data \"dataverse_personal_view\" \"it\" {{\n  {body}\n}}\noutput \"it\" {{\n  \
         value = data.dataverse_personal_view.it\n}}\n"
    )
}

fn access(body: &str) -> String {
    format!(
        "data \"dataverse_record_access\" \"it\" {{\n  {body}\n}}\noutput \"it\" {{\n  \
         value = data.dataverse_record_access.it\n}}\n"
    )
}

#[test]
fn a_personal_view_is_found_by_its_owner_and_its_name_or_id() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let (owner, entra) = (records::colleague(&target, 0), target.person(0));
    let other = records::colleague(&target, 1);
    let name = target.name("view");
    let id = records::create_view(&target, &name, &entra);
    for body in [
        format!("owner_id = \"{owner}\"\n  name = {}", quoted(&name)),
        format!("owner_id = \"{entra}\"\n  name = {}", quoted(&name.to_uppercase())),
        format!("owner_id = \"{entra}\"\n  id = \"{id}\"\n  table = \"Account\""),
    ] {
        workspace.write("main.tf", &view(&body));
        workspace.apply();
        workspace.assert_plan_is_empty();
        let found = workspace.output("it");
        assert_eq!(found["id"], id);
        assert!(text(&found, "fetch_xml").contains("<entity name=\"account\""), "{found:#}");
    }
    let by = |owner: &str, more: &str| view(&format!("owner_id = \"{owner}\"\n  {more}"));
    let named = format!("name = {}", quoted(&name));
    let missing = "has no personal view";
    refused_at(&workspace, &by(&other, &named), &quoted(&name), &[missing, &name]);
    let elsewhere = format!("{named}\n  table = \"contact\"");
    refused_at(&workspace, &by(&owner, &elsewhere), &quoted(&name), &[missing, "of the table \"contact\""]);
    refused_at(&workspace, &by(&owner, &format!("id = \"{NOBODY}\"")), &quoted(NOBODY), &[missing]);
    refused_at(&workspace, &by(NOBODY, &named), &quoted(NOBODY), &["no user whose id or Entra object id is"]);
    refused_at(&workspace, &by("jo", &named), "\"jo\"", &["\"jo\" is not a GUID"]);
    refused_at(&workspace, &by(&owner, "id = \"x\""), "\"x\"", &["\"x\" is not a GUID"]);
    refused_at(&workspace, &by(&owner, ""), &quoted(&owner), &["Which view?"]);
    let second = records::create_view(&target, &name, &entra);
    refused_at(
        &workspace,
        &by(&owner, &named),
        &quoted(&name),
        &["has 2 personal views named", &id, &second],
    );
}

#[test]
fn access_to_a_row_is_told_with_its_origin() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let user = records::colleague(&target, 0);
    let account = records::create_account(&target);
    let row =
        |principal: &str| access(&format!("table = \"Account\"\n  record_id = \"{account}\"\n  {principal}"));
    let rights = |principal: &str| {
        workspace.write("main.tf", &row(principal));
        workspace.apply();
        workspace.assert_plan_is_empty();
        workspace.output("it")
    };
    let with = format!("user_id = \"{user}\"");
    assert_eq!(rights(&with)["access_rights"], json!([]), "Basic User reads own accounts only");
    records::grant(
        &target,
        &format!("accounts({account})"),
        Party::User(&user),
        "ReadAccess, WriteAccess",
        None,
    );
    let found = rights(&with);
    assert_eq!(found["access_rights"], json!(["read", "write"]));
    assert!(!text(&found, "origin").is_empty());
    let owner = text(&target.api().get("WhoAmI()"), "UserId").to_owned();
    let found = rights(&format!("user_id = \"{owner}\""));
    assert!(found["access_rights"].as_array().unwrap().contains(&json!("delete")), "{found:#}");
    assert!(text(&found, "origin").contains("owner"), "{found:#}");
    let team = records::create_team(&target, "team");
    assert_eq!(rights(&format!("team_id = \"{team}\""))["access_rights"], json!([]));

    let view = records::create_view(&target, &target.name("view"), &target.person(0));
    let personal = format!("table = \"userquery\"\n  record_id = \"{view}\"\n  {with}");
    workspace.write("main.tf", &access(&format!("{personal}\n  acting_as = \"{user}\"")));
    workspace.apply();
    let found = workspace.output("it");
    assert!(found["access_rights"].as_array().unwrap().contains(&json!("write")), "{found:#}");
    refused_at(&workspace, &access(&personal), &quoted(&view), &[]);
    target.api().delete(&format!("accounts({account})"));
}

#[test]
fn questions_about_what_is_not_there_are_refused() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let user = service::sign_in(&target, &target.person(0));
    let at = |table: &str, row: &str, principal: &str, marked: &str, parts: &[&str]| {
        let body = format!("table = \"{table}\"\n  record_id = \"{row}\"\n  {principal}");
        refused_at(&workspace, &access(&body), marked, parts);
    };
    let with = format!("user_id = \"{user}\"");
    at(
        "acount",
        NOBODY,
        &with,
        "\"acount\"",
        &["no table with the logical name", "Did you mean \"account\"?"],
    );
    at("account", NOBODY, &with, &quoted(NOBODY), &["\"account\" has no row with the id"]);
    at("account", "x", &with, "\"x\"", &["\"x\" is not a GUID"]);
    at(
        "account",
        &user,
        &format!("team_id = \"{NOBODY}\""),
        &quoted(NOBODY),
        &["no user or team with the id"],
    );
    at(
        "account",
        &user,
        &format!("user_id = \"{NOBODY}\""),
        &quoted(NOBODY),
        &["no user or team with the id"],
    );
    at("account", NOBODY, "", "\"account\"", &["Whose access?"]);
    let acting = format!("{with}\n  acting_as = \"{NOBODY}\"");
    at("account", &user, &acting, &quoted(NOBODY), &["no user whose id or Entra object id is"]);
}
