//! What the provider answers to a host without a configured client: schemas, validation, state of other releases, functions.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::collections::BTreeSet;

use acceptance_tests::protocol::tfplugin5::{self as pb, attribute_path::step::Selector};
use acceptance_tests::protocol::{Host, HostOptions, Unknown, decode, encode, object};
use serde_json::{Value, json};

const ERROR: i32 = pb::diagnostic::Severity::Error as i32;

fn host() -> Host {
    Host::start(&HostOptions::default())
}

fn schema(host: &Host) -> pb::get_provider_schema::Response {
    host.call(async |mut it| it.get_schema(pb::get_provider_schema::Request {}).await).expect("a schema")
}

fn role_schema(host: &Host) -> pb::Schema {
    schema(host).resource_schemas["dataverse_security_role"].clone()
}

fn path(diagnostic: &pb::Diagnostic) -> String {
    let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
    let text = steps.map(|step| match &step.selector {
        Some(Selector::AttributeName(name) | Selector::ElementKeyString(name)) => name.clone(),
        Some(Selector::ElementKeyInt(index)) => index.to_string(),
        None => String::new(),
    });
    text.collect::<Vec<_>>().join(".")
}

#[test]
fn the_handshake_offers_protocol_5_on_a_unix_socket_with_a_certificate_and_nothing_else() {
    let host = host();
    let segments: Vec<&str> = host.handshake.segments.iter().map(String::as_str).collect();
    assert_eq!((segments[0], segments[1], segments[2], segments[4]), ("1", "5", "unix", "grpc"));
    assert_eq!(segments.len(), 6, "{}", host.handshake.line);
    assert!(segments[5].len() > 50 && !segments[5].contains(['=', '-', '_']), "{}", host.handshake.line);
}

#[test]
fn without_a_client_certificate_the_provider_serves_plain_text() {
    let host = Host::start(&HostOptions { plain_text: true, ..HostOptions::default() });
    assert!(host.handshake.line.ends_with("|grpc|"), "{}", host.handshake.line);
    assert!(schema(&host).provider.is_some());
}

