//! The border of the process, from the host's side: handshake, mutual TLS, and the services of every plugin.

#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test ends with what it did not expect")]

mod support;

use std::io::{self, Write};
use std::time::Duration;

use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use support::handshake::Handshake;
use support::provider::Minimal;
use support::{COOKIE, identity, options, tls};
use tf_provider::plugin::proto::goplugin::grpc_controller_client::GrpcControllerClient;
use tf_provider::plugin::proto::goplugin::grpc_stdio_client::GrpcStdioClient;
use tf_provider::plugin::proto::goplugin::{Empty, StdioData};
use tf_provider::plugin::proto::tfplugin5::provider_client::ProviderClient;
use tf_provider::plugin::proto::tfplugin5::{
    DynamicValue, get_provider_schema, plan_resource_change, read_resource, stop,
};
use tf_provider::plugin::{Host, ServeError, ServeOptions, serve_host};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// A deadline for what is to happen at once.
const SOON: Duration = Duration::from_secs(10);

/// Stdout of a plugin that runs in this process: the first line goes to the test.
struct Output(Vec<u8>, Option<oneshot::Sender<String>>);

impl Write for Output {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = String::from_utf8(std::mem::take(&mut self.0)).expect("text");
        if let Some(sender) = self.1.take() {
            sender.send(text).expect("the test listens");
        } else {
            assert_eq!(text, "", "nothing follows the handshake");
        }
        Ok(())
    }
}

type Server = JoinHandle<Result<(), ServeError>>;

async fn start(options: ServeOptions, vars: &'static [(&'static str, &'static str)]) -> (String, Server) {
    let (sender, line) = oneshot::channel();
    let server = tokio::spawn(async move {
        let find = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
        serve_host(Minimal, &options, &Host::from_vars(find), &mut Output(Vec::new(), Some(sender))).await
    });
    (line.await.expect("a handshake"), server)
}

async fn start_tls() -> (Handshake, Server) {
    let (line, server) = start(options(), &[COOKIE, ("PLUGIN_CLIENT_CERT", identity::HOST_PEM)]).await;
    (Handshake::parse(&line), server)
}

async fn start_plain() -> (Channel, Server) {
    let (line, server) = start(options(), &[COOKIE]).await;
    let handshake = Handshake::parse(&line);
    (tls::plain_channel(handshake.socket()).await.expect("a channel"), server)
}

async fn host_channel(handshake: &Handshake) -> Channel {
    let config = tls::config(handshake, Some(identity::host()), &[&TLS13]);
    tls::channel(handshake, config).await.expect("a channel")
}

async fn has_schema(channel: Channel) -> bool {
    let response = ProviderClient::new(channel).get_schema(get_provider_schema::Request {}).await;
    response.expect("an answer").into_inner().provider.is_some()
}

async fn is_refused(handshake: &Handshake, identity: Option<CertifiedKey>) -> bool {
    let config = tls::config(handshake, identity, &[&TLS13]);
    let attempt = tokio::time::timeout(SOON, tls::connect(handshake, config));
    attempt.await.expect("an answer without delay").is_err()
}

#[tokio::test]
async fn a_host_with_its_certificate_is_served_over_tls() {
    let (handshake, _server) = start_tls().await;
    assert!(has_schema(host_channel(&handshake).await).await);
}

