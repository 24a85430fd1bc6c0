//! What newer hosts ask for: ephemeral resources and moves, as raw messages.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::Target;
use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Configured, Unknown, decode, encode, object};
use acceptance_tests::service::{self, text};
use serde_json::{Value, json};

const TOKEN: &str = "dataverse_access_token";

#[test]
fn the_token_of_the_environment_works_and_says_when_it_ends() {
    let target = Target::new();
    let provider = Configured::new(&target);
    let opened = provider.open(TOKEN, &json!({}));
    assert_eq!(opened.diagnostics, []);
    assert!(opened.renew_at.is_none());
    let token = decode(opened.result.as_ref());
    assert!(token["scope"].is_null());
    let ends = text(&token, "expires_on");
    assert!(ends.len() >= 20 && ends.contains('T') && ends.ends_with('Z'), "{ends}");
    let attributes = &provider.schema.ephemeral_resource_schemas[TOKEN].block.as_ref().unwrap().attributes;
    assert!(attributes.iter().find(|it| it.name == "access_token").unwrap().sensitive);
    assert!(target.api().accepts(text(&token, "access_token")));

    let other = provider.open(TOKEN, &json!({"scope": "https://service.powerapps.com/.default"}));
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
    let opened = provider.open(TOKEN, &json!({"scope": Value::from(Unknown)}));
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
    let provider = Configured::with_env(env);
    let opened = provider.open(TOKEN, &json!({}));
    let [fault] = &opened.diagnostics[..] else { panic!("one message, not {opened:?}") };
    assert_eq!(fault.summary, "Cannot open dataverse_access_token");
    assert!(fault.detail.contains("client_secret") && !fault.detail.contains("s3cret"), "{fault:?}");
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
