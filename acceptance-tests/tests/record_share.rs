//! Rows shared with users and teams: the life of a share, personal views, many shares, and what is refused.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::in_both_models;
use acceptance_tests::lifecycle::{Act, Case, drift, nothing};
use acceptance_tests::records::{self, Party};
use acceptance_tests::refusal::{refused, refused_at};
use acceptance_tests::service::{self, text};
use acceptance_tests::workspace::quoted;
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use serde_json::Value;

in_both_models!(
    a_row_shared_with_a_user,
    a_row_shared_with_a_team,
    a_personal_view_is_shared_on_behalf_of_its_owner
);

const ADDRESS: &str = "dataverse_record_share.it";

fn config(table: &str, row: &str, principal: &str, rights: &str) -> String {
    format!(
        "resource \"dataverse_record_share\" \"it\" {{\n  table = \"{table}\"\n  record_id = \"{row}\"\n  {principal}\n  \
         access_rights = [{rights}]\n}}\n"
    )
}

fn imports<'a>() -> Act<'a, Vec<String>> {
    Box::new(|_, it| {
        let id = text(it, "id").to_owned();
        match it["acting_as"].as_str() {
            Some(owner) => vec![format!("{id}/{owner}")],
            None => vec![id.clone(), id.replace("account/", "Account/")],
        }
    })
}

/// What the row of the state is shared for with whom the state names, as the service says it.
fn shared(target: &Target, it: &Value) -> Option<String> {
    let owner = it["acting_as"].as_str();
    records::shares(target, &row(it), owner).remove(text(it, "principal_id"))
}

fn row(it: &Value) -> String {
    let set = if text(it, "table").eq_ignore_ascii_case("account") { "accounts" } else { "userqueries" };
    format!("{set}({})", text(it, "record_id"))
}

fn party(it: &Value) -> Party<'_> {
    match it["user_id"].as_str() {
        Some(user) => Party::User(user),
        None => Party::Team(text(it, "team_id")),
    }
}

fn case<'a>(config: String, updated_config: String) -> Case<'a> {
    Case {
        address: ADDRESS,
        config,
        updated_config,
        update_is: "update",
        import_ids: imports(),
        remove_behind: Box::new(|target, it| {
            records::revoke(target, &row(it), party(it), it["acting_as"].as_str());
        }),
        drift: vec![
            drift("took a right", "access_rights[append_to]", |target, it| {
                records::modify(target, &row(it), party(it), "ReadAccess", it["acting_as"].as_str());
            }),
            drift("gave a right", "access_rights[write]", |target, it| {
                let rights = "ReadAccess, AppendToAccess, WriteAccess";
                records::modify(target, &row(it), party(it), rights, it["acting_as"].as_str());
            }),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(|target, it| {
            target
                .api()
                .exists(&format!("systemusers({})", target.api().get("WhoAmI()")["UserId"].as_str().unwrap()))
                && shared(target, it).is_some()
        }),
    }
}

fn a_row_shared_with_a_user(target: &Target) {
    let user = records::colleague(target, 0);
    let account = records::create_account(target);
    let with = format!("user_id = \"{user}\"");
    case(
        config("account", &account, &with, "\"read\", \"write\""),
        config("Account", &account.to_uppercase(), &with, "\"READ\", \"append_to\""),
    )
    .run(target);
    target.api().delete(&format!("accounts({account})"));
}

fn a_row_shared_with_a_team(target: &Target) {
    let team = records::create_team(target, "team");
    let account = records::create_account(target);
    let with = format!("team_id = \"{team}\"");
    case(
        config("account", &account, &with, "\"read\""),
        config("account", &account, &with, "\"read\", \"append_to\""),
    )
    .run(target);
    target.api().delete(&format!("accounts({account})"));
    target.api().delete(&format!("teams({team})"));
}

fn a_personal_view_is_shared_on_behalf_of_its_owner(target: &Target) {
    let (owner, user) = (records::colleague(target, 0), records::colleague(target, 1));
    let view = records::create_view(target, &target.name("view"), &target.person(0));
    let with = |owner: &str| format!("user_id = \"{user}\"\n  acting_as = \"{owner}\"");
    // The owner may be named by user id or by Entra object id.
    let by_entra = with(&target.person(0));
    Case {
        drift: vec![drift("gave a right", "access_rights[write]", |target, it| {
            let rights = "ReadAccess, AppendToAccess, WriteAccess";
            records::modify(target, &row(it), party(it), rights, it["acting_as"].as_str());
        })],
        ..case(
            config("userquery", &view, &by_entra, "\"read\""),
            config("userquery", &view, &by_entra, "\"read\", \"append_to\""),
        )
    }
    .run(target);
    let workspace = Workspace::new(target);
    workspace.write("main.tf", &config("userquery", &view, &with(&owner), "\"read\", \"write\""));
    workspace.apply();
    workspace.write("main.tf", &config("userquery", &view, &by_entra, "\"read\", \"write\""));
    workspace.apply();
    workspace.assert_plan_is_empty();
    workspace.destroy();
    let lonely = format!("user_id = \"{user}\"");
    refused_at(&workspace, &config("userquery", &view, &lonely, "\"read\""), &quoted(&view), &[]);
}

#[test]
fn a_share_of_a_row_that_is_gone_leaves_the_state() {
    let target = Target::new();
    let (user, account) = (records::colleague(&target, 0), records::create_account(&target));
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &config("account", &account, &format!("user_id = \"{user}\""), "\"read\""));
    workspace.apply();
    target.api().delete(&format!("accounts({account})"));
    workspace.run(&["apply", "-refresh-only", "-input=false", "-no-color", "-auto-approve"]).ok();
    assert!(workspace.addresses().is_empty());
    refused_at(
        &workspace,
        &config("account", &account, &format!("user_id = \"{user}\""), "\"read\""),
        &quoted(&account),
        &["\"account\" has no row with the id", &account],
    );
}

