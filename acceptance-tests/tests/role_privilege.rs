//! One privilege added to a role: its life, its neighbours, and what is refused.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;

use acceptance_tests::in_both_models;
use acceptance_tests::lifecycle::{Act, Case, drift, nothing};
use acceptance_tests::refusal::refused_at;
use acceptance_tests::service::{self, DEFAULT_PRIVILEGES, text};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;
use serde_json::Value;

in_both_models!(a_privilege_named_by_table_and_right, a_privilege_that_belongs_to_no_table);

const ADDRESS: &str = "dataverse_role_privilege.it";

fn role(target: &Target) -> String {
    format!("resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n}}\n", target.name("role"))
}

fn config(target: &Target, body: &str) -> String {
    format!(
        "{}resource \"dataverse_role_privilege\" \"it\" {{\n  role_id = dataverse_security_role.it.id\n  {body}\n}}\n",
        role(target)
    )
}

fn role_of(it: &Value) -> &str {
    text(it, "id").split_once('/').expect("two ids").0
}

fn level<'a>(privilege: &'a str) -> impl Fn(&Target, &Value) -> Option<String> + 'a {
    move |target, it| {
        let role = role_of(it);
        target
            .api()
            .exists(&format!("roles({role})"))
            .then(|| service::privileges(target, role))?
            .remove(privilege)
    }
}

fn imports<'a>() -> Act<'a, Vec<String>> {
    Box::new(|target, it| {
        let role = role_of(it);
        let name = target.api().get(&format!("roles({role})?$select=name"));
        let privilege = text(it, "privilege");
        vec![
            format!("{role}/{privilege}"),
            format!("{}/{}", text(&name, "name"), privilege.to_uppercase()),
            text(it, "id").to_owned(),
        ]
    })
}

fn a_privilege_named_by_table_and_right(target: &Target) {
    Case {
        address: ADDRESS,
        config: config(target, "table = \"account\"\nright = \"append_to\"\nlevel = \"Local\""),
        updated_config: config(
            target,
            "table = \"Account\"\nright = \"append_to\"\nlevel = \"ORGANIZATION\"",
        ),
        update_is: "update",
        import_ids: imports(),
        remove_behind: Box::new(|target, it| service::revoke(target, role_of(it), "prvAppendToAccount")),
        drift: vec![
            drift("made shallower", "level", |target, it| {
                service::grant(target, role_of(it), "prvAppendToAccount", "Basic");
            }),
            drift("made shallower by one", "level", |target, it| {
                service::grant(target, role_of(it), "prvAppendToAccount", "Deep");
            }),
        ],
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(|target, it| level("prvAppendToAccount")(target, it).is_some()),
    }
    .run(target);
}

fn a_privilege_that_belongs_to_no_table(target: &Target) {
    let privilege = |name: &str| config(target, &format!("privilege = \"{name}\"\nlevel = \"organization\""));
    Case {
        address: ADDRESS,
        config: privilege("prvExportToExcel"),
        updated_config: privilege("prvBulkEdit"),
        update_is: "delete,create",
        import_ids: imports(),
        remove_behind: Box::new(|target, it| service::revoke(target, role_of(it), text(it, "privilege"))),
        drift: Vec::new(),
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(|target, it| level(text(it, "privilege"))(target, it).is_some()),
    }
    .run(target);
}

#[test]
fn one_privilege_in_other_words_is_no_change() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    for body in [
        "table = \"email\"\nright = \"read\"\nlevel = \"user\"",
        "table = \"task\"\nright = \"READ\"\nlevel = \"basic\"",
        "privilege = \"PRVREADACTIVITY\"\nlevel = \"Basic\"",
        "privilege = \"prvReadActivity\"\ntable = \"letter\"\nright = \"read\"\nlevel = \"user\"",
        "privilege = \"prvReadActivity\"\nlevel = \"user\"",
        "table = \"activitypointer\"\nright = \"read\"\nlevel = \"user\"",
    ] {
        workspace.write("main.tf", &config(&target, body));
        if workspace.addresses().is_empty() {
            workspace.apply();
        }
        workspace.assert_plan_is_empty();
    }
    assert_eq!(text(&workspace.attributes(ADDRESS), "privilege"), "prvReadActivity");
    workspace.destroy();
}

