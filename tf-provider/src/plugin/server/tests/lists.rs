use std::sync::atomic::Ordering;

use futures::StreamExt;
use serde_json::json as object;

use super::super::Events;
use super::*;

const TYPE: &str = "bench_note";
type Event = pb::list_resource::Event;

async fn list(server: &Server<Bench>, second: Option<&str>, limit: i64, whole: bool) -> Events<Event> {
    let request = pb::list_resource::Request {
        type_name: TYPE.into(),
        config: json(&object!({ "second": second })),
        include_resource_object: whole,
        limit,
    };
    server.list_resource(Request::new(request)).await.expect("a stream").into_inner()
}

async fn all(events: Events<Event>) -> Vec<Event> {
    events.map(|event| event.expect("a list ends well")).collect().await
}

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.display_name.as_str()).collect()
}

#[tokio::test]
async fn it_is_offered_under_the_name_of_its_resource() {
    let server = Server::<Bench>::default();
    let schema = server.get_schema(Request::new(pb::get_provider_schema::Request {})).await;
    let schema = schema.expect("an answer").into_inner();
    assert!(schema.list_resource_schemas.keys().eq(schema.resource_schemas.keys()));
    let metadata = server.get_metadata(Request::new(pb::get_metadata::Request {})).await.expect("an answer");
    assert_eq!(metadata.into_inner().list_resources[0].type_name, TYPE);
}

#[tokio::test]
async fn each_object_comes_with_identity_and_name() {
    let events = all(list(&ready().await, None, 0, false).await).await;
    assert_eq!(names(&events), ["Note 0", "Note 1", "Note 2", "Note 3", "Note 4", "Note 5"]);
    let ty = Type::Object([("id".to_owned(), Type::String)].into());
    let identity = events[3].identity.as_ref().expect("an identity").identity_data.as_ref();
    assert_eq!(decoded(identity, &ty).get("id").as_str(), Some("3"));
    assert!(events.iter().all(|event| event.resource_object.is_none() && event.diagnostic.is_empty()));
}

#[tokio::test]
async fn whole_objects_are_complete_and_without_write_only_values() {
    let server = ready().await;
    let events = all(list(&server, None, 1, true).await).await;
    let ty = server.resource(TYPE).ok().expect("the resource").schema().block.ty();
    let object = decoded(events[0].resource_object.as_ref(), &ty);
    assert_eq!(object.get("text").as_str(), Some("Note 0"));
    let Type::Object(attributes) = &ty else { panic!("an object") };
    assert!(object.as_object().expect("an object").keys().eq(attributes.keys()), "{object:?}");
    assert!(object.get("pen").is_null() && object.get("timeouts").is_null());
}

#[tokio::test]
async fn whole_objects_that_are_gone_are_left_out_and_one_that_cannot_be_read_ends_the_list() {
    let events = all(list(&ready().await, None, 0, true).await).await;
    assert_eq!(names(&events), ["Note 0", "Note 1", "Note 3", ""]);
    assert_eq!(only_error(&events[3].diagnostic).summary, "Cannot list bench_note");
    let limited = all(list(&ready().await, None, 3, true).await).await;
    assert_eq!(names(&limited), ["Note 0", "Note 1", "Note 3"]);
}

#[tokio::test]
async fn pages_are_read_only_as_the_host_takes_them() {
    let server = ready().await;
    let api = server.provider.api().expect("a client");
    let mut events = list(&server, None, 0, false).await;
    for (taken, read) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)] {
        events.next().await.expect("an event").expect("a list ends well");
        assert_eq!(api.pages.load(Ordering::SeqCst), read, "after {taken} events");
    }
    let mut events = list(&server, None, 0, false).await;
    events.next().await.expect("an event").expect("a list ends well");
    drop(events);
    assert_eq!(api.pages.load(Ordering::SeqCst), 4, "a host that goes away ends the reading");
}

#[tokio::test]
async fn nothing_is_read_beyond_the_limit() {
    let server = ready().await;
    for (limit, read) in [(2, 1), (3, 3)] {
        assert_eq!(all(list(&server, None, limit, false).await).await.len() as i64, limit);
        let api = server.provider.api().expect("a client");
        assert_eq!(api.pages.load(Ordering::SeqCst), read, "after a limit of {limit}");
    }
}

#[tokio::test]
async fn an_error_ends_the_list_behind_what_was_found() {
    let server = ready().await;
    for (second, summary) in [("error", "Cannot list bench_note"), ("panic", "Internal error")] {
        let events = all(list(&server, Some(second), 0, false).await).await;
        assert_eq!(names(&events), ["Note 0", "Note 1", ""], "{second}");
        assert!(events[2].identity.is_none());
        assert_eq!(only_error(&events[2].diagnostic).summary, summary);
    }
}

#[tokio::test]
async fn a_warning_is_an_event_of_its_own() {
    let events = all(list(&ready().await, Some("warning"), 0, false).await).await;
    assert_eq!(names(&events), ["Note 0", "Note 1", "", "Note 2", "Note 3", "Note 4", "Note 5"]);
    assert_ne!(events[2].diagnostic[0].severity, ERROR);
}

#[tokio::test]
async fn an_object_without_identity_is_an_error_and_no_object() {
    let events = all(list(&ready().await, Some("nameless"), 0, true).await).await;
    only_error(&events[2].diagnostic);
    assert!(events[2].identity.is_none() && events[2].resource_object.is_none());
}

#[tokio::test]
async fn an_interrupt_ends_the_list() {
    let server = ready().await;
    let events = list(&server, Some("hang"), 0, false).await;
    let (events, ()) = tokio::join!(all(events), async { server.provider.stop() });
    let last = events.last().expect("an event");
    assert_eq!(only_error(&last.diagnostic).detail, "The run was interrupted.");
}

#[tokio::test]
async fn a_configuration_is_checked_without_a_configured_provider() {
    let server = Server::<Bench>::default();
    for (second, faults) in [("error", 0), ("", 1)] {
        let request = pb::validate_list_resource_config::Request {
            type_name: TYPE.into(),
            config: json(&object!({ "second": second })),
            ..Default::default()
        };
        let checked = server.validate_list_resource_config(Request::new(request)).await;
        assert_eq!(checked.expect("an answer").into_inner().diagnostics.len(), faults, "{second:?}");
    }
    let events = all(list(&server, None, 0, false).await).await;
    assert_eq!(events.len(), 1);
    only_error(&events[0].diagnostic);
}
