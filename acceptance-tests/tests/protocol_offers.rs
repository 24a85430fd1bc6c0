//! What newer hosts ask for: ephemeral resources, lists and moves, as raw messages.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Host, HostOptions, Unknown, decode, encode, object};
use acceptance_tests::service::{self, text};
use acceptance_tests::{Target, Workspace};
use serde_json::{Value, json};

const TOKEN: &str = "dataverse_access_token";

/// A host whose provider takes its configuration from the environment.
struct Configured {
    host: Host,
    schema: pb::get_provider_schema::Response,
}

impl Configured {
    fn new(target: &Target) -> Self {
        let host = Host::start(&HostOptions { env: target.env(), ..HostOptions::default() });
        let request = pb::get_provider_schema::Request {};
        let schema = host.call(async |mut it| it.get_schema(request).await).expect("a schema");
        let request = pb::configure::Request {
            terraform_version: "1.14.0".into(),
            config: encode(&object(schema.provider.as_ref().expect("a provider schema"), &json!({}))),
            client_capabilities: None,
        };
        let configured = host.call(async |mut it| it.configure(request).await).expect("an answer");
        assert_eq!(configured.diagnostics, []);
        Self { host, schema }
    }

    fn open(&self, config: &Value) -> pb::open_ephemeral_resource::Response {
        let request = pb::open_ephemeral_resource::Request {
            type_name: TOKEN.into(),
            config: encode(&object(&self.schema.ephemeral_resource_schemas[TOKEN], config)),
            client_capabilities: None,
        };
        self.host.call(async |mut it| it.open_ephemeral_resource(request).await).expect("an answer")
    }

    /// All events of a list.
    fn list(&self, kind: &str, config: &Value, limit: i64, whole: bool) -> Vec<pb::list_resource::Event> {
        let config = encode(&object(&self.schema.list_resource_schemas[kind], config));
        let request = pb::validate_list_resource_config::Request {
            type_name: kind.into(),
            config: config.clone(),
            ..Default::default()
        };
        let valid = self.host.call(async |mut it| it.validate_list_resource_config(request).await);
        assert_eq!(valid.expect("an answer").diagnostics, []);
        let request = pb::list_resource::Request {
            type_name: kind.into(),
            config,
            include_resource_object: whole,
            limit,
        };
        let events = self.host.call(async |mut it| {
            let mut stream = it.list_resource(request).await?.into_inner();
            let mut events = Vec::new();
            while let Some(event) = stream.message().await? {
                events.push(event);
            }
            Ok(tonic::Response::new(events))
        });
        events.expect("a list that ends well")
    }

    /// What the provider generates as configuration is valid, and plans no change of the object.
    fn assert_generated_configuration_plans_nothing(
        &self,
        kind: &str,
        state: &Value,
        read: &pb::read_resource::Response,
    ) {
        let request = pb::generate_resource_config::Request { type_name: kind.into(), state: encode(state) };
        let generated = self.host.call(async |mut it| it.generate_resource_config(request).await);
        let generated = generated.expect("an answer");
        assert_eq!(generated.diagnostics, []);
        let config = decode(generated.config.as_ref());
        assert!(config["id"].is_null() && config["on_destroy"] != "disable", "{config:#}");
        let request = pb::validate_resource_type_config::Request {
            type_name: kind.into(),
            config: encode(&config),
            ..Default::default()
        };
        let valid = self.host.call(async |mut it| it.validate_resource_type_config(request).await);
        assert_eq!(valid.expect("an answer").diagnostics, []);
        // Core proposes what the configuration says, and the state where the provider may decide.
        let block = self.schema.resource_schemas[kind].block.as_ref().expect("a block");
        let mut proposed = config.clone();
        for attribute in block.attributes.iter().filter(|it| it.computed) {
            if config[&attribute.name].is_null() {
                proposed[&attribute.name] = state[&attribute.name].clone();
            }
        }
        let request = pb::plan_resource_change::Request {
            type_name: kind.into(),
            prior_state: encode(state),
            config: encode(&config),
            proposed_new_state: encode(&proposed),
            prior_private: read.private.clone(),
            prior_identity: read.new_identity.clone(),
            ..Default::default()
        };
        let plan = self.host.call(async |mut it| it.plan_resource_change(request).await).expect("an answer");
        assert_eq!(plan.diagnostics, []);
        assert_eq!(&decode(plan.planned_state.as_ref()), state, "{kind}");
    }

    /// Name and id of everything that a list finds.
    fn found(&self, kind: &str, config: &Value) -> Vec<(String, String)> {
        let events = self.list(kind, config, 1000, false);
        events
            .iter()
            .map(|event| {
                assert_eq!(event.diagnostic, []);
                assert!(event.resource_object.is_none());
                (event.display_name.clone(), text(&identity(event), "id").to_owned())
            })
            .collect()
    }
}

fn identity(event: &pb::list_resource::Event) -> Value {
    decode(event.identity.as_ref().expect("an identity").identity_data.as_ref())
}

