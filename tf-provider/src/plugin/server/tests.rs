//! What a host is answered about ephemeral resources, lists and moves, by a provider whose service is a few words.

mod ephemerals;
mod lists;
mod moves;
mod provider;

use serde_json::Value as Json;
use tonic::Request;

use super::pb::provider_server::Provider as _;
use super::{Server, convert, pb};
use crate::framework::{Type, Value};
use provider::Bench;

const ERROR: i32 = pb::diagnostic::Severity::Error as i32;

fn json(value: &Json) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: Vec::new(), json: value.to_string().into_bytes() })
}

fn unknown(attribute: &str, ty: &Type) -> Option<pb::DynamicValue> {
    convert::dynamic(&Value::Object([(attribute.to_owned(), Value::unknown())].into()), ty)
}

fn decoded(message: Option<&pb::DynamicValue>, ty: &Type) -> Value {
    convert::value(message, ty).expect("a value of the type")
}

async fn configured(config: Option<pb::DynamicValue>) -> Server<Bench> {
    let server = Server::<Bench>::default();
    let request = pb::configure::Request { config, ..Default::default() };
    let answer = server.configure(Request::new(request)).await.expect("an answer").into_inner();
    assert_eq!(answer.diagnostics, []);
    server
}

async fn ready() -> Server<Bench> {
    configured(json(&serde_json::json!({"label": "x"}))).await
}

/// The only message, which must be an error.
fn only_error(diagnostics: &[pb::Diagnostic]) -> &pb::Diagnostic {
    let [diagnostic] = diagnostics else { panic!("one message, not {diagnostics:?}") };
    assert_eq!(diagnostic.severity, ERROR);
    assert!(!diagnostic.summary.is_empty(), "{diagnostic:?}");
    diagnostic
}