#[test]
fn two_hundred_shares_are_read_with_few_requests() {
    let target = Target::emulator(Options::default());
    let user = records::colleague(&target, 0);
    let accounts: Vec<String> = (0..200).map(|_| quoted(&records::create_account(&target))).collect();
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            "resource \"dataverse_record_share\" \"it\" {{\n  for_each = toset([{}])\n  table = \"account\"\n  \
             record_id = each.value\n  user_id = \"{user}\"\n  access_rights = [\"read\"]\n}}\n",
            accounts.join(", ")
        ),
    );
    workspace.apply();
    assert_eq!(workspace.addresses().len(), 200);
    target.forget_requests();
    // What counts is what comes together, which is ten by default.
    let plan = ["plan", "-input=false", "-no-color", "-detailed-exitcode", "-parallelism=10"];
    workspace.run(&plan).ok();
    let requests = target.request_count();
    // Terraform reads ten at a time, and those that come together share a request.
    assert!(requests <= 120, "{requests} requests: {:#}", target.requests());
}

#[test]
fn a_share_with_somebody_who_has_no_privilege_is_warned_about() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(2));
    let account = records::create_account(&target);
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &config("account", &account, &format!("user_id = \"{user}\""), "\"read\""));
    let plan = workspace.plan();
    assert!(
        plan.shown().contains("A share without effect") && plan.shown().contains("prvReadAccount"),
        "{}",
        plan.shown()
    );
    target.api().delete(&format!("accounts({account})"));
}

#[test]
fn shares_that_cannot_be_are_refused() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let (user, account) = (records::colleague(&target, 0), records::create_account(&target));
    let with = format!("user_id = \"{user}\"");
    let nobody = "99999999-9999-4999-8999-999999999999";
    let at = |table: &str, row: &str, principal: &str, rights: &str, marked: &str, parts: &[&str]| {
        refused_at(&workspace, &config(table, row, principal, rights), marked, parts);
    };
    let read = "\"read\"";
    at(
        "acount",
        &account,
        &with,
        read,
        "\"acount\"",
        &["no table with the logical name", "Did you mean \"account\"?"],
    );
    at("organization", &account, &with, read, "\"organization\"", &["cannot be shared"]);
    at("account", "x", &with, read, "\"x\"", &["\"x\" is not a GUID"]);
    at("account", nobody, &with, read, &quoted(nobody), &["has no row with the id", nobody]);
    at("account", &account, "user_id = \"jo\"", read, "\"jo\"", &["\"jo\" is not a GUID"]);
    at("account", &account, "team_id = \"jo\"", read, "\"jo\"", &["\"jo\" is not a GUID"]);
    at(
        "account",
        &account,
        &format!("user_id = \"{nobody}\""),
        read,
        &quoted(nobody),
        &["no user with the id"],
    );
    at(
        "account",
        &account,
        &format!("team_id = \"{nobody}\""),
        read,
        &quoted(nobody),
        &["no team with the id"],
    );
    at("account", &account, "", read, "\"account\"", &["Whose access?"]);
    let both = format!("{with}\n  team_id = \"{nobody}\"");
    at("account", &account, &both, read, &quoted(nobody), &["either user_id or team_id"]);
    at("account", &account, &with, "", "[]", &["A share without rights is none"]);
    at(
        "account",
        &account,
        &with,
        "\"raed\"",
        "[\"raed\"]",
        &["\"raed\" is not a right", "Did you mean \"read\"?"],
    );
    at("account", &account, &with, "\"create\"", "[\"create\"]", &["Remove \"create\""]);
    let acting = format!("{with}\n  acting_as = \"jo\"");
    at("account", &account, &acting, read, "\"jo\"", &["\"jo\" is not a GUID"]);
    let acting = format!("{with}\n  acting_as = \"{nobody}\"");
    at("account", &account, &acting, read, &quoted(nobody), &["no user whose id or Entra object id is"]);
    let owner = text(&target.api().get("WhoAmI()"), "UserId").to_owned();
    at("account", &account, &format!("user_id = \"{owner}\""), read, &quoted(&owner), &["owns the row"]);

    records::grant(&target, &format!("accounts({account})"), Party::User(&user), "WriteAccess", None);
    let import = format!("account/{account}/{user}");
    at(
        "account",
        &account,
        &with,
        read,
        &quoted(&account),
        &["shared with", "already, with the rights write", &import],
    );
    let twice = config("account", &account, &with, read);
    let second = twice.replace("\"it\"", "\"second\"");
    workspace.write("main.tf", &(twice + &second));
    let errors = workspace.expect_plan_error();
    assert!(
        errors.iter().any(|it| it.text().contains("Another resource of this configuration manages")),
        "{errors:#?}"
    );
    refused(
        &workspace,
        &config("account", &account, &with, read).replace("table", "id = \"x\"\n  table"),
        &["sets \"id\""],
    );
    target.api().delete(&format!("accounts({account})"));
}
