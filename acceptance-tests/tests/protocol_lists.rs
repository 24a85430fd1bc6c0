//! Lists, as raw messages: `terraform query` needs Terraform 1.14.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Configured, decode, identity};
use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::{Value, json};

#[test]
fn lists_of_roles_find_each_once_and_what_the_filter_says() {
    let kind = "dataverse_security_role";
    let target = Target::new();
    let (root, unit) = (service::root_unit(&target), service::create_unit(&target, &target.name("unit")));
    let [a, b] = ["A", "B"].map(|letter| format!("{} {letter}", target.name("role")));
    let in_root = service::create_role(&target, &a, &root);
    let in_unit = service::create_role(&target, &b, &unit);
    let provider = Configured::new(&target);

    // The role of the root unit has a copy in the unit below, which is not another role.
    let both = [(a.clone(), in_root.clone()), (b.clone(), in_unit.clone())];
    assert_eq!(provider.found(kind, &json!({"name_prefix": target.name("role").to_uppercase()})), both);
    assert_eq!(provider.found(kind, &json!({"name_contains": &b[5..]})), both[1..]);
    assert_eq!(provider.found(kind, &json!({"name_prefix": a, "managed": true})), []);
    let named = json!({"name_prefix": target.name("role"), "business_unit_id": target.name("unit"), "managed": false});
    assert_eq!(provider.found(kind, &named), both[1..]);
    assert_eq!(provider.found(kind, &json!({"name_contains": "100%_["})), []);

    let platform = |wish: Value| {
        let found = provider.found(kind, &json!({"include_platform": wish}));
        found.iter().any(|(name, _)| name == "System Administrator")
    };
    assert!(platform(json!(true)) && !platform(Value::Null) && !platform(json!(false)));

    let events = provider.list(kind, &json!({"business_unit_id": "Nowhere"}), 10, false);
    assert_eq!(events.len(), 1);
    assert!(events[0].diagnostic[0].detail.contains("no business unit named \"Nowhere\""), "{events:?}");
    target.api().delete(&format!("roles({in_unit})"));
    target.api().delete(&format!("roles({in_root})"));
}

#[test]
fn whole_objects_are_what_a_read_gives() {
    let target = Target::new();
    let workspace = Workspace::new(&target);
    workspace.write(
        "main.tf",
        &format!(
            "resource \"dataverse_security_role\" \"it\" {{\n  name = \"{}\"\n  applies_to = \"Tests\"\n}}\n\
             resource \"dataverse_application_user\" \"it\" {{\n  application_id = \"{}\"\n  \
             security_roles = [\"Basic User\"]\n}}\n",
            target.name("role"),
            target.application(0)
        ),
    );
    workspace.apply();
    let person = service::sign_in(&target, &target.person(0));
    let provider = Configured::new(&target);
    for kind in ["dataverse_security_role", "dataverse_application_user"] {
        let stored = workspace.attributes(&format!("{kind}.it"));
        let objects: Vec<Value> = provider
            .list(kind, &json!({}), 1000, true)
            .iter()
            .map(|event| decode(event.resource_object.as_ref()))
            .collect();
        let found = objects.iter().find(|object| object["id"] == stored["id"]).expect("it is listed");
        for (name, value) in stored.as_object().unwrap() {
            // What nobody could read: whether the configuration created the user.
            if name != "on_destroy" {
                assert_eq!(&found[name], value, "{kind}.{name}");
            }
        }
    }
    let people = provider.list("dataverse_system_user", &json!({"enabled": true}), 1000, true);
    let objects: Vec<Value> = people.iter().map(|event| decode(event.resource_object.as_ref())).collect();
    let found = objects.iter().find(|object| object["id"] == json!(person)).expect("the person is listed");
    assert_eq!(text(found, "entra_object_id"), target.person(0));
    assert_eq!((&found["security_roles"], &found["provisioning"]), (&json!([]), &json!("adopt")));
    assert!(objects.iter().all(|object| object["full_name"] != "SYSTEM"), "{objects:?}");
    workspace.destroy();
}

#[test]
fn users_are_listed_by_kind_and_filter() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let person = service::sign_in(&target, &target.person(0));
    let provider = Configured::new(&target);
    let ids = |kind: &str, config: Value| -> Vec<String> {
        provider.found(kind, &config).into_iter().map(|(_, id)| id).collect()
    };
    let people = ids("dataverse_system_user", json!({}));
    let all = ids("dataverse_system_user", json!({"include_platform": true}));
    let applications = ids("dataverse_application_user", json!({}));
    assert!(people.contains(&person) && all.len() >= people.len() + 2);
    assert!(!applications.is_empty() && applications.iter().all(|id| !all.contains(id)));
    assert!(!ids("dataverse_system_user", json!({"enabled": false})).contains(&person));
    target.api().patch(&format!("systemusers({person})"), &json!({"isdisabled": true}));
    assert!(ids("dataverse_system_user", json!({"enabled": false})).contains(&person));
    assert!(ids("dataverse_system_user", json!({"name_contains": "nobody is called that"})).is_empty());
}

