//! What a configured provider answers to a host: reads, plans and imports, as raw messages.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::Target;
use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Host, HostOptions, Unknown, decode, encode, is_unknown, object};
use acceptance_tests::service;
use serde_json::{Value, json};

const ROLE: &str = "dataverse_security_role";

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
        let configured = Self { host, schema };
        assert_eq!(configured.configure(&json!({})), []);
        configured
    }

    fn configure(&self, set: &Value) -> Vec<pb::Diagnostic> {
        let schema = self.schema.provider.as_ref().expect("a provider schema");
        let request = pb::configure::Request {
            terraform_version: "1.11.4".into(),
            config: encode(&object(schema, set)),
            client_capabilities: None,
        };
        self.host.call(async |mut it| it.configure(request).await).expect("an answer").diagnostics
    }

    fn role(&self, set: &Value) -> Value {
        object(&self.schema.resource_schemas[ROLE], set)
    }

    fn plan(&self, prior: &Value, config: &Value, proposed: &Value) -> pb::plan_resource_change::Response {
        self.plan_with(Vec::new(), prior, config, proposed)
    }

    fn plan_with(
        &self,
        prior_private: Vec<u8>,
        prior: &Value,
        config: &Value,
        proposed: &Value,
    ) -> pb::plan_resource_change::Response {
        let request = pb::plan_resource_change::Request {
            prior_private,
            type_name: ROLE.into(),
            prior_state: encode(prior),
            proposed_new_state: encode(proposed),
            config: encode(config),
            ..Default::default()
        };
        self.host.call(async |mut it| it.plan_resource_change(request).await).expect("an answer")
    }

    fn read(&self, state: &Value) -> pb::read_resource::Response {
        let request = pb::read_resource::Request {
            type_name: ROLE.into(),
            current_state: encode(state),
            private: b"kept".to_vec(),
            ..Default::default()
        };
        self.host.call(async |mut it| it.read_resource(request).await).expect("an answer")
    }

    fn import(&self, id: &str) -> pb::import_resource_state::Response {
        let request = pb::import_resource_state::Request {
            type_name: ROLE.into(),
            id: id.into(),
            ..Default::default()
        };
        self.host.call(async |mut it| it.import_resource_state(request).await).expect("an answer")
    }
}

#[test]
fn what_is_gone_is_read_as_null_without_an_error() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let gone = provider.role(&json!({"id": uuid::Uuid::new_v4().to_string(), "name": "Gone"}));
    let answer = provider.read(&gone);
    assert_eq!(answer.diagnostics, []);
    assert_eq!(decode(answer.new_state.as_ref()), Value::Null);
}

#[test]
fn a_create_is_planned_with_defaults_known_and_the_id_unknown() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let config = provider.role(&json!({"name": target.name("role")}));
    let answer = provider.plan(&Value::Null, &config, &config);
    assert_eq!(answer.diagnostics, []);
    assert!(!answer.legacy_type_system);
    let planned = decode(answer.planned_state.as_ref());
    assert!(is_unknown(&planned["id"]), "{planned:#}");
    assert_eq!(planned["name"], config["name"]);
    assert_eq!(planned["member_privilege_inheritance"], "direct_user_and_team");
    assert_eq!(planned["description"], Value::Null);
}

#[test]
fn an_unknown_value_is_planned_as_it_is() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let config = provider.role(&json!({"name": Value::from(Unknown), "description": Value::from(Unknown)}));
    let answer = provider.plan(&Value::Null, &config, &config);
    assert_eq!(answer.diagnostics, []);
    let planned = decode(answer.planned_state.as_ref());
    assert!(is_unknown(&planned["name"]) && is_unknown(&planned["description"]), "{planned:#}");
}

#[test]
fn the_same_plan_twice_is_the_same_bytes() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let config = provider.role(&json!({"name": target.name("role"), "description": "Twice"}));
    let first = provider.plan(&Value::Null, &config, &config);
    let second = provider.plan_with(first.planned_private.clone(), &Value::Null, &config, &config);
    assert_eq!(first.diagnostics, []);
    assert_eq!(first, second);
}