#[test]
fn the_token_of_the_environment_works_and_says_when_it_ends() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let opened = provider.open(&json!({}));
    assert_eq!(opened.diagnostics, []);
    assert!(opened.renew_at.is_none());
    let token = decode(opened.result.as_ref());
    assert!(token["scope"].is_null());
    let ends = text(&token, "expires_on");
    assert!(ends.len() >= 20 && ends.contains('T') && ends.ends_with('Z'), "{ends}");
    let attributes = &provider.schema.ephemeral_resource_schemas[TOKEN].block.as_ref().unwrap().attributes;
    assert!(attributes.iter().find(|it| it.name == "access_token").unwrap().sensitive);
    assert!(target.api().accepts(text(&token, "access_token")));

    let other = provider.open(&json!({"scope": "https://service.powerapps.com/.default"}));
    assert_eq!(other.diagnostics, []);
    let other = decode(other.result.as_ref());
    assert_eq!(text(&other, "scope"), "https://service.powerapps.com/.default");
    assert_ne!(other["access_token"], token["access_token"]);

    let request = pb::close_ephemeral_resource::Request { type_name: TOKEN.into(), private: opened.private };
    let closed = provider.host.call(async |mut it| it.close_ephemeral_resource(request).await);
    assert_eq!(closed.expect("an answer").diagnostics, []);
}

#[test]
fn a_token_cannot_be_opened_before_its_scope_is_known_or_with_a_wrong_one() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let opened = provider.open(&json!({"scope": Value::from(Unknown)}));
    assert!(opened.result.is_none() && opened.diagnostics.len() == 1, "{opened:?}");
    let request = pb::validate_ephemeral_resource_config::Request {
        type_name: TOKEN.into(),
        config: encode(&object(
            &provider.schema.ephemeral_resource_schemas[TOKEN],
            &json!({"scope": "graph"}),
        )),
    };
    let checked = provider.host.call(async |mut it| it.validate_ephemeral_resource_config(request).await);
    let [fault] = &checked.expect("an answer").diagnostics[..] else { panic!("one message") };
    assert!(fault.detail.contains("is not a scope") && fault.attribute.is_some(), "{fault:?}");
}

#[test]
fn a_wrong_secret_is_said_without_showing_it() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let mut env = target.env();
    env.insert("ARM_CLIENT_SECRET".into(), "wrong-s3cret".into());
    let host = Host::start(&HostOptions { env, ..HostOptions::default() });
    let request = pb::get_provider_schema::Request {};
    let schema = host.call(async |mut it| it.get_schema(request).await).expect("a schema");
    let request = pb::configure::Request {
        config: encode(&object(schema.provider.as_ref().expect("a provider schema"), &json!({}))),
        ..Default::default()
    };
    host.call(async |mut it| it.configure(request).await).expect("an answer");
    let provider = Configured { host, schema };
    let opened = provider.open(&json!({}));
    let [fault] = &opened.diagnostics[..] else { panic!("one message, not {opened:?}") };
    assert_eq!(fault.summary, "Cannot open dataverse_access_token");
    assert!(fault.detail.contains("client_secret") && !fault.detail.contains("s3cret"), "{fault:?}");
}

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
    provider.open(&json!({}));
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
    let provider = Configured::new(&target);
    for kind in ["dataverse_security_role", "dataverse_system_user", "dataverse_application_user"] {
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

#[test]
fn a_resource_of_the_other_provider_becomes_one_that_a_read_completes() {
    let target = Target::new();
    let user = service::sign_in(&target, &target.person(0));
    let provider = Configured::new(&target);
    let kind = "dataverse_system_user";
    let state = json!({"id": user, "aad_id": target.person(0), "security_roles": []});
    let request = pb::move_resource_state::Request {
        source_provider_address: "registry.opentofu.org/microsoft/power-platform".into(),
        source_type_name: "powerplatform_user".into(),
        source_state: Some(pb::RawState { json: state.to_string().into_bytes(), ..Default::default() }),
        target_type_name: kind.into(),
        ..Default::default()
    };
    let moved = provider.host.call(async |mut it| it.move_resource_state(request).await).expect("an answer");
    assert_eq!(moved.diagnostics, []);
    let identity = moved.target_identity.clone().expect("an identity").identity_data;
    assert_eq!(decode(identity.as_ref()), json!({"id": user}));
    let request = pb::read_resource::Request {
        type_name: kind.into(),
        current_state: moved.target_state,
        private: moved.target_private,
        current_identity: moved.target_identity,
        ..Default::default()
    };
    let read = provider.host.call(async |mut it| it.read_resource(request).await).expect("an answer");
    assert_eq!(read.diagnostics, []);
    let object = decode(read.new_state.as_ref());
    assert_eq!(
        (text(&object, "id"), text(&object, "entra_object_id")),
        (user.as_str(), target.person(0).as_str())
    );
    assert_eq!((&object["enabled"], &object["security_roles"]), (&json!(true), &Value::Null));
}
