//! Record ownership across business units: a role may be held in the copy of any unit, and in several.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;

/// An environment of the modern model with a unit, and the id of the unit's copy of Basic User.
struct Fixture {
    target: Target,
    unit: String,
    copy: String,
}

impl Fixture {
    fn new() -> Self {
        let target = Target::emulator(Options { modern_business_units: true, ..Options::default() });
        let unit = service::create_unit(&target, &target.name("unit"));
        let copy = service::copy_in(&target, &service::role_named(&target, "Basic User"), &unit);
        Self { target, unit, copy }
    }
}

#[test]
fn one_role_is_held_in_the_copies_of_several_units_by_users_and_teams() {
    let it = Fixture::new();
    let other = service::create_unit(&it.target, &it.target.name("other unit"));
    let user = service::sign_in(&it.target, &it.target.person(0));
    let team = service::create_team(&it.target, &it.target.name("team"), &service::root_unit(&it.target));
    for (key, id) in [("user_id", user), ("team_id", team)] {
        let workspace = Workspace::new(&it.target);
        let assignment = |label: &str, more: &str| {
            format!(
                "resource \"dataverse_role_assignment\" \"{label}\" {{\n  {key} = \"{id}\"\n  role = \"Basic User\"\n  {more}\n}}\n"
            )
        };
        let elsewhere = format!("role_business_unit_id = \"{}\"", it.target.name("unit"));
        let config = assignment("here", "") + &assignment("there", &elsewhere);
        workspace.write("main.tf", &config);
        workspace.apply();
        workspace.assert_plan_is_empty();
        let there = workspace.attributes("dataverse_role_assignment.there");
        assert_eq!(text(&there, "role_id"), it.copy);
        assert_ne!(text(&workspace.attributes("dataverse_role_assignment.here"), "role_id"), it.copy);
        let kind = key.trim_end_matches("_id");
        for import in [
            format!("{kind}/{id}/Basic User/{}", it.target.name("unit")),
            format!("{kind}/{id}/{}/{}", it.copy, it.unit),
        ] {
            workspace.run(&["state", "rm", "dataverse_role_assignment.there"]).ok();
            workspace.import("dataverse_role_assignment.there", &import);
            let plan = workspace.plan();
            let actions = plan.change("dataverse_role_assignment.there").actions.join(",");
            assert!(["no-op", "update"].contains(&actions.as_str()), "{import}: {}", plan.shown());
            workspace.apply_plan();
            workspace.assert_plan_is_empty();
        }
        // Without the unit it is the assignment of the own unit, which another resource has.
        // Another unit's copy is another assignment.
        let other = format!("role_business_unit_id = \"{other}\"");
        workspace.write("main.tf", &(assignment("here", "") + &assignment("there", &other)));
        let plan = workspace.plan();
        assert_eq!(
            plan.change("dataverse_role_assignment.there").actions,
            ["delete", "create"],
            "{}",
            plan.shown()
        );
        workspace.apply_plan();
        workspace.assert_plan_is_empty();
        workspace.destroy();
    }
    it.target.assert_nothing_was_refused();
}

#[test]
fn a_copy_of_another_unit_shows_by_its_id_and_is_kept_when_it_is_listed() {
    let it = Fixture::new();
    let workspace = Workspace::new(&it.target);
    let config = |roles: &str| {
        format!(
            "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  security_roles = [{roles}]\n}}\n",
            it.target.application(0)
        )
    };
    let address = "dataverse_application_user.it";
    workspace.write("main.tf", &config("\"Basic User\""));
    workspace.apply();
    let id = text(&workspace.attributes(address), "id").to_owned();
    service::assign(&it.target, &id, &it.copy);
    let plan = workspace.plan();
    let differences = plan.change(address).differences();
    assert_eq!(differences, [format!("security_roles[{}]", it.copy)].into(), "{}", plan.shown());
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    assert_eq!(service::roles_of(&it.target, &id), ["Basic User"]);

    workspace.write("main.tf", &config(&format!("\"Basic User\", \"{}\"", it.copy)));
    workspace.apply();
    workspace.assert_plan_is_empty();
    assert_eq!(service::roles_of(&it.target, &id), ["Basic User", "Basic User"]);
    workspace.destroy();
}
