//! What is special to business units: a tree, copies of roles, and what keeps a unit from going.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::in_both_models;
use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

in_both_models!(
    everything_in_new_units_comes_in_one_run,
    a_unit_that_moves_takes_all_below_it_along,
    a_renamed_unit_keeps_its_users_and_roles,
    a_chain_of_units_is_turned_upside_down_in_one_run,
);

fn unit(label: &str, body: &str) -> String {
    format!("resource \"dataverse_business_unit\" \"{label}\" {{\n  {body}\n}}\n")
}

fn everything_in_new_units_comes_in_one_run(target: &Target) {
    let workspace = Workspace::new(target);
    let [north, oslo, role] = ["north", "oslo", "role"].map(|what| target.name(what));
    let config = |unit_of_user: &str| {
        format!(
            "{}{}resource \"dataverse_security_role\" \"it\" {{\n  name = \"{role}\"\n  \
             business_unit_id = dataverse_business_unit.north.name\n}}\n\
             resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  \
             business_unit_id = {unit_of_user}\n  security_roles = [\"Basic User\", dataverse_security_role.it.name]\n}}\n",
            unit("north", &format!("name = \"{north}\"")),
            unit(
                "oslo",
                &format!("name = \"{oslo}\"\n  parent_business_unit_id = dataverse_business_unit.north.name")
            ),
            target.application(0)
        )
    };
    workspace.write("main.tf", &config("dataverse_business_unit.oslo.name"));
    workspace.apply();
    workspace.assert_plan_is_empty();
    let user = workspace.attributes("dataverse_application_user.it");
    let mut names = service::roles_of(target, text(&user, "id"));
    names.sort();
    let mut wanted = vec!["Basic User".to_owned(), role.clone()];
    wanted.sort();
    assert_eq!(names, wanted);
    let path = format!(
        "systemusers({})/systemuserroles_association?$select=_businessunitid_value",
        text(&user, "id")
    );
    let oslo = workspace.attributes("dataverse_business_unit.oslo");
    for copy in target.api().rows(&path) {
        assert_eq!(copy["_businessunitid_value"], oslo["id"], "each copy is that of the user's unit");
    }
    workspace.write("main.tf", &config("dataverse_business_unit.oslo.id"));
    let plan = workspace.plan();
    assert!(
        ["no-op", "update"]
            .contains(&plan.change("dataverse_application_user.it").actions.join(",").as_str())
    );
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    workspace.destroy();
    target.assert_nothing_was_refused();
}

fn a_unit_that_moves_takes_all_below_it_along(target: &Target) {
    let workspace = Workspace::new(target);
    let [east, west, leaf, role] = ["east", "west", "leaf", "role"].map(|what| target.name(what));
    let config = |above: &str| {
        format!(
            "{}{}{}resource \"dataverse_security_role\" \"it\" {{\n  name = \"{role}\"\n  \
             business_unit_id = dataverse_business_unit.east.id\n}}\n",
            unit("east", &format!("name = \"{east}\"")),
            unit("west", &format!("name = \"{west}\"")),
            unit(
                "leaf",
                &format!("name = \"{leaf}\"\n  parent_business_unit_id = dataverse_business_unit.{above}.id")
            ),
        )
    };
    workspace.write("main.tf", &config("east"));
    workspace.apply();
    workspace.write("main.tf", &config("west"));
    let run = workspace.run(&["plan", "-no-color", "-out=tfplan"]).ok();
    run.assert_says("Security roles lost in a move");
    run.assert_says(&format!("\"{role}\""));
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let leaf = workspace.attributes("dataverse_business_unit.leaf");
    let row = target
        .api()
        .get(&format!("businessunits({})?$select=_parentbusinessunitid_value", text(&leaf, "id")));
    assert_eq!(
        row["_parentbusinessunitid_value"],
        workspace.attributes("dataverse_business_unit.west")["id"]
    );
    workspace.destroy();
}

fn a_renamed_unit_keeps_its_users_and_roles(target: &Target) {
    let workspace = Workspace::new(target);
    let config = |name: &str| {
        format!(
            "{}resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n  \
             business_unit_id = dataverse_business_unit.it.name\n}}\n\
             resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  \
             business_unit_id = dataverse_business_unit.it.name\n  security_roles = [dataverse_security_role.it.name]\n}}\n",
            unit("it", &format!("name = \"{}\"", target.name(name))),
            target.name("role"),
            target.application(0)
        )
    };
    workspace.write("main.tf", &config("before"));
    workspace.apply();
    workspace.write("main.tf", &config("after"));
    let plan = workspace.plan();
    for address in
        ["dataverse_business_unit.it", "dataverse_security_role.it", "dataverse_application_user.it"]
    {
        assert_eq!(plan.change(address).actions, ["update"], "{}", plan.shown());
    }
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    workspace.destroy();
}

