//! Configuration that Terraform writes from import blocks plans empty as it stands.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::records::{self, Party};
use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

/// Lets Terraform write the configuration of what `imports` names, by type and import id, and plans it.
#[track_caller]
fn round_trip(target: &Target, imports: &[(&str, String)]) {
    let workspace = Workspace::new(target);
    let blocks = imports
        .iter()
        .enumerate()
        .map(|(index, (kind, id))| format!("import {{\n  to = {kind}.it{index}\n  id = \"{id}\"\n}}\n"));
    workspace.write("imports.tf", &blocks.collect::<String>());
    let generated = workspace.path().join("generated.tf");
    workspace.run(&["plan", "-input=false", "-no-color", "-generate-config-out=generated.tf"]).ok();
    let written = std::fs::read_to_string(&generated).expect("a generated file");
    let run = workspace.run(&["plan", "-input=false", "-no-color", "-out=tfplan"]).ok();
    run.assert_says(&format!("{} to import, 0 to add, 0 to change, 0 to destroy", imports.len()));
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    assert_eq!(written.matches("\nresource ").count(), imports.len(), "{written}");
}

#[test]
fn roles_and_their_privileges() {
    let target = Target::new();
    let unit = service::root_unit(&target);
    let name = target.name("role");
    let role = service::create_role(&target, &name, &unit);
    target.api().patch(&format!("roles({role})"), &json!({ "description": "Written \"by\" ${hand}" }));
    for (privilege, depth) in [("prvReadAccount", "Basic"), ("prvActOnBehalfOfAnotherUser", "Global")] {
        service::grant(&target, &role, privilege, depth);
    }
    round_trip(
        &target,
        &[
            ("dataverse_security_role", name),
            ("dataverse_role_privileges", role.clone()),
            ("dataverse_security_role", "Salesperson".to_owned()),
            ("dataverse_role_privileges", "Salesperson".to_owned()),
        ],
    );
    target.api().delete(&format!("roles({role})"));
}

#[test]
fn users_and_their_roles() {
    let target = Target::new();
    let person = service::sign_in(&target, &target.person(0));
    let other = service::sign_in(&target, &target.person(1));
    service::assign(&target, &person, &service::role_named(&target, "Salesperson"));
    service::assign(&target, &other, &service::role_named(&target, "Salesperson"));
    let body = json!({
        "applicationid": target.application(0), "accessmode": 4,
        "businessunitid@odata.bind": format!("/businessunits({})", service::root_unit(&target)),
    });
    let application = text(&target.api().post("systemusers", &body), "systemuserid").to_owned();
    round_trip(
        &target,
        &[
            ("dataverse_system_user", target.person_name(0)),
            ("dataverse_application_user", target.application(0)),
            ("dataverse_role_assignment", format!("user/{other}/Salesperson")),
        ],
    );
    let key = json!({ "id": application, "application_id": target.application(0) });
    service::delete_application_user(&target, &key);
    service::delete_person(&target, &person);
    service::delete_person(&target, &other);
}

#[test]
fn units_teams_and_their_members() {
    let target = Target::new();
    let root = service::root_unit(&target);
    let unit = service::create_unit(&target, &target.name("unit"));
    let user = service::sign_in(&target, &target.person(0));
    let [team, open] =
        ["team", "open team"].map(|what| service::create_team(&target, &target.name(what), &root));
    let basic = service::role_named(&target, "Basic User");
    for team in [&team, &open] {
        service::assign_to_team(&target, team, &basic);
        service::join(&target, team, &user);
    }
    let place = format!("/businessunits({unit})");
    let access = json!({ "name": target.name("guests"), "teamtype": 1, "businessunitid@odata.bind": place });
    let access = text(&target.api().post("teams", &access), "teamid").to_owned();
    let group = json!({
        "name": target.name("group"), "teamtype": 2, "azureactivedirectoryobjectid": target.group(0),
        "membershiptype": 2, "businessunitid@odata.bind": place,
    });
    let group = text(&target.api().post("teams", &group), "teamid").to_owned();
    round_trip(
        &target,
        &[
            ("dataverse_business_unit", root),
            ("dataverse_business_unit", target.name("unit")),
            ("dataverse_team", target.name("team")),
            ("dataverse_team", target.name("unit")),
            ("dataverse_team", access.clone()),
            ("dataverse_team", group.clone()),
            ("dataverse_team_membership", format!("{open}/{user}")),
            ("dataverse_role_assignment", format!("team/{open}/Basic User")),
        ],
    );
    for team in [team, open, access, group] {
        target.api().delete(&format!("teams({team})"));
    }
    service::delete_unit(&target, &unit);
}

#[test]
fn single_privileges_shares_and_profiles() {
    let target = Target::new();
    let role = service::create_role(&target, &target.name("role"), &service::root_unit(&target));
    for (privilege, depth) in [("prvReadActivity", "Basic"), ("prvExportToExcel", "Global")] {
        service::grant(&target, &role, privilege, depth);
    }
    let (user, account) = (records::colleague(&target, 0), records::create_account(&target));
    records::grant(
        &target,
        &format!("accounts({account})"),
        Party::User(&user),
        "ReadAccess, WriteAccess",
        None,
    );
    let profile = target.api().post("fieldsecurityprofiles", &json!({ "name": target.name("profile") }));
    let profile = text(&profile, "fieldsecurityprofileid").to_owned();
    target.api().link(
        &format!("fieldsecurityprofiles({profile})/systemuserprofiles_association"),
        &format!("systemusers({user})"),
    );
    round_trip(
        &target,
        &[
            ("dataverse_role_privilege", format!("{role}/prvReadActivity")),
            ("dataverse_role_privilege", format!("{role}/prvExportToExcel")),
            ("dataverse_record_share", format!("account/{account}/{user}")),
            ("dataverse_column_security_profile", profile.clone()),
        ],
    );
    target.api().delete(&format!("fieldsecurityprofiles({profile})"));
    target.api().delete(&format!("accounts({account})"));
    target.api().delete(&format!("roles({role})"));
}
