//! Users that are there already are taken over; people come in through the admin API.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::json;

fn application_user(target: &Target, body: &str) -> String {
    format!(
        "resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  {body}\n}}\n",
        target.application(0)
    )
}

#[test]
fn an_application_user_that_is_there_is_taken_over_and_abandoned() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let body = json!({
        "applicationid": target.application(0), "accessmode": 4,
        "businessunitid@odata.bind": format!("/businessunits({unit})"),
    });
    let user = text(&target.api().post("systemusers", &body), "systemuserid").to_owned();
    let workspace = Workspace::new(&target);
    workspace.write("main.tf", &application_user(&target, ""));
    let errors = workspace.expect_plan_error();
    assert!(errors.iter().any(|it| it.text().contains("adopt_existing = true")), "{errors:#?}");

    let adopting = "adopt_existing = true\n  security_roles = [\"Basic User\"]";
    workspace.write("main.tf", &application_user(&target, adopting));
    workspace.apply();
    workspace.assert_plan_is_empty();
    let attributes = workspace.attributes("dataverse_application_user.it");
    assert_eq!((text(&attributes, "id"), text(&attributes, "on_destroy")), (user.as_str(), "abandon"));
    assert_eq!(text(&attributes, "business_unit_id"), unit);
    assert_eq!(service::roles_of(&target, &user), ["Basic User"]);
    workspace.destroy();
    assert!(service::is_enabled(&target, &user), "an adopted user is left as it is");

    workspace.write("main.tf", &application_user(&target, &format!("{adopting}\n  on_destroy = \"delete\"")));
    workspace.apply();
    workspace.destroy();
    assert!(!target.api().exists(&format!("systemusers({user})")));
    // With nothing to take over, the same configuration creates.
    workspace.write("main.tf", &application_user(&target, adopting));
    workspace.apply();
    assert_eq!(text(&workspace.attributes("dataverse_application_user.it"), "on_destroy"), "delete");
    workspace.destroy();
    target.api().patch(&format!("businessunits({unit})"), &json!({"isdisabled": true}));
    target.api().delete(&format!("businessunits({unit})"));
}

#[test]
fn the_eighth_non_interactive_user_is_refused_while_planning() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let workspace = Workspace::new(&target);
    let user = |index: usize| {
        format!(
            "resource \"dataverse_system_user\" \"u{index}\" {{\n  domain_name = \"{}\"\n  provisioning = \"create\"\n  \
             access_mode = \"non_interactive\"\n  first_name = \"N\"\n  last_name = \"{index}\"\n  \
             on_destroy = \"abandon\"\n}}\n",
            target.person_name(index)
        )
    };
    let present = "systemusers?$select=systemuserid&$filter=accessmode%20eq%204%20and%20applicationid%20eq%20null%20and%20isdisabled%20eq%20false";
    let free = 7 - target.api().rows(present).len();
    let people: String = (0..=free).map(user).collect();
    workspace.write("main.tf", &people);
    let errors = workspace.expect_plan_error();
    let refused: Vec<_> = errors.iter().filter(|it| it.is_error()).collect();
    assert_eq!(refused.len(), 1, "{errors:#?}");
    assert!(refused[0].text().contains("takes 7 non-interactive users"), "{}", refused[0].text());
    let fitting: String = (0..free).map(user).collect();
    workspace.write("main.tf", &fitting);
    workspace.apply();
    workspace.assert_plan_is_empty();
}

#[test]
fn an_application_that_is_known_only_while_applying_is_adopted_or_created() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let body = json!({
        "applicationid": target.application(0), "accessmode": 4,
        "businessunitid@odata.bind": format!("/businessunits({unit})"),
    });
    target.api().post("systemusers", &body);
    let workspace = Workspace::new(&target);
    let config: String = [0, 1]
        .map(|index| {
            format!(
                "resource \"terraform_data\" \"a{index}\" {{\n  input = \"{}\"\n}}\n\
                 resource \"dataverse_application_user\" \"u{index}\" {{\n  \
                 application_id = terraform_data.a{index}.output\n  adopt_existing = true\n}}\n",
                target.application(index)
            )
        })
        .concat();
    workspace.write("main.tf", &config);
    workspace.apply();
    workspace.assert_plan_is_empty();
    let adopted = workspace.attributes("dataverse_application_user.u0");
    assert_eq!(
        (text(&adopted, "on_destroy"), text(&adopted, "business_unit_id")),
        ("abandon", unit.as_str())
    );
    let created = workspace.attributes("dataverse_application_user.u1");
    assert_eq!(text(&created, "on_destroy"), "delete");
    workspace.destroy();
    service::delete_application_user(&target, &adopted);
    target.api().patch(&format!("businessunits({unit})"), &json!({"isdisabled": true}));
    target.api().delete(&format!("businessunits({unit})"));
}