#[tokio::test]
async fn tls_settles_on_version_1_3_and_http_2() {
    let (handshake, _server) = start_tls().await;
    let config = tls::config(&handshake, Some(identity::host()), &[&TLS12, &TLS13]);
    let stream = tls::connect(&handshake, config).await.expect("a connection");
    let (_, connection) = stream.get_ref();
    assert_eq!(connection.alpn_protocol(), Some(b"h2".as_slice()));
    assert_eq!(connection.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
}

#[tokio::test]
async fn strangers_are_refused_and_the_host_is_served_after_them() {
    let (handshake, _server) = start_tls().await;
    assert!(is_refused(&handshake, None).await, "no certificate");
    assert!(is_refused(&handshake, Some(identity::stranger())).await, "another certificate");
    assert!(is_refused(&handshake, Some(identity::impostor())).await, "the right certificate, another key");
    assert!(tls::plain_channel(handshake.socket()).await.is_ok(), "the socket itself opens");
    assert!(has_schema(host_channel(&handshake).await).await);
}

#[tokio::test]
async fn a_client_that_says_nothing_keeps_nobody_waiting() {
    let (handshake, _server) = start_tls().await;
    let _silent = tokio::net::UnixStream::connect(handshake.socket()).await.expect("a connection");
    assert!(
        tokio::time::timeout(SOON, async { has_schema(host_channel(&handshake).await).await })
            .await
            .expect("in time")
    );
}

#[tokio::test]
async fn plain_text_calls_do_not_pass_where_tls_is_asked_for() {
    let (handshake, _server) = start_tls().await;
    let channel = tls::plain_channel(handshake.socket()).await.expect("a channel");
    let answer = ProviderClient::new(channel).get_schema(get_provider_schema::Request {}).await;
    assert!(answer.is_err());
}

#[tokio::test]
async fn without_a_client_certificate_the_server_speaks_plain_text() {
    let (line, _server) = start(options(), &[COOKIE]).await;
    let handshake = Handshake::parse(&line);
    assert_eq!(handshake.segments.len(), 6);
    assert_eq!(handshake.segments[5], "");
    assert!(has_schema(tls::plain_channel(handshake.socket()).await.expect("a channel")).await);
}

#[tokio::test]
async fn without_the_cookie_nothing_is_written() {
    let mut output = Vec::new();
    let result = serve_host(Minimal, &options(), &Host::from_vars(|_| None), &mut output).await;
    assert!(matches!(result, Err(ServeError::NotStartedByHost)));
    assert!(output.is_empty());
}

#[tokio::test]
async fn shutdown_is_answered_and_ends_the_server_though_output_is_being_followed() {
    let (handshake, server) = start_tls().await;
    let channel = host_channel(&handshake).await;
    let mut output =
        GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.expect("a stream").into_inner();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.expect("an answer");
    tokio::time::timeout(Duration::from_secs(1), server)
        .await
        .expect("within a second")
        .expect("no panic")
        .expect("no error");
    assert!(matches!(output.message().await, Ok(None::<StdioData>)), "the stream ends in order");
    assert!(!handshake.socket().exists());
}

#[tokio::test]
async fn stop_leaves_the_server_running() {
    let (channel, _server) = start_plain().await;
    let response = ProviderClient::new(channel.clone()).stop(stop::Request {}).await.expect("an answer");
    assert_eq!(response.into_inner().error, "");
    assert!(has_schema(channel).await);
}

#[tokio::test]
async fn a_request_of_64_mib_passes_both_ways() {
    let (channel, _server) = start_plain().await;
    let state = DynamicValue { msgpack: vec![7; 64 << 20], json: Vec::new() };
    let request =
        plan_resource_change::Request { proposed_new_state: Some(state.clone()), ..Default::default() };
    let mut client = ProviderClient::new(channel).max_decoding_message_size(usize::MAX);
    let response = client.plan_resource_change(request).await.expect("an answer").into_inner();
    assert!(response.planned_state == Some(state));
}

#[tokio::test]
async fn ten_calls_run_beside_each_other() {
    let (handshake, _server) = start_tls().await;
    let channel = host_channel(&handshake).await;
    let calls = (0..10).map(|_| tokio::spawn(has_schema(channel.clone())));
    for call in futures::future::join_all(calls).await {
        assert!(call.expect("no panic"));
    }
}

#[tokio::test]
async fn an_rpc_that_the_service_lacks_is_unimplemented() {
    let (channel, _server) = start_plain().await;
    let status = ProviderClient::new(channel).read_resource(read_resource::Request::default()).await;
    assert_eq!(status.expect_err("no answer").code(), tonic::Code::Unimplemented);
}

#[tokio::test]
async fn the_plugin_reports_its_health() {
    let (channel, _server) = start_plain().await;
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let response = HealthClient::new(channel).check(request).await.expect("an answer").into_inner();
    assert_eq!(response.status(), tonic_health::pb::health_check_response::ServingStatus::Serving);
}

#[tokio::test]
async fn debug_mode_needs_no_cookie_and_prints_how_to_attach() {
    let (text, _server) = start(ServeOptions { debug: true, ..options() }, &[]).await;
    let json = text.split("TF_REATTACH_PROVIDERS='").nth(1).and_then(|rest| rest.split('\'').next());
    let value: serde_json::Value = serde_json::from_str(json.expect("a variable")).expect("JSON");
    let socket = value["registry.terraform.io/acme/widget"]["Addr"]["String"].as_str().expect("a path");
    assert!(has_schema(tls::plain_channel(socket.into()).await.expect("a channel")).await);
}
