//! Messages of a host and answers of a service that mean harm: the process stays, and stays small.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use acceptance_tests::Target;
use acceptance_tests::flood::Flood;
use acceptance_tests::protocol::tfplugin5 as pb;
use acceptance_tests::protocol::{Configured, Host, HostOptions, encode, object};
use serde_json::json;

const ROLE: &str = "dataverse_security_role";
const MIB: usize = 1 << 20;

/// The most memory that the process had so far, in MiB.
fn peak(host: &Host) -> usize {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", host.child.id())).expect("a live process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells");
    line.trim().trim_end_matches(" kB").trim().parse::<usize>().expect("a number") / 1024
}

#[test]
fn a_gigabyte_from_the_service_is_an_error_and_does_not_stay_in_memory() {
    let flood = Flood::start(1024);
    let host = Host::start(&HostOptions { env: flood.env(), ..HostOptions::default() });
    let schema = host.call(async |mut it| it.get_schema(pb::get_provider_schema::Request {}).await);
    let schema = schema.expect("a schema");
    let request = pb::configure::Request {
        terraform_version: "1.14.0".into(),
        config: encode(&object(schema.provider.as_ref().expect("a provider schema"), &json!({}))),
        client_capabilities: None,
    };
    let mut said = host.call(async |mut it| it.configure(request).await).expect("an answer").diagnostics;
    let kind = "dataverse_environment";
    let request = pb::read_data_source::Request {
        type_name: kind.into(),
        config: encode(&object(&schema.data_source_schemas[kind], &json!({}))),
        ..Default::default()
    };
    said.extend(host.call(async |mut it| it.read_data_source(request).await).expect("an answer").diagnostics);
    let text: String = said.iter().map(|it| format!("{} {}", it.summary, it.detail)).collect();
    assert!(text.contains("the answer has more than 64 MiB"), "{text}");
    assert!(flood.sent() >= 64, "{} MiB were sent", flood.sent());
    assert!(flood.sent() < 1024 && peak(&host) < 256, "{} MiB sent, {} MiB taken", flood.sent(), peak(&host));
}

#[test]
fn a_plan_of_five_mebibytes_is_made() {
    let target = Target::emulator(dataverse_emulator::Options::default());
    let provider = Configured::new(&target);
    let set = json!({ "name": "Large", "description": "x".repeat(5 * MIB) });
    let config = object(&provider.schema.resource_schemas[ROLE], &set);
    let request = pb::plan_resource_change::Request {
        type_name: ROLE.into(),
        prior_state: encode(&json!(null)),
        proposed_new_state: encode(&config),
        config: encode(&config),
        ..Default::default()
    };
    let planned =
        provider.host.call(async |mut it| it.plan_resource_change(request).await).expect("an answer");
    assert_eq!(planned.diagnostics, []);
    assert!(planned.planned_state.is_some_and(|state| state.msgpack.len() > 5 * MIB));
}

#[test]
fn messages_that_promise_more_than_they_hold_are_refused_and_take_no_memory() {
    let host = Host::start(&HostOptions::default());
    let huge = |marker: u8, rest: &[u8]| [&[marker, 0xff, 0xff, 0xff, 0xff], rest].concat();
    let messages = [
        ("array", huge(0xdd, &[0xc0; 64])),
        ("map", huge(0xdf, &[0xa1, b'a', 0xc0])),
        ("text", huge(0xdb, b"abc")),
        ("binary", huge(0xc6, b"abc")),
        ("extension", huge(0xc9, &[12, 1, 2])),
        ("nested arrays", vec![0x91; 5 * MIB]),
        ("nested maps", [0x81, 0xa4, b'n', b'a', b'm', b'e'].repeat(MIB)),
        ("attribute of arrays", [&[0x81, 0xa4][..], b"name", &vec![0x91; 5 * MIB]].concat()),
    ];
    let before = peak(&host);
    for (what, msgpack) in messages {
        let request = pb::validate_resource_type_config::Request {
            type_name: ROLE.into(),
            config: Some(pb::DynamicValue { msgpack, json: Vec::new() }),
            ..Default::default()
        };
        let answer = host.call(async |mut it| it.validate_resource_type_config(request).await);
        assert!(answer.as_ref().map_or(true, |answer| !answer.diagnostics.is_empty()), "{what}: {answer:?}");
    }
    let deep = [b"[".repeat(MIB), b"{\"name\":".repeat(MIB)];
    for json in deep {
        let request = pb::upgrade_resource_state::Request {
            type_name: ROLE.into(),
            version: 0,
            raw_state: Some(pb::RawState { json, ..Default::default() }),
        };
        let answer = host.call(async |mut it| it.upgrade_resource_state(request).await);
        assert!(answer.as_ref().map_or(true, |answer| !answer.diagnostics.is_empty()), "{answer:?}");
    }
    let after = peak(&host);
    assert!(after < before + 128, "{before} MiB before, {after} MiB after");
    host.shut_down().expect("the process lives and answers");
}
