//! What is special to teams: moves, default teams, groups, and what cannot be.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::in_both_models;
use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

in_both_models!(
    a_team_that_moves_keeps_its_managed_roles_in_the_copies_of_the_new_unit,
    a_move_that_costs_roles_says_which,
    what_is_left_out_is_not_managed_and_an_empty_set_means_none,
    the_default_team_of_a_unit_can_be_given_roles_and_is_left_alone_otherwise,
    a_team_and_all_around_it_come_in_one_run,
    several_members_and_roles_that_the_run_makes_are_planned_as_several,
);

const ADDRESS: &str = "dataverse_team.it";

fn team(body: &str) -> String {
    format!("resource \"dataverse_team\" \"it\" {{\n  {body}\n}}\n")
}

fn role_names(target: &Target, team: &str) -> Vec<String> {
    let roles = target.api().rows(&format!("teams({team})/teamroles_association?$select=name"));
    let mut names: Vec<String> = roles.iter().map(|role| text(role, "name").to_owned()).collect();
    names.sort();
    names
}

fn a_team_that_moves_keeps_its_managed_roles_in_the_copies_of_the_new_unit(target: &Target) {
    let unit = service::create_unit(target, &target.name("unit"));
    let workspace = Workspace::new(target);
    let body = format!("name = \"{}\"\n  security_roles = [\"Basic User\"]", target.name("team"));
    workspace.write("main.tf", &team(&body));
    workspace.apply();
    let id = text(&workspace.attributes(ADDRESS), "id").to_owned();
    let moved = format!("{body}\n  business_unit_id = \"{}\"", target.name("unit"));
    workspace.write("main.tf", &team(&moved));
    workspace.plan().assert_actions(&[(ADDRESS, "update")]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let basic = service::role_named(target, "Basic User");
    assert_eq!(service::role_ids_of_team(target, &id), [service::copy_in(target, &basic, &unit)]);
    workspace.destroy();
    service::delete_unit(target, &unit);
}

fn a_move_that_costs_roles_says_which(target: &Target) {
    let unit = service::create_unit(target, &target.name("unit"));
    let workspace = Workspace::new(target);
    let body = format!("name = \"{}\"", target.name("team"));
    workspace.write("main.tf", &team(&body));
    workspace.apply();
    let id = text(&workspace.attributes(ADDRESS), "id").to_owned();
    service::assign_to_team(target, &id, &service::role_named(target, "Basic User"));
    workspace.assert_plan_is_empty();
    workspace.write("main.tf", &team(&format!("{body}\n  business_unit_id = \"{unit}\"")));
    workspace.run(&["plan", "-no-color"]).ok().assert_says("The move takes security roles away");
    let run = workspace.apply();
    run.assert_says("Security roles lost in a move");
    run.assert_says("\"Basic User\"");
    workspace.assert_plan_is_empty();
    workspace.destroy();
    service::delete_unit(target, &unit);
}

fn what_is_left_out_is_not_managed_and_an_empty_set_means_none(target: &Target) {
    let workspace = Workspace::new(target);
    let user = service::sign_in(target, &target.person(0));
    let name = format!("name = \"{}\"", target.name("team"));
    let full =
        format!("{name}\n  security_roles = [\"Basic User\"]\n  members = [\"{}\"]", user.to_uppercase());
    workspace.write("main.tf", &team(&full));
    workspace.apply();
    workspace.assert_plan_is_empty();
    let id = text(&workspace.attributes(ADDRESS), "id").to_owned();
    workspace.write("main.tf", &team(&name));
    workspace.apply();
    assert_eq!(service::members_of(target, &id), [user]);
    assert_eq!(role_names(target, &id), ["Basic User"]);
    workspace.assert_plan_is_empty();
    workspace.write("main.tf", &team(&format!("{name}\n  security_roles = []\n  members = []")));
    let run = workspace.run(&["plan", "-no-color"]).ok();
    run.assert_says("Existing members will be removed");
    run.assert_says("Existing security roles will be removed");
    workspace.apply();
    assert_eq!(service::members_of(target, &id), Vec::<String>::new());
    assert_eq!(role_names(target, &id), Vec::<String>::new());
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

fn the_default_team_of_a_unit_can_be_given_roles_and_is_left_alone_otherwise(target: &Target) {
    let workspace = Workspace::new(target);
    let [name, renamed] = ["unit", "renamed"].map(|what| target.name(what));
    let unit =
        |name: &str| format!("resource \"dataverse_business_unit\" \"it\" {{\n  name = \"{name}\"\n}}\n");
    let config = |name: &str, more: &str| {
        let body =
            format!("name = dataverse_business_unit.it.name\n  security_roles = [\"Basic User\"]\n  {more}");
        format!("{}{}", unit(name), team(&body))
    };
    workspace.write("main.tf", &unit(&name));
    workspace.apply();
    let id = text(&workspace.attributes("dataverse_business_unit.it"), "id").to_owned();
    workspace.write("main.tf", &config(&name, ""));
    workspace.import(ADDRESS, &name);
    workspace.apply();
    workspace.assert_plan_is_empty();
    let default = text(&service::default_team(target, &id), "teamid").to_owned();
    assert_eq!(role_names(target, &default), ["Basic User"]);
    // It is renamed with its unit.
    workspace.write("main.tf", &config(&renamed, ""));
    workspace.apply();
    workspace.assert_plan_is_empty();
    assert_eq!(text(&service::default_team(target, &id), "name"), renamed);
    for (config, says) in [
        (config(&renamed, "members = []"), "whose members are the users of the unit"),
        (
            config(&renamed, &format!("business_unit_id = \"{}\"", service::root_unit(target))),
            "cannot be moved",
        ),
        (
            config(&renamed, "").replace("name = dataverse_business_unit.it.name", "name = \"Other\""),
            "Rename the business unit",
        ),
    ] {
        workspace.write("main.tf", &config);
        let errors = workspace.expect_plan_error();
        assert!(errors.iter().any(|error| error.text().contains(says)), "{says:?} is not in {errors:#?}");
    }
    workspace.write("main.tf", &config(&renamed, ""));
    let run = workspace.run(&["plan", "-destroy", "-no-color"]).ok();
    run.assert_says("A default team is not destroyed");
    workspace.destroy();
    assert!(!target.api().exists(&format!("teams({default})")), "it goes with its unit");
}

fn a_team_and_all_around_it_come_in_one_run(target: &Target) {
    let workspace = Workspace::new(target);
    let [unit, role, name] = ["unit", "role", "team"].map(|what| target.name(what));
    workspace.write(
        "main.tf",
        &format!(
            r#"
resource "dataverse_business_unit" "it" {{ name = "{unit}" }}
resource "dataverse_security_role" "it" {{
  name             = "{role}"
  business_unit_id = dataverse_business_unit.it.id
}}
resource "dataverse_application_user" "it" {{
  count            = 2
  application_id   = ["{}", "{}"][count.index]
  business_unit_id = dataverse_business_unit.it.name
}}
resource "dataverse_team" "it" {{
  name             = "{name}"
  business_unit_id = dataverse_business_unit.it.name
  administrator_id = dataverse_application_user.it[0].id
  security_roles   = [dataverse_security_role.it.name]
  members          = [dataverse_application_user.it[0].id]
}}
resource "dataverse_team" "open" {{
  name             = "{name} open"
  business_unit_id = dataverse_business_unit.it.id
}}
resource "dataverse_team_membership" "it" {{
  team_id = dataverse_team.open.id
  user_id = dataverse_application_user.it[1].id
}}
resource "dataverse_role_assignment" "it" {{
  team_id = dataverse_team.open.id
  role    = dataverse_security_role.it.name
}}
"#,
            target.application(0),
            target.application(1)
        ),
    );
    workspace.apply();
    workspace.assert_plan_is_empty();
    let id = text(&workspace.attributes("dataverse_team.open"), "id").to_owned();
    assert_eq!(role_names(target, &id), [role]);
    assert_eq!(service::members_of(target, &id).len(), 1);
    workspace.destroy();
    target.assert_nothing_was_refused();
}

#[test]
fn a_role_for_the_team_only_is_warned_of_when_a_group_gets_it() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let role = format!(
        "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n  member_privilege_inheritance = \"team_only\"\n}}\n",
        target.name("role")
    );
    workspace.write("main.tf", &role);
    workspace.apply();
    let body = format!(
        "name = \"{}\"\n  team_type = \"entra_security_group\"\n  entra_group_id = \"{}\"\n  \
         security_roles = [dataverse_security_role.it.name]",
        target.name("team"),
        target.group(0)
    );
    workspace.write("main.tf", &format!("{role}{}", team(&body)));
    let run = workspace.run(&["plan", "-no-color"]).ok();
    run.assert_says("Security roles that a group team may not hold");
    run.assert_says("direct_user_and_team");
    workspace.write("main.tf", &role);
    workspace.destroy();
}

#[test]
fn a_team_that_cannot_be_created_leaves_nothing_behind() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let _role = service::create_role(&target, &target.name("role"), &unit);
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &team(&format!(
            "name = \"{}\"\n  security_roles = [\"{}\"]",
            target.name("team"),
            target.name("role")
        )),
    );
    let errors = workspace.expect_plan_error();
    assert!(errors[0].text().contains("has no copy in"), "{errors:#?}");
    let filter = format!("name%20eq%20'{}'", target.name("team").replace(' ', "%20"));
    assert_eq!(target.api().rows(&format!("teams?$select=teamid&$filter={filter}")), [json!(null); 0]);
}

