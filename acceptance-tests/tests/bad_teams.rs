//! Teams, memberships and assignments that cannot be: each is refused while planning, at its place.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use dataverse_emulator::Options;

/// Fails unless the configuration is refused with one error that holds `parts` and marks `marked`.
#[track_caller]
fn refuses(workspace: &Workspace, config: &str, marked: &str, parts: &[&str]) {
    workspace.write("main.tf", config);
    let found = workspace.expect_plan_error();
    let errors: Vec<_> = found.iter().filter(|it| it.is_error()).collect();
    let [error] = errors[..] else { panic!("one error, not {errors:#?}, for\n{config}") };
    for part in parts {
        assert!(error.text().contains(part), "{part:?} is not in {}", error.text());
    }
    assert_eq!(error.marked(), marked, "for\n{config}\n{error:#?}");
}

fn resource(kind: &str, body: &str) -> String {
    format!("resource \"dataverse_{kind}\" \"it\" {{\n  {body}\n}}\n")
}

const NOBODY: &str = "99999999-9999-4999-8999-999999999999";

#[test]
fn teams_that_cannot_be() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let name = target.name("team");
    let group = target.group(0);
    let team = |body: &str| resource("team", &format!("name = \"{name}\"\n  {body}"));
    refuses(&workspace, &team("team_type = \"club\""), "\"club\"", &["not one of the allowed values"]);
    refuses(
        &workspace,
        &team("team_type = \"entra_security_group\""),
        "\"entra_security_group\"",
        &["needs entra_group_id"],
    );
    refuses(
        &workspace,
        &team(&format!("entra_group_id = \"{group}\"")),
        &format!("\"{group}\""),
        &["Only teams of groups in Entra have this"],
    );
    refuses(
        &workspace,
        &team(&format!("team_type = \"entra_office_group\"\n  entra_group_id = \"{group}\"\n  members = []")),
        "[]",
        &["come from its group in Entra"],
    );
    refuses(
        &workspace,
        &team("team_type = \"access\"\n  security_roles = [\"Basic User\"]"),
        "[\"Basic User\"]",
        &["Access teams cannot hold security roles"],
    );
    refuses(
        &workspace,
        &team("security_roles = [\"Basic Usr\"]"),
        "[\"Basic Usr\"]",
        &["Did you mean \"Basic User\"?"],
    );
    refuses(
        &workspace,
        &team(&format!("members = [\"{NOBODY}\"]")),
        &format!("[\"{NOBODY}\"]"),
        &["no user with the id", NOBODY],
    );
    refuses(&workspace, &team("members = [\"jo\"]"), "[\"jo\"]", &["\"jo\" is not a GUID"]);
    refuses(
        &workspace,
        &team(&format!("administrator_id = \"{NOBODY}\"")),
        &format!("\"{NOBODY}\""),
        &["no user with the id", NOBODY],
    );
    refuses(
        &workspace,
        &team("business_unit_id = \"No such unit\""),
        "\"No such unit\"",
        &["no business unit named \"No such unit\""],
    );
    let there = service::create_team(&target, &name, &service::root_unit(&target));
    refuses(&workspace, &team(""), &format!("\"{name}\""), &["has a team named", &there, "import that team"]);
    target.api().delete(&format!("teams({there})"));
}

#[test]
fn memberships_that_cannot_be() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let root = service::root_unit(&target);
    let user = service::sign_in(&target, &target.person(0));
    let team = service::create_team(&target, &target.name("team"), &root);
    let default = text(&service::default_team(&target, &root), "teamid").to_owned();
    let membership = |team: &str, user: &str| {
        resource("team_membership", &format!("team_id = \"{team}\"\n  user_id = \"{user}\""))
    };
    let quoted = |text: &str| format!("\"{text}\"");
    refuses(&workspace, &membership(NOBODY, &user), &quoted(NOBODY), &["no team with the id"]);
    refuses(&workspace, &membership(&team, NOBODY), &quoted(NOBODY), &["no user with the id"]);
    refuses(&workspace, &membership(&default, &user), &quoted(&default), &["is the default team"]);
    service::join(&target, &team, &user);
    refuses(
        &workspace,
        &membership(&team, &user),
        &quoted(&user),
        &["is in the team already", &format!("{team}/{user}")],
    );
    target.api().delete(&format!("teams({team})"));
}

#[test]
fn assignments_that_cannot_be() {
    let target = Target::emulator(Options::default());
    let workspace = Workspace::new(&target);
    let root = service::root_unit(&target);
    let team = service::create_team(&target, &target.name("team"), &root);
    let unit = service::create_unit(&target, &target.name("unit"));
    let assignment = |body: &str| resource("role_assignment", body);
    refuses(&workspace, &assignment("role = \"Basic User\""), "{", &["Set user_id or team_id"]);
    refuses(
        &workspace,
        &assignment(&format!("user_id = \"{NOBODY}\"\n  team_id = \"{team}\"\n  role = \"Basic User\"")),
        &format!("\"{team}\""),
        &["user_id and team_id are given"],
    );
    refuses(
        &workspace,
        &assignment(&format!("team_id = \"{NOBODY}\"\n  role = \"Basic User\"")),
        &format!("\"{NOBODY}\""),
        &["no team with the id"],
    );
    refuses(
        &workspace,
        &assignment(&format!(
            "team_id = \"{team}\"\n  role = \"Basic User\"\n  role_business_unit_id = \"{unit}\""
        )),
        &format!("\"{unit}\""),
        &[
            "only where the environment allows record ownership across business units",
            "Leave the argument out",
        ],
    );
    service::assign_to_team(&target, &team, &service::role_named(&target, "Basic User"));
    refuses(
        &workspace,
        &assignment(&format!("team_id = \"{team}\"\n  role = \"Basic User\"")),
        "\"Basic User\"",
        &["The team holds the role", &format!("team/{team}/Basic User")],
    );
}

#[test]
fn two_resources_that_manage_the_members_of_one_team() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let user = service::sign_in(&target, &target.person(0));
    let name = target.name("team");
    workspace.write("main.tf", &resource("team", &format!("name = \"{name}\"\n  members = []")));
    workspace.apply();
    let id = text(&workspace.attributes("dataverse_team.it"), "id").to_owned();
    workspace.write(
        "more.tf",
        &resource("team_membership", &format!("team_id = \"{id}\"\n  user_id = \"{user}\"")),
    );
    let errors = workspace.expect_plan_error();
    assert!(errors[0].text().contains("would undo the other's work"), "{errors:#?}");
    workspace.write("more.tf", "");
    workspace.destroy();
}
