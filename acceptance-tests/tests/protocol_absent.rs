//! Calls for what the provider does not offer: each is answered with an error for the user, and the process lives on.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Host, HostOptions, decode, encode};
use serde_json::{Value, json};

const ERROR: i32 = pb::diagnostic::Severity::Error as i32;
const NOBODY: &str = "dataverse_nobody_knows";

fn assert_is_one_error(what: &str, diagnostics: &[pb::Diagnostic]) {
    assert_eq!(
        diagnostics.iter().map(|it| it.severity).collect::<Vec<_>>(),
        [ERROR],
        "{what}: {diagnostics:?}"
    );
    let text = &diagnostics[0];
    assert!(!text.summary.is_empty() && !text.detail.is_empty(), "{what}: {text:?}");
    assert!(!text.detail.contains("panic"), "{what}: {text:?}");
}

macro_rules! refused {
    ($host:ident, $($method:ident: $module:ident { $($field:ident: $value:expr),* };)*) => {$({
        #[allow(clippy::needless_update, reason = "some requests have no other fields")]
        let request = pb::$module::Request { $($field: $value.into(),)* ..Default::default() };
        let answer = $host.call(async |mut it| it.$method(request).await).expect("an answer");
        assert_is_one_error(stringify!($method), &answer.diagnostics);
    })*};
}

#[test]
fn what_is_not_offered_is_refused_with_a_message() {
    let host = Host::start(&HostOptions::default());
    refused!(host,
        move_resource_state: move_resource_state {
            source_type_name: "powerplatform_user", target_type_name: "dataverse_system_user"
        };
        generate_resource_config: generate_resource_config { type_name: NOBODY };
        validate_ephemeral_resource_config: validate_ephemeral_resource_config { type_name: NOBODY };
        open_ephemeral_resource: open_ephemeral_resource { type_name: NOBODY };
        renew_ephemeral_resource: renew_ephemeral_resource { type_name: NOBODY };
        close_ephemeral_resource: close_ephemeral_resource { type_name: NOBODY };
        validate_list_resource_config: validate_list_resource_config { type_name: NOBODY };
        validate_action_config: validate_action_config { type_name: NOBODY };
        plan_action: plan_action { action_type: NOBODY };
    );
    assert_lives(&host);
}

#[test]
fn streams_of_what_is_not_offered_end_after_a_message() {
    let host = Host::start(&HostOptions::default());
    let events = host.call(async |mut it| {
        let request = pb::list_resource::Request { type_name: NOBODY.into(), ..Default::default() };
        let mut stream = it.list_resource(request).await?.into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await? {
            events.push(event);
        }
        Ok(tonic::Response::new(events))
    });
    let events = events.expect("a stream that ends well");
    assert_eq!(events.len(), 1);
    assert_is_one_error("list_resource", &events[0].diagnostic);

    let events = host.call(async |mut it| {
        let request = pb::invoke_action::Request { action_type: NOBODY.into(), ..Default::default() };
        let mut stream = it.invoke_action(request).await?.into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await? {
            events.push(event);
        }
        Ok(tonic::Response::new(events))
    });
    let events = events.expect("a stream that ends well");
    assert_eq!(events.len(), 1);
    match &events[0].r#type {
        Some(pb::invoke_action::event::Type::Completed(end)) => {
            assert_is_one_error("invoke_action", &end.diagnostics);
        }
        other => panic!("an action must end with a completion: {other:?}"),
    }
    assert_lives(&host);
}

#[test]
fn a_type_that_nobody_knows_is_refused_wherever_it_is_named() {
    let host = Host::start(&HostOptions::default());
    let null = || encode(&Value::Null);
    refused!(host,
        validate_resource_type_config: validate_resource_type_config { type_name: NOBODY, config: null() };
        validate_data_source_config: validate_data_source_config { type_name: NOBODY, config: null() };
        upgrade_resource_state: upgrade_resource_state { type_name: NOBODY };
        upgrade_resource_identity: upgrade_resource_identity { type_name: NOBODY };
        read_resource: read_resource { type_name: NOBODY, current_state: null() };
        plan_resource_change: plan_resource_change { type_name: NOBODY, prior_state: null() };
        apply_resource_change: apply_resource_change { type_name: NOBODY, prior_state: null() };
        import_resource_state: import_resource_state { type_name: NOBODY, id: "1" };
        read_data_source: read_data_source { type_name: NOBODY, config: null() };
    );
    assert_lives(&host);
}

#[test]
fn values_of_another_shape_are_refused_with_a_message() {
    let host = Host::start(&HostOptions::default());
    let role = "dataverse_security_role";
    let odd = || encode(&json!({"name": ["not", "a", "string"]}));
    let broken = || Some(pb::DynamicValue { msgpack: vec![0xc1, 0xff], json: Vec::new() });
    refused!(host,
        validate_resource_type_config: validate_resource_type_config { type_name: role, config: odd() };
        validate_resource_type_config: validate_resource_type_config { type_name: role, config: broken() };
        read_resource: read_resource { type_name: role, current_state: odd() };
        plan_resource_change: plan_resource_change { type_name: role, config: broken() };
        apply_resource_change: apply_resource_change { type_name: role, planned_state: broken() };
        prepare_provider_config: prepare_provider_config { config: odd() };
        configure: configure { config: broken() };
    );
    assert_lives(&host);
}

#[test]
fn calls_that_need_a_configured_provider_say_so() {
    let host = Host::start(&HostOptions::default());
    let schema =
        host.call(async |mut it| it.get_schema(pb::get_provider_schema::Request {}).await).expect("a schema");
    let role = acceptance_tests::protocol::object(
        &schema.resource_schemas["dataverse_security_role"],
        &json!({"id": "11111111-1111-1111-1111-111111111111", "name": "Sales"}),
    );
    let role = || encode(&role);
    refused!(host,
        read_resource: read_resource { type_name: "dataverse_security_role", current_state: role() };
        apply_resource_change: apply_resource_change {
            type_name: "dataverse_security_role", prior_state: role(), planned_state: role()
        };
        import_resource_state: import_resource_state { type_name: "dataverse_security_role", id: "Sales" };
    );
    let request = pb::read_resource::Request {
        type_name: "dataverse_security_role".into(),
        current_state: role(),
        private: b"kept".to_vec(),
        ..Default::default()
    };
    let answer = host.call(async |mut it| it.read_resource(request).await).expect("an answer");
    assert_eq!(answer.private, b"kept", "private data must survive an error");
    assert_eq!(decode(answer.new_state.as_ref()), decode(role().as_ref()), "state must survive an error");
}

fn assert_lives(host: &Host) {
    let answer = host.call(async |mut it| it.stop(pb::stop::Request {}).await).expect("the process lives");
    assert_eq!(answer.error, "");
}