/// Terraform knows none of their ids while it plans.
fn several_members_and_roles_that_the_run_makes_are_planned_as_several(target: &Target) {
    let workspace = Workspace::new(target);
    let people: Vec<String> = (4..8).map(|index| target.person(index)).collect();
    people.iter().for_each(|person| drop(service::sign_in(target, person)));
    let config = |people: &[String]| {
        format!(
            "resource \"dataverse_system_user\" \"they\" {{\n  for_each = toset({people:?})\n  entra_object_id = each.key\n}}\n\
             resource \"dataverse_security_role\" \"it\" {{\n  count = 2\n  name = \"{} ${{count.index}}\"\n}}\n{}",
            target.name("role"),
            team(&format!(
                "name = \"{}\"\n  members = [for they in dataverse_system_user.they : they.id]\n  \
                 security_roles = dataverse_security_role.it[*].id",
                target.name("team")
            )),
        )
    };
    for count in [2, 4] {
        workspace.write("main.tf", &config(&people[..count]));
        workspace.apply();
        workspace.assert_plan_is_empty();
        let team = workspace.attributes(ADDRESS);
        assert_eq!(team["members"].as_array().unwrap().len(), count);
        assert_eq!(role_names(target, text(&team, "id")).len(), 2);
    }
    workspace.destroy();
}