#[test]
fn a_list_stops_at_its_limit_and_reads_no_more_than_that() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let root = service::root_unit(&target);
    for number in 0..25 {
        let _id = service::create_role(&target, &format!("{} {number:02}", target.name("role")), &root);
    }
    let provider = Configured::new(&target);
    let config = json!({"name_prefix": target.name("role")});
    target.forget_requests();
    let events = provider.list("dataverse_security_role", &config, 10, false);
    assert_eq!(events.len(), 10);
    assert_eq!(events[9].display_name, format!("{} 09", target.name("role")));
    let before = target.request_count();
    assert_eq!(provider.list("dataverse_security_role", &config, 1000, false).len(), 25);
    assert_eq!(target.request_count() - before, 1, "a list without whole objects is one query for each page");
}

#[test]
fn a_list_reads_pages_until_it_has_enough() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let root = service::root_unit(&target);
    let name = |number: usize| format!("{} [b] {number:02}", target.name("role"));
    for number in 0..60 {
        let _id = service::create_role(&target, &name(number), &root);
    }
    let provider = Configured::new(&target);
    // The first request signs in.
    assert!(!provider.found("dataverse_security_role", &json!({})).is_empty());
    // The service takes a bracket for a wildcard, so this filter is the provider's own, and whole pages may not fit it.
    for (number, limit, pages) in [(0, 1, 1), (59, 1, 2), (59, 1000, 1)] {
        target.forget_requests();
        let config = json!({"name_contains": format!("[b] {number:02}")});
        let events = provider.list("dataverse_security_role", &config, limit, false);
        let found: Vec<&str> = events.iter().map(|event| event.display_name.as_str()).collect();
        assert_eq!(found, [name(number)]);
        assert_eq!(target.request_count(), pages, "for {number} with a limit of {limit}");
    }
}

#[test]
fn what_is_listed_is_imported_by_its_identity_read_as_it_was_listed_and_planned_unchanged() {
    let target = Target::new();
    let person = service::sign_in(&target, &target.person(0));
    service::assign(&target, &person, &service::role_named(&target, "Basic User"));
    let _role = service::create_role(&target, &target.name("role"), &service::root_unit(&target));
    let _team = create_team(&target, "Team");
    let provider = Configured::new(&target);
    for kind in [
        "dataverse_application_user",
        "dataverse_business_unit",
        "dataverse_security_role",
        "dataverse_system_user",
        "dataverse_team",
    ] {
        let whole = provider.list(kind, &json!({}), 1000, true);
        let own = whole.iter().find(|event| text(&identity(event), "id") == person);
        let event = own.or(whole.first()).unwrap_or_else(|| panic!("there is a {kind}"));
        let request = pb::import_resource_state::Request {
            type_name: kind.into(),
            identity: event.identity.clone(),
            ..Default::default()
        };
        let imported =
            provider.host.call(async |mut it| it.import_resource_state(request).await).expect("an answer");
        assert_eq!(imported.diagnostics, []);
        let [imported] = &imported.imported_resources[..] else { panic!("one object, not {imported:?}") };
        assert_eq!(imported.identity, event.identity);
        let request = pb::read_resource::Request {
            type_name: kind.into(),
            current_state: imported.state.clone(),
            current_identity: imported.identity.clone(),
            private: imported.private.clone(),
            ..Default::default()
        };
        let read = provider.host.call(async |mut it| it.read_resource(request).await).expect("an answer");
        assert_eq!(read.diagnostics, []);
        let state = decode(read.new_state.as_ref());
        assert_eq!(state, decode(event.resource_object.as_ref()), "{kind}");
        provider.assert_generated_configuration_plans_nothing(kind, &state, &read);
    }
}

fn create_team(target: &Target, what: &str) -> String {
    let unit = format!("/businessunits({})", service::root_unit(target));
    let who = target.api().get("WhoAmI");
    let team = json!({
        "name": target.name(what),
        "teamtype": 0,
        "businessunitid@odata.bind": unit,
        "administratorid@odata.bind": format!("/systemusers({})", text(&who, "UserId")),
    });
    text(&target.api().post("teams", &team), "teamid").to_owned()
}

#[test]
fn teams_and_units_are_listed_by_what_they_are() {
    let target = Target::new();
    let unit = service::create_unit(&target, &target.name("unit"));
    let team = create_team(&target, "Team");
    let provider = Configured::new(&target);

    let kind = "dataverse_team";
    let own = [(target.name("Team"), team.clone())];
    assert_eq!(provider.found(kind, &json!({"name_prefix": "acceptance team"}))[..], own);
    assert_eq!(provider.found(kind, &json!({"business_unit_id": target.name("unit")})), []);
    assert_eq!(provider.found(kind, &json!({"name_prefix": own[0].0, "team_type": "access"})), []);
    let default = provider.found(kind, &json!({"business_unit_id": unit, "include_default": true}));
    assert_eq!(default.len(), 1, "the default team of the unit: {default:?}");

    let kind = "dataverse_business_unit";
    let all = provider.found(kind, &json!({}));
    let below = (target.name("unit"), unit.clone());
    assert!(all.contains(&below) && all.iter().any(|(_, id)| *id == service::root_unit(&target)));
    let root = service::root_unit(&target);
    assert!(provider.found(kind, &json!({"parent_business_unit_id": root})).contains(&below));
    assert_eq!(provider.found(kind, &json!({"parent_business_unit_id": unit})), []);
    assert_eq!(provider.found(kind, &json!({"name_contains": below.0, "enabled": false})), []);
    target.api().delete(&format!("teams({team})"));
    service::delete_unit(&target, &unit);
}
