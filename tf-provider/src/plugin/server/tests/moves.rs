use super::*;

async fn moved(source: &str, provider: &str, state: &str) -> pb::move_resource_state::Response {
    let request = pb::move_resource_state::Request {
        source_provider_address: provider.into(),
        source_type_name: source.into(),
        source_state: Some(pb::RawState { json: state.as_bytes().to_vec(), ..Default::default() }),
        target_type_name: "bench_note".into(),
        ..Default::default()
    };
    // Hosts ask a process that nobody configured.
    let server = Server::<Bench>::default();
    server.move_resource_state(Request::new(request)).await.expect("an answer").into_inner()
}

#[tokio::test]
async fn a_known_type_becomes_a_partial_object_with_identity() {
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        let answer = moved("acme_sheet", &format!("{host}/acme/paper"), r#"{"number":"7","else":[1]}"#).await;
        assert_eq!(answer.diagnostics, []);
        let ty =
            Server::<Bench>::default().resource("bench_note").ok().expect("the resource").schema().block.ty();
        let state = decoded(answer.target_state.as_ref(), &ty);
        assert_eq!(state.get("id").as_str(), Some("7"));
        assert!(state.get("text").is_null() && state.get("pen").is_null() && state.is_wholly_known());
        assert!(answer.target_identity.is_some());
    }
}

#[tokio::test]
async fn what_cannot_be_moved_is_refused_with_a_message() {
    let paper = "registry.terraform.io/acme/paper";
    for (source, provider, state, summary) in [
        ("acme_sheet", paper, "{}", "Cannot move acme_sheet to bench_note"),
        ("acme_sheet", "registry.terraform.io/other/paper", r#"{"number":"7"}"#, "Unsupported move"),
        ("acme_pile", paper, r#"{"number":"7"}"#, "Unsupported move"),
        ("acme_pile", paper, "", "Unsupported move"),
        ("acme_sheet", paper, "{", "Stored state cannot be read"),
    ] {
        let answer = moved(source, provider, state).await;
        assert!(answer.target_state.is_none());
        assert_eq!(only_error(&answer.diagnostics).summary, summary, "{source} {state}");
    }
}

#[tokio::test]
async fn configuration_says_what_must_be_said_of_an_object() {
    let server = Server::<Bench>::default();
    let ty = server.resource("bench_note").ok().expect("the resource").schema().block.ty();
    let generated = async |colour: &str| {
        let state = serde_json::json!({"id": "1", "text": "Hello", "tags": ["a"], "colour": colour, "place": "desk",
            "number": "s3cret", "pen": null, "timeouts": null});
        let request =
            pb::generate_resource_config::Request { type_name: "bench_note".into(), state: json(&state) };
        let answer = server.generate_resource_config(Request::new(request)).await.expect("an answer");
        let answer = answer.into_inner();
        assert_eq!(answer.diagnostics, []);
        decoded(answer.config.as_ref(), &ty)
    };
    let config = generated("white").await;
    assert_eq!(config.get("text").as_str(), Some("Hello"));
    assert_eq!(config.get("tags"), &Value::Set(vec![Value::string("a")]));
    for left_out in ["id", "colour", "place", "number", "pen", "timeouts"] {
        assert!(config.get(left_out).is_null(), "{left_out}: {config:?}");
    }
    assert_eq!(generated("red").await.get("colour").as_str(), Some("red"));
}