#[test]
fn the_neighbours_of_an_added_privilege_stay_and_none_comes_uninvited() {
    let target = Target::new();
    let name = target.name("role");
    let role = service::create_role(&target, &name, &service::root_unit(&target));
    service::revoke(&target, &role, "prvReadSharePointData");
    service::grant(&target, &role, "prvReadContact", "Global");
    let before: BTreeSet<String> = service::privileges(&target, &role).into_keys().collect();
    let workspace = Workspace::new(&target);
    let block = |label: &str, privilege: &str, level: &str| {
        format!(
            "resource \"dataverse_role_privilege\" \"{label}\" {{\n  role_id = \"{name}\"\n  privilege = \"{privilege}\"\n  \
             level = \"{level}\"\n}}\n"
        )
    };
    let two = block("a", "prvReadAccount", "user") + &block("b", "prvWriteAccount", "user");
    // One of the nine that every new role has is taken over at the level asked for.
    workspace.write("main.tf", &(two.clone() + &block("c", "prvReadPluginType", "Global")));
    workspace.apply();
    workspace.assert_plan_is_empty();
    let mut expected = before.clone();
    expected.extend(["prvReadAccount", "prvWriteAccount"].map(str::to_owned));
    let held = || -> BTreeSet<String> { service::privileges(&target, &role).into_keys().collect() };
    assert_eq!(held(), expected);
    workspace.write("main.tf", &two);
    workspace.apply();
    expected.remove("prvReadPluginType");
    assert_eq!(held(), expected, "a destroy takes away what every new role has, too");
    workspace.destroy();
    assert_eq!(held().len(), before.len() - 1);
    assert!(DEFAULT_PRIVILEGES.contains(&"prvReadPluginType"));
    target.api().delete(&format!("roles({role})"));
}

#[test]
fn a_replaced_role_gets_the_privilege_anew() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let (unit, body) = (target.name("unit"), "table = \"account\"\nright = \"read\"\nlevel = \"user\"");
    let unit_id = service::create_unit(&target, &unit);
    let named = format!("role_id = dataverse_security_role.it.name\n  {body}");
    let config = |role: &str| {
        format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  {role}\n}}\n\
             resource \"dataverse_role_privilege\" \"it\" {{\n  {named}\n}}\n"
        )
    };
    let name = target.name("role");
    workspace.write("main.tf", &config(&format!("name = \"{name}\"")));
    workspace.apply();
    workspace.write("main.tf", &config(&format!("name = \"{name} renamed\"")));
    workspace.plan().assert_actions(&[("dataverse_security_role.it", "update"), (ADDRESS, "update")]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let moved = format!("name = \"{name} renamed\"\n  business_unit_id = \"{unit}\"");
    workspace.write("main.tf", &config(&moved));
    workspace
        .plan()
        .assert_actions(&[("dataverse_security_role.it", "delete,create"), (ADDRESS, "delete,create")]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    workspace.destroy();
    target.api().patch(&format!("businessunits({unit_id})"), &serde_json::json!({ "isdisabled": true }));
    target.api().delete(&format!("businessunits({unit_id})"));
}

#[test]
fn a_refresh_of_three_hundred_roles_takes_few_requests() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    let name = target.name("role");
    let table = "table = \"account\"\n  right = \"read\"\n  level = \"user\"";
    workspace.write(
        "main.tf",
        &format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  count = 300\n  name = \"{name} ${{count.index}}\"\n}}\n\
             resource \"dataverse_role_privilege\" \"it\" {{\n  count = 300\n  \
             role_id = dataverse_security_role.it[count.index].id\n  {table}\n}}\n"
        ),
    );
    workspace.apply();
    target.forget_requests();
    // What counts is what comes together, which is ten by default.
    let plan = ["plan", "-input=false", "-no-color", "-detailed-exitcode", "-parallelism=10"];
    workspace.run(&plan).ok();
    let requests = target.request_count();
    assert!(requests <= 20, "{requests} requests: {:#}", target.requests());
}

