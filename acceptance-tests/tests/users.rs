//! What is particular about users: moves between business units, ways to destroy, deleted rows in the way.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

const ADDRESS: &str = "dataverse_application_user.it";

fn user(target: &Target, body: &str) -> String {
    format!(
        "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  {body}\n}}\n",
        target.application(0)
    )
}

#[test]
fn a_user_that_moves_keeps_its_managed_roles_in_the_copies_of_the_new_unit() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &user(&target, "security_roles = [\"Basic User\"]"));
    workspace.apply();
    let id = text(&workspace.attributes(ADDRESS), "id").to_owned();

    let moved =
        format!("security_roles = [\"Basic User\"]\n  business_unit_id = \"{}\"", target.name("unit"));
    workspace.write("main.tf", &user(&target, &moved));
    let plan = workspace.plan();
    plan.assert_actions(&[(ADDRESS, "update")]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    assert_eq!(service::roles_of(&target, &id), ["Basic User"]);
    let row = target.api().get(&format!("systemusers({id})?$select=_businessunitid_value"));
    assert_eq!(row["_businessunitid_value"], json!(unit));
    workspace.destroy();
}

#[test]
fn a_move_that_costs_roles_says_which() {
    let target = Target::new();
    let _unit = service::create_unit(&target, &target.name("unit"));
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &user(&target, ""));
    workspace.apply();
    let id = text(&workspace.attributes(ADDRESS), "id").to_owned();
    service::assign(&target, &id, &service::role_named(&target, "Basic User"));
    workspace.assert_plan_is_empty();

    workspace.write("main.tf", &user(&target, &format!("business_unit_id = \"{}\"", target.name("unit"))));
    let run = workspace.apply();
    run.assert_says("Security roles lost in a move");
    run.assert_says("\"Basic User\"");
    assert_eq!(service::roles_of(&target, &id), Vec::<String>::new());
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn an_empty_set_of_roles_takes_all_away_and_none_leaves_all() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &user(&target, "security_roles = [\"Basic User\"]"));
    workspace.apply();
    let id = text(&workspace.attributes(ADDRESS), "id").to_owned();
    workspace.write("main.tf", &user(&target, ""));
    workspace.apply();
    assert_eq!(service::roles_of(&target, &id), ["Basic User"]);
    workspace.assert_plan_is_empty();
    workspace.write("main.tf", &user(&target, "security_roles = []"));
    workspace.apply();
    assert_eq!(service::roles_of(&target, &id), Vec::<String>::new());
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn a_deleted_row_of_the_application_is_purged_and_that_is_said() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &user(&target, ""));
    workspace.apply();
    let attributes = workspace.attributes(ADDRESS);
    let path = format!("systemusers({})", text(&attributes, "id"));
    let disabled = json!({ "isdisabled": true, "applicationid": text(&attributes, "application_id") });
    target.api().patch(&path, &disabled);
    target.api().delete(&path);

    let plan = workspace.plan();
    plan.assert_actions(&[(ADDRESS, "create")]);
    let run = workspace.apply_plan();
    run.assert_says("Deleted application user purged");
    assert!(!target.api().exists(&path));
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

#[test]
fn a_destroy_does_what_on_destroy_says() {
    let target = Target::new();
    for (wish, enabled, there) in
        [("abandon", true, true), ("disable", false, true), ("delete", false, false)]
    {
        let workspace = Workspace::new(&target);
        workspace.write("main.tf", &user(&target, &format!("on_destroy = \"{wish}\"")));
        if wish != "abandon" {
            // What the round before left.
            workspace.import(ADDRESS, &target.application(0));
        }
        workspace.apply();
        let id = text(&workspace.attributes(ADDRESS), "id").to_owned();
        workspace.destroy();
        assert_eq!(service::is_enabled(&target, &id), enabled, "{wish}");
        assert_eq!(target.api().exists(&format!("systemusers({id})")), there, "{wish}");
    }
}

#[test]
fn a_user_that_was_imported_is_left_alone_by_a_destroy() {
    let target = Target::new();
    let unit = format!("/businessunits({})", service::root_unit(&target));
    let body = json!({ "applicationid": target.application(0), "businessunitid@odata.bind": unit });
    let id = text(&target.api().post("systemusers", &body), "systemuserid").to_owned();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &user(&target, ""));
    workspace.import(ADDRESS, &id);
    // An import brings the roles too; this configuration says that they are none of its business.
    workspace.apply();
    workspace.assert_plan_is_empty();
    workspace.destroy();
    assert!(service::is_enabled(&target, &id));
    let attributes = json!({ "id": id, "application_id": target.application(0) });
    service::delete_application_user(&target, &attributes);
}

#[test]
fn a_role_without_a_copy_for_the_user_leaves_no_user_behind() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let role = service::create_role(&target, &target.name("role"), &unit);
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &user(&target, &format!("security_roles = [\"{}\"]", target.name("role"))));
    let errors = workspace.expect_plan_error();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].text().contains("has no copy in"), "{}", errors[0].text());
    let filter = format!("applicationid%20eq%20{}", target.application(0));
    assert_eq!(
        target.api().rows(&format!("systemusers?$select=systemuserid&$filter={filter}")),
        [json!(null); 0]
    );
    target.api().delete(&format!("roles({role})"));
}

#[test]
fn a_user_that_moves_keeps_the_roles_that_assignments_give() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let workspace = Workspace::new(&target);
    let config = |unit: &str| {
        format!(
            "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  {unit}\n}}\n\
             resource \"dataverse_role_assignment\" \"it\" {{\n  user_id = dataverse_application_user.it.id\n  \
             role = \"Salesperson\"\n}}\n",
            target.application(0)
        )
    };
    workspace.write("main.tf", &config(""));
    workspace.apply();
    workspace.write("main.tf", &config(&format!("business_unit_id = \"{unit}\"")));
    let plan = workspace.plan();
    assert_eq!(plan.change("dataverse_role_assignment.it").actions, ["delete", "create"], "{}", plan.shown());
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let user = workspace.attributes("dataverse_application_user.it");
    assert_eq!(service::roles_of(&target, service::text(&user, "id")), ["Salesperson"]);
    workspace.destroy();
    target.api().patch(&format!("businessunits({unit})"), &serde_json::json!({"isdisabled": true}));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn a_person_that_a_destroy_left_disabled_is_taken_up_again_by_the_resource_that_made_it() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let name = target.person_name(1);
    workspace.write(
        "main.tf",
        &format!(
            "resource \"dataverse_system_user\" \"it\" {{\n  domain_name = \"{name}\"\n  provisioning = \"create\"\n  \
             security_roles = [\"Basic User\"]\n}}\n"
        ),
    );
    let address = "dataverse_system_user.it";
    workspace.apply();
    let id = text(&workspace.attributes(address), "id").to_owned();
    // Twice, as after one that was cut off: Terraform plans what is missing in a destroy, too.
    workspace.destroy();
    workspace.destroy();
    assert!(!service::is_enabled(&target, &id));
    let run = workspace.apply();
    run.assert_says("A disabled user is taken up");
    assert_eq!(text(&workspace.attributes(address), "id"), id);
    assert!(service::is_enabled(&target, &id));
    workspace.assert_plan_is_empty();
    workspace.destroy();
}