#[test]
fn every_schema_obeys_the_rules_that_terraform_checks() {
    let host = host();
    let schema = schema(&host);
    let capabilities = schema.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
    assert!(schema.diagnostics.is_empty() && schema.provider_meta.is_none());
    assert!(schema.list_resource_schemas.keys().all(|name| schema.resource_schemas.contains_key(name)));
    assert!(schema.action_schemas.is_empty());

    let named = (schema.resource_schemas.iter())
        .chain(&schema.data_source_schemas)
        .chain(&schema.ephemeral_resource_schemas)
        .chain(&schema.list_resource_schemas);
    let provider = schema.provider.as_ref().expect("a provider schema");
    let provider_name = "provider".to_owned();
    for (name, schema) in named.chain([(&provider_name, provider)]) {
        assert!(name == "provider" || name.starts_with("dataverse_"), "{name}");
        assert!(schema.version >= 0, "{name}");
        lint(
            name,
            schema.block.as_ref().unwrap_or_else(|| panic!("{name} has no block")),
            name == "provider",
        );
    }
    for (name, function) in &schema.functions {
        assert!(is_identifier(name) && function.r#return.is_some(), "{name}");
        let parameters: Vec<_> = function.parameters.iter().chain(&function.variadic_parameter).collect();
        let names: BTreeSet<_> = parameters.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), parameters.len(), "{name} has two parameters of one name");
        assert!(parameters.iter().all(|it| is_identifier(&it.name) && is_type(&it.r#type)), "{name}");
    }
}

fn lint(name: &str, block: &pb::schema::Block, is_provider: bool) {
    let mut seen = BTreeSet::new();
    let reserved: &[&str] = if is_provider {
        &["alias", "version"]
    } else {
        &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"]
    };
    assert!(!block.description.is_empty(), "{name} is not documented");
    for attribute in &block.attributes {
        let name = format!("{name}.{}", attribute.name);
        assert!(seen.insert(&attribute.name) && is_identifier(&attribute.name), "{name}");
        assert!(!reserved.contains(&attribute.name.as_str()), "{name} is a word of Terraform's own");
        assert!(is_type(&attribute.r#type), "{name} has the type {:?}", attribute.r#type);
        assert!(attribute.required || attribute.optional || attribute.computed, "{name} is nothing");
        assert!(!(attribute.required && (attribute.optional || attribute.computed)), "{name} is too much");
        assert!(!(attribute.write_only && attribute.computed), "{name} is written and read");
        assert!(attribute.deprecated || attribute.deprecation_message.is_empty(), "{name}");
        assert!(!attribute.description.is_empty(), "{name} is not documented");
    }
    for nested in &block.block_types {
        assert!(
            seen.insert(&nested.type_name) && is_identifier(&nested.type_name),
            "{name}.{}",
            nested.type_name
        );
        assert!(nested.nesting != 0 && nested.min_items <= nested.max_items.max(nested.min_items), "{name}");
        lint(&format!("{name}.{}", nested.type_name), nested.block.as_ref().expect("a block"), false);
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn is_type(json: &[u8]) -> bool {
    fn known(value: &Value) -> bool {
        match value {
            Value::String(name) => ["string", "number", "bool", "dynamic"].contains(&name.as_str()),
            Value::Array(parts) => match (parts.first().and_then(Value::as_str), parts.get(1)) {
                (Some("list" | "set" | "map"), Some(element)) => known(element),
                (Some("object"), Some(Value::Object(attributes))) => attributes.values().all(known),
                (Some("tuple"), Some(Value::Array(elements))) => elements.iter().all(known),
                _ => false,
            },
            _ => false,
        }
    }
    serde_json::from_slice(json).is_ok_and(|value| known(&value))
}

#[test]
fn metadata_lists_what_the_schema_holds() {
    let host = host();
    let schema = schema(&host);
    let metadata =
        host.call(async |mut it| it.get_metadata(pb::get_metadata::Request {}).await).expect("metadata");
    let resources: BTreeSet<_> = metadata.resources.iter().map(|it| &it.type_name).collect();
    assert_eq!(resources, schema.resource_schemas.keys().collect());
    let sources: BTreeSet<_> = metadata.data_sources.iter().map(|it| &it.type_name).collect();
    assert_eq!(sources, schema.data_source_schemas.keys().collect());
    let functions: BTreeSet<_> = metadata.functions.iter().map(|it| &it.name).collect();
    assert_eq!(functions, schema.functions.keys().collect());
    let ephemerals: BTreeSet<_> = metadata.ephemeral_resources.iter().map(|it| &it.type_name).collect();
    assert_eq!(ephemerals, schema.ephemeral_resource_schemas.keys().collect());
    let lists: BTreeSet<_> = metadata.list_resources.iter().map(|it| &it.type_name).collect();
    assert_eq!(lists, schema.list_resource_schemas.keys().collect());
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
    let listed =
        host.call(async |mut it| it.get_functions(pb::get_functions::Request {}).await).expect("functions");
    assert_eq!(listed.functions, schema.functions);
}

#[test]
fn every_resource_has_an_identity_of_plain_values_that_import_can_use() {
    let host = host();
    let request = pb::get_resource_identity_schemas::Request {};
    let answer =
        host.call(async |mut it| it.get_resource_identity_schemas(request).await).expect("identities");
    let schema = schema(&host);
    assert_eq!(
        answer.identity_schemas.keys().collect::<Vec<_>>(),
        schema.resource_schemas.keys().collect::<Vec<_>>()
    );
    for (name, identity) in &answer.identity_schemas {
        assert_eq!(identity.version, 0, "{name}");
        assert!(identity.identity_attributes.iter().any(|it| it.required_for_import), "{name}");
        for attribute in &identity.identity_attributes {
            assert!(
                attribute.required_for_import != attribute.optional_for_import,
                "{name}.{}",
                attribute.name
            );
            let primitive = [&br#""string""#[..], br#""number""#, br#""bool""#];
            assert!(primitive.contains(&attribute.r#type.as_slice()), "{name}.{}", attribute.name);
        }
    }
}

#[test]
fn the_provider_block_comes_back_unchanged_and_its_faults_are_at_their_attributes() {
    let host = host();
    let provider = schema(&host).provider.expect("a provider schema");
    let prepare = |set: &Value| {
        let request = pb::prepare_provider_config::Request { config: encode(&object(&provider, set)) };
        host.call(async |mut it| it.prepare_provider_config(request).await).expect("an answer")
    };
    for set in
        [json!({}), json!({"environment_url": Value::from(Unknown), "client_secret": Value::from(Unknown)})]
    {
        let answer = prepare(&set);
        assert_eq!(answer.diagnostics, []);
        assert_eq!(decode(answer.prepared_config.as_ref()), object(&provider, &set));
    }
    let answer = prepare(&json!({"environment_url": "http://contoso.crm.dynamics.com", "client_id": "me"}));
    let found: BTreeSet<_> = answer.diagnostics.iter().map(|it| (it.severity, path(it))).collect();
    assert_eq!(found, [(ERROR, "client_id".to_owned()), (ERROR, "environment_url".to_owned())].into());
}

#[test]
fn unknown_values_are_valid_and_missing_or_read_only_ones_are_not() {
    let host = host();
    let schema = role_schema(&host);
    let validate = |set: &Value| {
        let request = pb::validate_resource_type_config::Request {
            type_name: "dataverse_security_role".into(),
            config: encode(&object(&schema, set)),
            client_capabilities: None,
        };
        host.call(async |mut it| it.validate_resource_type_config(request).await)
            .expect("an answer")
            .diagnostics
    };
    assert_eq!(validate(&json!({"name": "Sales"})), []);
    let everything: Vec<_> =
        schema.block.as_ref().unwrap().attributes.iter().filter(|it| it.required || it.optional).collect();
    let unknown: Value = everything
        .iter()
        .map(|it| (it.name.clone(), Value::from(Unknown)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(validate(&unknown), []);
    for (set, at) in [
        (json!({}), "name"),
        (json!({"name": "Sales", "id": "11111111-1111-1111-1111-111111111111"}), "id"),
        (json!({"name": "x".repeat(101)}), "name"),
        (
            json!({"name": "Sales", "member_privilege_inheritance": "sometimes"}),
            "member_privilege_inheritance",
        ),
    ] {
        let found = validate(&set);
        assert_eq!(found.iter().map(path).collect::<Vec<_>>(), [at], "{set}: {found:?}");
        assert!(
            found
                .iter()
                .all(|it| it.severity == ERROR && !it.summary.is_empty() && !it.summary.ends_with('.'))
        );
    }
}

#[test]
fn state_with_missing_and_unknown_keys_is_read_in_full() {
    let host = host();
    let schema = role_schema(&host);
    let stored = json!({"id": "11111111-1111-1111-1111-111111111111", "name": "Sales", "was_here_once": [1, {"a": 2}]});
    let request = |json: Vec<u8>, type_name: &str| pb::upgrade_resource_state::Request {
        type_name: type_name.into(),
        version: schema.version,
        raw_state: Some(pb::RawState { json, ..Default::default() }),
    };
    let upgrade =
        |request| host.call(async |mut it| it.upgrade_resource_state(request).await).expect("an answer");
    let answer = upgrade(request(stored.to_string().into_bytes(), "dataverse_security_role"));
    assert_eq!(answer.diagnostics, []);
    let expected = json!({"id": stored["id"], "name": "Sales"});
    assert_eq!(decode(answer.upgraded_state.as_ref()), object(&schema, &expected));

    for bad in [request(b"{".to_vec(), "dataverse_security_role"), request(b"{}".to_vec(), "dataverse_thing")]
    {
        let answer = upgrade(bad);
        assert_eq!(answer.diagnostics.iter().map(|it| it.severity).collect::<Vec<_>>(), [ERROR]);
    }
}

#[test]
fn functions_answer_in_a_process_that_nobody_configured() {
    let host = host();
    let call = |name: &str, arguments: &[Value]| {
        let arguments = arguments.iter().filter_map(encode).collect();
        let request = pb::call_function::Request { name: name.into(), arguments };
        host.call(async |mut it| it.call_function(request).await).expect("an answer")
    };
    let answer = call("access", &[json!("organization"), json!(["create", "append_to"])]);
    assert_eq!(answer.error, None);
    assert_eq!(
        decode(answer.result.as_ref()),
        json!({"create": "organization", "append_to": "organization"})
    );

    let error = call("access", &[json!("organization"), json!(["raed"])]).error.expect("an error");
    assert_eq!(error.function_argument, Some(1));
    assert!(error.text.contains("\"raed\"") && error.text.contains("\"read\""), "{}", error.text);
    let error = call("access", &[json!("everywhere"), json!([])]).error.expect("an error");
    assert_eq!(error.function_argument, Some(0));
    assert!(call("no_such_function", &[]).error.is_some());
}