#[test]
fn what_cannot_be_given_is_refused() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let keeper = target.name("keeper");
    workspace.write(
        "keeper.tf",
        &format!("resource \"dataverse_security_role\" \"keeper\" {{\n  name = \"{keeper}\"\n}}\n"),
    );
    workspace.apply();
    let on = |role: &str, body: &str| {
        format!("resource \"dataverse_role_privilege\" \"it\" {{\n  role_id = \"{role}\"\n  {body}\n}}\n")
    };
    let refuses = |body: &str, marked: &str, parts: &[&str]| {
        refused_at(&workspace, &on(&keeper, body), marked, parts);
    };
    let user = "level = \"user\"";
    refuses(
        &format!("privilege = \"prvExportToExcell\"\n  {user}"),
        "\"prvExportToExcell\"",
        &["no privilege named \"prvExportToExcell\"", "Did you mean \"prvExportToExcel\"?"],
    );
    refuses(
        &format!("table = \"acount\"\n  right = \"read\"\n  {user}"),
        "\"acount\"",
        &["no table with the logical name \"acount\"", "Did you mean \"account\"?"],
    );
    refuses(
        &format!("table = \"account\"\n  right = \"raed\"\n  {user}"),
        "\"raed\"",
        &["\"raed\" is not a right", "Did you mean \"read\"?"],
    );
    refuses(
        &format!("table = \"organization\"\n  right = \"create\"\n  {user}"),
        "\"create\"",
        &["\"organization\" has no privilege for \"create\"", "It has"],
    );
    refuses(
        "privilege = \"prvBulkEdit\"\n  level = \"user\"",
        "\"user\"",
        &["prvBulkEdit cannot be given at the level \"user\"", "It allows organization."],
    );
    refuses(
        "privilege = \"prvBulkEdit\"\n  level = \"organisation\"",
        "\"organisation\"",
        &["\"organisation\" is not an access level", "Did you mean \"organization\"?"],
    );
    refuses(
        &format!("privilege = \"prvReadAccount\"\n  table = \"contact\"\n  right = \"read\"\n  {user}"),
        "\"prvReadAccount\"",
        &["privilege names prvReadAccount, but table and right name prvReadContact"],
    );
    refuses(
        &format!("privilege = \"prvReadAccount\"\n  right = \"read\"\n  {user}"),
        "\"read\"",
        &["On which table?"],
    );
    refuses(&format!("table = \"account\"\n  {user}"), "\"account\"", &["Which right on the table?"]);
    refuses(&format!("right = \"read\"\n  {user}"), "\"read\"", &["On which table?"]);
    refuses(user, &format!("\"{keeper}\""), &["Which privilege?"]);
    refuses(
        &format!("id = \"x\"\n  privilege = \"prvReadAccount\"\n  {user}"),
        "\"x\"",
        &["sets \"id\" by itself"],
    );
    let reads = format!("privilege = \"prvReadAccount\"\n  {user}");
    refused_at(
        &workspace,
        &on("System Administrator", &reads),
        "\"System Administrator\"",
        &["System Administrator role", "does not let anybody change"],
    );
    refused_at(
        &workspace,
        &on("Basic Usr", &reads),
        "\"Basic Usr\"",
        &["no security role named \"Basic Usr\"", "Did you mean \"Basic User\"?"],
    );
    let keeper_id = service::role_named(&target, &keeper);
    service::grant(&target, &keeper_id, "prvReadAccount", "Deep");
    refuses(
        &reads,
        "\"prvReadAccount\"",
        &[
            "holds the privilege prvReadAccount already",
            "parent_child_business_unit",
            "Import it",
            &keeper_id,
        ],
    );
    refuses(
        &format!("table = \"account\"\n  right = \"read\"\n  {user}"),
        "\"read\"",
        &["holds the privilege prvReadAccount already"],
    );
    workspace.write("main.tf", "");
    workspace.destroy();
}

#[test]
fn two_resources_for_the_same_privilege_clash() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let keeper = target.name("keeper");
    let role = service::create_role(&target, &keeper, &service::root_unit(&target));
    let one = |label: &str, body: &str| {
        format!(
            "resource \"dataverse_role_privilege\" \"{label}\" {{\n  role_id = \"{keeper}\"\n  {body}\n  level = \"user\"\n}}\n"
        )
    };
    let first = one("a", "privilege = \"prvReadAccount\"");
    workspace.write("main.tf", &(first.clone() + &one("b", "table = \"account\"\n  right = \"read\"")));
    let errors = workspace.expect_plan_error();
    assert!(errors.iter().any(|it| it.text().contains("adds the same to the privileges of")), "{errors:#?}");
    let all = format!(
        "resource \"dataverse_role_privileges\" \"all\" {{\n  role_id = \"{role}\"\n  \
         tables = {{ contact = {{ read = \"user\" }} }}\n}}\n"
    );
    workspace.write("main.tf", &(first + &all));
    let errors = workspace.expect_plan_error();
    let said = errors.iter().any(|it| it.text().contains("would undo the other's work"));
    assert!(said, "{errors:#?}");
    target.api().delete(&format!("roles({role})"));
}

#[test]
fn an_inherited_copy_is_no_target() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let original = service::role_named(&target, "Basic User");
    let filter =
        format!("_parentrootroleid_value%20eq%20{original}%20and%20_businessunitid_value%20eq%20{unit}");
    let copies = target.api().rows(&format!("roles?$select=roleid&$filter={filter}"));
    let copy = text(&copies[0], "roleid");
    refused_at(
        &Workspace::new(&target),
        &format!(
            "resource \"dataverse_role_privilege\" \"it\" {{\n  role_id = \"{copy}\"\n  privilege = \"prvBulkEdit\"\n  \
             level = \"organization\"\n}}\n"
        ),
        &format!("\"{copy}\""),
        &["is the copy of the role \"Basic User\"", &original],
    );
    target.api().patch(&format!("businessunits({unit})"), &serde_json::json!({ "isdisabled": true }));
    target.api().delete(&format!("businessunits({unit})"));
}
