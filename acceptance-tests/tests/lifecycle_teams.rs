//! Teams, their members and roles through the whole of their life.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::Target;
use acceptance_tests::in_both_models;
use acceptance_tests::lifecycle::{Case, Drift, drift, nothing, row_exists, set};
use acceptance_tests::service::{self, text};
use serde_json::json;

in_both_models!(owner_team, access_team, group_team, team_membership, role_assignment_of_a_team);

fn config(body: &str) -> String {
    format!("resource \"dataverse_team\" \"it\" {{\n{body}\n}}\n")
}

fn drift_of_row<'a>(target: &Target) -> Vec<Drift<'a>> {
    vec![
        drift("renamed", "name", set("teams", json!({ "name": target.name("other team") }))),
        drift("described", "description", set("teams", json!({ "description": "By hand" }))),
    ]
}

fn owner_team(target: &Target) {
    let name = target.name("team");
    let unit = service::create_unit(target, &target.name("unit"));
    let [jo, max] = [0, 1].map(|index| service::sign_in(target, &target.person(index)));
    let (joins, leaves) = (jo.clone(), jo.clone());
    let mut drifts = drift_of_row(target);
    drifts.extend([
        drift("took a role", "security_roles[Salesperson]", |target: &Target, it: &serde_json::Value| {
            let held = service::role_of_team(target, text(it, "id"), "Salesperson");
            service::unassign_from_team(target, text(it, "id"), &held);
        }),
        drift("added a member", &format!("members[{joins}]"), move |target, it| {
            service::join(target, text(it, "id"), &joins);
        }),
        drift("removed a member", &format!("members[{max}]"), {
            let max = max.clone();
            move |target, it| service::leave(target, text(it, "id"), &max)
        }),
        drift("changed the administrator", "administrator_id", {
            let jo = jo.clone();
            move |target: &Target, it: &serde_json::Value| {
                let body = json!({ "administratorid@odata.bind": format!("/systemusers({jo})") });
                target.api().patch(&format!("teams({})", text(it, "id")), &body);
            }
        }),
    ]);
    Case {
        address: "dataverse_team.it",
        config: config(&format!(
            "name = \"{name}\"\ndescription = \"First\"\nsecurity_roles = [\"Basic User\"]\nmembers = [\"{leaves}\"]"
        )),
        updated_config: config(&format!(
            "name = \"{name} 2\"\nbusiness_unit_id = \"{}\"\nadministrator_id = \"{max}\"\ndescription = \"Second\"\n\
             security_roles = [\"Basic User\", \"Salesperson\"]\nmembers = [\"{max}\"]",
            target.name("unit")
        )),
        update_is: "update",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned(), text(it, "name").to_owned()]),
        remove_behind: Box::new(|target, it| target.api().delete(&format!("teams({})", text(it, "id")))),
        drift: drifts,
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("teams"),
    }
    .run(target);
    service::delete_unit(target, &unit);
}

fn access_team(target: &Target) {
    let name = target.name("team");
    let member = service::sign_in(target, &target.person(0));
    Case {
        address: "dataverse_team.it",
        config: config(&format!(
            "name = \"{name}\"\nteam_type = \"access\"\ndescription = \"First\"\nmembers = []"
        )),
        updated_config: config(&format!(
            "name = \"{name} 2\"\nteam_type = \"access\"\ndescription = \"Second\"\nmembers = [\"{member}\"]"
        )),
        update_is: "update",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned(), text(it, "name").to_owned()]),
        remove_behind: Box::new(|target, it| target.api().delete(&format!("teams({})", text(it, "id")))),
        drift: drift_of_row(target),
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("teams"),
    }
    .run(target);
}

fn group_team(target: &Target) {
    let name = target.name("team");
    let group = target.group(0);
    let body = |more: &str| {
        config(&format!("team_type = \"entra_security_group\"\nentra_group_id = \"{group}\"\n{more}"))
    };
    Case {
        address: "dataverse_team.it",
        config: body(&format!(
            "name = \"{name}\"\ndescription = \"First\"\nsecurity_roles = [\"Basic User\"]"
        )),
        updated_config: body(&format!(
            "name = \"{name}\"\ndescription = \"Second\"\nmembership_type = \"owners\"\nsecurity_roles = []"
        )),
        update_is: "delete,create",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned(), text(it, "name").to_owned()]),
        remove_behind: Box::new(|target, it| target.api().delete(&format!("teams({})", text(it, "id")))),
        drift: drift_of_row(target),
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: row_exists("teams"),
    }
    .run(target);
}

fn team_membership(target: &Target) {
    let team = service::create_team(target, &target.name("team"), &service::root_unit(target));
    let [jo, max] = [0, 1].map(|index| service::sign_in(target, &target.person(index)));
    let config = |user: &str| {
        format!(
            "resource \"dataverse_team_membership\" \"it\" {{\nteam_id = \"{team}\"\nuser_id = \"{user}\"\n}}\n"
        )
    };
    Case {
        address: "dataverse_team_membership.it",
        config: config(&jo),
        updated_config: config(&max),
        update_is: "delete,create",
        import_ids: Box::new(|_, it| vec![text(it, "id").to_owned()]),
        remove_behind: Box::new(|target, it| {
            service::leave(target, text(it, "team_id"), text(it, "user_id"));
        }),
        drift: Vec::new(),
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(|target, it| {
            service::members_of(target, text(it, "team_id")).contains(&text(it, "user_id").to_owned())
        }),
    }
    .run(target);
    target.api().delete(&format!("teams({team})"));
}

fn role_assignment_of_a_team(target: &Target) {
    let team = service::create_team(target, &target.name("team"), &service::root_unit(target));
    let config = |role: &str| {
        format!(
            "resource \"dataverse_role_assignment\" \"it\" {{\nteam_id = \"{team}\"\nrole = \"{role}\"\n}}\n"
        )
    };
    Case {
        address: "dataverse_role_assignment.it",
        config: config("Basic User"),
        updated_config: config("Salesperson"),
        update_is: "delete,create",
        import_ids: Box::new(|_, it| {
            let team = text(it, "team_id");
            vec![format!("team/{team}/{}", text(it, "role")), format!("team/{team}/{}", text(it, "role_id"))]
        }),
        remove_behind: Box::new(|target, it| {
            service::unassign_from_team(target, text(it, "team_id"), text(it, "role_id"));
        }),
        drift: Vec::new(),
        before_destroy: nothing(),
        after_destroy: nothing(),
        exists: Box::new(|target, it| {
            service::role_ids_of_team(target, text(it, "team_id")).contains(&text(it, "role_id").to_owned())
        }),
    }
    .run(target);
    target.api().delete(&format!("teams({team})"));
}