fn a_chain_of_units_is_turned_upside_down_in_one_run(target: &Target) {
    let workspace = Workspace::new(target);
    let root = service::root_unit(target);
    let config = |first: &str, second: &str| {
        let name = |label: &str| format!("name = \"{}\"", target.name(label));
        unit(first, &format!("{}\n  parent_business_unit_id = \"{root}\"", name(first)))
            + &unit(
                second,
                &format!("{}\n  parent_business_unit_id = dataverse_business_unit.{first}.id", name(second)),
            )
    };
    workspace.write("main.tf", &config("a", "b"));
    workspace.apply();
    workspace.write("main.tf", &config("b", "a"));
    workspace
        .plan()
        .assert_actions(&[("dataverse_business_unit.a", "update"), ("dataverse_business_unit.b", "update")]);
    workspace.apply_plan();
    workspace.assert_plan_is_empty();
    let above = |label: &str| {
        workspace.attributes(&format!("dataverse_business_unit.{label}"))["parent_business_unit_id"].clone()
    };
    assert_eq!(above("b"), json!(root));
    assert_eq!(above("a"), workspace.attributes("dataverse_business_unit.b")["id"]);
    workspace.destroy();
}

#[test]
fn the_root_unit_can_be_imported_and_described_and_is_left_alone_otherwise() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let root = service::root_unit(&target);
    let row = target.api().get(&format!("businessunits({root})?$select=name"));
    let config = |more: &str| unit("root", &format!("name = \"{}\"\n  {more}", text(&row, "name")));
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &config(""));
    workspace.import("dataverse_business_unit.root", text(&row, "name"));
    workspace.assert_plan_is_empty();
    workspace.write("main.tf", &config("website_url = \"https://contoso.com\""));
    workspace.apply();
    workspace.assert_plan_is_empty();
    for (more, says) in [
        ("enabled = false", "does not let anybody disable"),
        ("parent_business_unit_id = \"x\"", "does not let anybody move"),
    ] {
        workspace.write("main.tf", &config(more));
        let errors = workspace.expect_plan_error();
        assert!(errors.iter().any(|error| error.text().contains(says)), "{errors:#?}");
    }
    workspace.write("main.tf", "");
    let errors = workspace.expect_plan_error();
    assert!(errors[0].text().contains("lasts as long as the environment"), "{errors:#?}");
}

#[test]
fn a_unit_that_is_not_empty_stays_as_it_is_and_what_is_in_it_is_named() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &unit("it", &format!("name = \"{}\"", target.name("unit"))));
    workspace.apply();
    let id = text(&workspace.attributes("dataverse_business_unit.it"), "id").to_owned();
    let place = format!("/businessunits({id})");
    let below = json!({ "name": target.name("below"), "parentbusinessunitid@odata.bind": place });
    let below = text(&target.api().post("businessunits", &below), "businessunitid").to_owned();
    let team = json!({ "name": target.name("team"), "businessunitid@odata.bind": place });
    let team = text(&target.api().post("teams", &team), "teamid").to_owned();
    let run = workspace.run(&["destroy", "-auto-approve", "-no-color"]);
    assert!(!run.succeeded(), "{run}");
    for part in ["Dataverse deletes only empty business units", &target.name("below"), &target.name("team")] {
        run.assert_says(part);
    }
    let row = target.api().get(&format!("businessunits({id})?$select=isdisabled"));
    assert_eq!(row["isdisabled"], false);
    workspace.assert_plan_is_empty();
    target.api().delete(&format!("teams({team})"));
    service::delete_unit(&target, &below);
    // A destroy that was interrupted left the unit disabled.
    target.api().patch(&format!("businessunits({id})"), &json!({ "isdisabled": true }));
    workspace.destroy();
    assert!(!target.api().exists(&format!("businessunits({id})")));
}

#[test]
fn units_that_cannot_be_are_refused_in_the_plan() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    let [upper, lower] = ["upper", "lower"].map(|what| target.name(what));
    let config = |of_upper: &str, more: &str| {
        format!(
            "{}{}{more}",
            unit("upper", &format!("name = \"{upper}\"\n  {of_upper}")),
            unit("lower", &format!("name = \"{lower}\"\n  parent_business_unit_id = \"{upper}\"")),
        )
    };
    let parent_by_reference = unit("upper", &format!("name = \"{upper}\""))
        + &unit(
            "lower",
            &format!("name = \"{lower}\"\n  parent_business_unit_id = dataverse_business_unit.upper.id"),
        );
    workspace.write("main.tf", &parent_by_reference);
    workspace.apply();
    let cases = [
        (config(&format!("parent_business_unit_id = \"{lower}\""), ""), "would form a loop"),
        (config(&format!("parent_business_unit_id = \"{upper}\""), ""), "cannot be below itself"),
        (
            config("parent_business_unit_id = \"Nowhere at all\"", ""),
            "no business unit named \"Nowhere at all\"",
        ),
        (config("", &unit("long", &format!("name = \"{}\"", "x".repeat(161)))), "at most 160"),
    ];
    for (config, says) in cases {
        workspace.write("main.tf", &config);
        let errors = workspace.expect_plan_error();
        assert_eq!(errors.iter().filter(|it| it.is_error()).count(), 1, "{errors:#?}");
        assert!(errors[0].text().contains(says), "{says:?} is not in {errors:#?}");
    }
    workspace.write("main.tf", &config("", &unit("twin", &format!("name = \"{upper}\""))));
    let errors = workspace.expect_plan_error();
    // Terraform plans the two in any order; the later one is refused.
    let said = ["There is a business unit named", "Another resource of this configuration"];
    assert!(errors.iter().any(|it| said.iter().any(|part| it.text().contains(part))), "{errors:#?}");
    workspace.write("main.tf", &parent_by_reference);
    workspace.destroy();
}
