use prost_types::Timestamp;
use serde_json::json as object;

use super::*;

const TYPE: &str = "bench_token";

fn ty() -> Type {
    Type::Object([("name".to_owned(), Type::String), ("secret".to_owned(), Type::String)].into())
}

async fn open(
    server: &Server<Bench>,
    config: Option<pb::DynamicValue>,
    may_defer: bool,
) -> pb::open_ephemeral_resource::Response {
    let request = pb::open_ephemeral_resource::Request {
        type_name: TYPE.into(),
        config,
        client_capabilities: Some(pb::ClientCapabilities {
            deferral_allowed: may_defer,
            ..Default::default()
        }),
    };
    server.open_ephemeral_resource(Request::new(request)).await.expect("an answer").into_inner()
}

async fn open_named(server: &Server<Bench>, name: &str) -> pb::open_ephemeral_resource::Response {
    open(server, json(&object!({"name": name, "secret": null})), false).await
}

async fn renew(server: &Server<Bench>, private: &[u8]) -> pb::renew_ephemeral_resource::Response {
    let request =
        pb::renew_ephemeral_resource::Request { type_name: TYPE.into(), private: Some(private.to_vec()) };
    server.renew_ephemeral_resource(Request::new(request)).await.expect("an answer").into_inner()
}

async fn close(server: &Server<Bench>, private: Option<&[u8]>) -> Vec<pb::Diagnostic> {
    let request = pb::close_ephemeral_resource::Request {
        type_name: TYPE.into(),
        private: private.map(<[u8]>::to_vec),
    };
    let answer = server.close_ephemeral_resource(Request::new(request)).await.expect("an answer");
    answer.into_inner().diagnostics
}

fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos: 0 })
}

#[tokio::test]
async fn it_is_offered_in_schema_and_metadata() {
    let server = Server::<Bench>::default();
    let schema = server.get_schema(Request::new(pb::get_provider_schema::Request {})).await;
    let schema = schema.expect("an answer").into_inner().ephemeral_resource_schemas.remove(TYPE);
    assert_eq!(schema.expect("a schema").block.expect("a block").attributes.len(), 2);
    let metadata = server.get_metadata(Request::new(pb::get_metadata::Request {})).await.expect("an answer");
    assert_eq!(metadata.into_inner().ephemeral_resources[0].type_name, TYPE);
}

#[tokio::test]
async fn opening_gives_what_was_written_and_what_was_got() {
    let server = ready().await;
    let opened = open_named(&server, "a").await;
    assert_eq!(opened.diagnostics, []);
    let result = decoded(opened.result.as_ref(), &ty());
    assert_eq!((result.get("name").as_str(), result.get("secret").as_str()), (Some("a"), Some("s3cret")));
    assert_eq!((opened.renew_at, opened.private), (at(1000), Some(b"a".to_vec())));
}

#[tokio::test]
async fn a_renewal_keeps_its_private_data_unless_it_changes() {
    let server = ready().await;
    let renewed = renew(&server, b"a").await;
    assert_eq!((renewed.renew_at, renewed.private), (at(2000), Some(b"next".to_vec())));
    let renewed = renew(&server, b"same").await;
    assert_eq!((renewed.renew_at, renewed.private), (None, Some(b"same".to_vec())));
    let gone = renew(&server, b"gone").await;
    assert_eq!(only_error(&gone.diagnostics).summary, "Cannot renew bench_token");
}

#[tokio::test]
async fn closing_knows_what_opening_said_and_what_is_gone_is_closed() {
    let server = ready().await;
    assert_eq!(close(&server, Some(b"a")).await, []);
    assert_eq!(close(&server, Some(b"gone")).await, []);
    assert_eq!(close(&server, None).await, []);
    let refused = close(&server, Some(b"fail")).await;
    assert_eq!(only_error(&refused).summary, "Cannot close bench_token");
    let api = server.provider.api().expect("a client");
    assert_eq!(*api.closed.lock().expect("no panic"), ["a", "gone", "", "fail"]);
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_message_without_the_secret() {
    let server = ready().await;
    for name in ["fail", "partial", "panic"] {
        let opened = open_named(&server, name).await;
        assert!(opened.result.is_none(), "{name}");
        let error = only_error(&opened.diagnostics);
        assert!(!error.detail.contains("s3cret"), "{error:?}");
    }
    assert_eq!(open_named(&server, "a").await.diagnostics, []);
}

#[tokio::test]
async fn an_interrupt_ends_an_opening_under_way() {
    let server = ready().await;
    let (opened, ()) = tokio::join!(open_named(&server, "hang"), async { server.provider.stop() });
    assert_eq!(only_error(&opened.diagnostics).detail, "The run was interrupted.");
}

#[tokio::test]
async fn what_is_not_known_yet_is_put_off_when_the_host_allows() {
    let (server, waiting) = (ready().await, configured(unknown("label", &label())).await);
    let known = || json(&object!({"name": "a", "secret": null}));
    let cases = [
        (&server, unknown("name", &ty()), pb::deferred::Reason::ResourceConfigUnknown),
        (&waiting, known(), pb::deferred::Reason::ProviderConfigUnknown),
    ];
    for (server, config, reason) in cases {
        only_error(&open(server, config.clone(), false).await.diagnostics);
        let deferred = open(server, config, true).await;
        assert_eq!(deferred.diagnostics, []);
        assert_eq!(deferred.deferred.expect("a deferral").reason, reason as i32);
        assert!(decoded(deferred.result.as_ref(), &ty()).get("secret").is_unknown());
    }
}

#[tokio::test]
async fn a_configuration_is_checked_without_a_configured_provider() {
    let server = Server::<Bench>::default();
    for (name, faults) in [("a", 0), ("", 1)] {
        let request = pb::validate_ephemeral_resource_config::Request {
            type_name: TYPE.into(),
            config: json(&object!({"name": name, "secret": null})),
        };
        let checked = server.validate_ephemeral_resource_config(Request::new(request)).await;
        assert_eq!(checked.expect("an answer").into_inner().diagnostics.len(), faults, "{name:?}");
    }
    only_error(&open_named(&server, "a").await.diagnostics);
}

fn label() -> Type {
    Type::Object([("label".to_owned(), Type::String)].into())
}