#[test]
fn a_destroy_is_planned_as_null() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let name = target.name("role");
    let role = service::create_role(&target, &name, &service::root_unit(&target));
    let id = role.as_str();
    let imported = provider.import(id);
    assert_eq!(imported.diagnostics, []);
    let [imported] = &imported.imported_resources[..] else { panic!("one object, not {imported:?}") };
    assert_eq!(imported.type_name, ROLE);
    let answer = provider.read(&decode(imported.state.as_ref()));
    let state = decode(answer.new_state.as_ref());
    assert_eq!((state["id"].as_str(), state["name"].as_str()), (Some(id), Some(name.as_str())));
    assert_eq!(answer.private, b"kept");
    assert!(answer.new_identity.is_some());

    let config = provider.role(&json!({"name": name}));
    let unchanged = provider.plan(&state, &config, &state);
    assert_eq!(decode(unchanged.planned_state.as_ref()), state, "{:?}", unchanged.diagnostics);
    let destroy = provider.plan(&state, &Value::Null, &Value::Null);
    assert_eq!(destroy.diagnostics, []);
    assert_eq!(decode(destroy.planned_state.as_ref()), Value::Null);
    target.api().delete(&format!("roles({id})"));
}

#[test]
fn an_import_of_nothing_says_what_an_id_looks_like() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let answer = provider.import(&target.name("nobody"));
    assert!(answer.imported_resources.is_empty());
    let [diagnostic] = &answer.diagnostics[..] else { panic!("one message, not {:?}", answer.diagnostics) };
    assert!(diagnostic.detail.contains("id or name"), "{diagnostic:?}");
}

#[test]
fn a_provider_that_is_configured_again_works_with_the_new_configuration() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let wrong = provider.configure(&json!({"environment_url": "https://contoso.crm.dynamics.com/api"}));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(provider.configure(&json!({"environment_url": target.url()})), []);
    let gone = provider.role(&json!({"id": uuid::Uuid::new_v4().to_string(), "name": "Gone"}));
    assert_eq!(provider.read(&gone).diagnostics, []);
}

#[test]
fn faults_in_maps_are_at_their_elements() {
    use pb::attribute_path::step::Selector;
    let target = Target::new();
    let provider = Configured::new(&target);
    let kind = "dataverse_role_privileges";
    let config = object(
        &provider.schema.resource_schemas[kind],
        &json!({
            "role_id": "Basic User",
            "tables": {"acount": {"read": "user"}, "account": {"read": "organization"}, "userquery": {"read": "organization"}},
            "privileges": {"prvExportToExcell": "organization"},
        }),
    );
    let request = pb::plan_resource_change::Request {
        type_name: kind.into(),
        prior_state: encode(&Value::Null),
        proposed_new_state: encode(&config),
        config: encode(&config),
        ..Default::default()
    };
    let answer =
        provider.host.call(async |mut it| it.plan_resource_change(request).await).expect("an answer");
    let errors = answer.diagnostics.iter().filter(|it| it.severity == pb::diagnostic::Severity::Error as i32);
    let mut paths: Vec<String> = errors
        .map(|it| {
            let steps = it.attribute.iter().flat_map(|path| &path.steps);
            let text = steps.map(|step| match &step.selector {
                Some(Selector::AttributeName(name)) => format!(".{name}"),
                Some(Selector::ElementKeyString(key)) => format!("[{key}]"),
                other => panic!("a step of a map, not {other:?}"),
            });
            text.collect()
        })
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 3, "{paths:?}");
    // Terraform finds the line of one key below an attribute; whether there is a second is the provider's choice.
    for (path, place) in
        paths.iter().zip([".privileges[prvExportToExcell]", ".tables[acount]", ".tables[userquery]"])
    {
        assert!(path.starts_with(place), "{paths:?}");
    }
}

#[test]
fn messages_of_several_mebibytes_pass() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let config = provider.role(&json!({"name": target.name("role"), "description": "x".repeat(5 << 20)}));
    let answer = provider.plan(&Value::Null, &config, &config);
    assert_eq!(decode(answer.planned_state.as_ref())["description"], config["description"]);
}

#[test]
fn ten_calls_at_once_are_answered() {
    let target = Target::new();
    let provider = Configured::new(&target);
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..10)
            .map(|number| {
                let provider = &provider;
                let name = format!("{} {number}", target.name("role"));
                scope.spawn(move || {
                    let config = provider.role(&json!({ "name": name }));
                    provider.plan(&Value::Null, &config, &config).diagnostics
                })
            })
            .collect();
        for call in calls {
            assert_eq!(call.join().expect("an answer"), []);
        }
    });
}
