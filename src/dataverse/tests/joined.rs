//! Writes that are asked for at the same moment: together on their way, apart in what becomes of them.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json as value;
use tokio::sync::watch;

use super::stub::{Answer, Seen, Stub, done, refusal};
use crate::dataverse::http::Request;
use crate::dataverse::odata::Query;
use crate::dataverse::{Client, Error, ErrorKind, Id};

/// Answers a batch: each change set and each request as carried out, or with an error where its text contains `bad`. The
/// answers to those whose text contains `gap` are left out.
fn batch(seen: &Seen) -> Answer {
    let kind = seen.header("content-type").unwrap_or_default();
    let boundary = format!("--{}", kind.split("boundary=").nth(1).unwrap_or_default());
    let mut text = String::new();
    for section in seen.body.split(&boundary).filter(|section| section.contains(" HTTP/1.1")) {
        let operations = section.matches(" HTTP/1.1\r\n").count();
        if section.contains("gap") {
            continue;
        }
        if section.contains("bad") {
            let error = r#"{"error":{"code":"0x80041403","message":"said so"}}"#;
            text += &format!(
                "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n{error}\r\n"
            );
        } else if section.contains("boundary=") {
            let part = "--s\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n";
            let parts = part.repeat(operations);
            text += &format!("--b\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n{parts}--s--\r\n");
        } else {
            let body = r#"{"name":"read"}"#;
            text +=
                &format!("--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{body}\r\n");
        }
    }
    Answer::Say(200, "Content-Type: multipart/mixed; boundary=b\r\n".into(), format!("{text}--b--\r\n"))
}

fn answer(seen: &Seen) -> Answer {
    if seen.path == "$batch" { batch(seen) } else { done() }
}

fn patch(name: &str) -> Request {
    Request::patch(name, value!({}))
}

async fn patch_all(client: &Client, names: &[&str]) -> Vec<Result<(), Error>> {
    join_all(names.iter().map(|name| async move { client.send(patch(name)).await.map(drop) })).await
}

#[tokio::test]
async fn writes_asked_for_at_once_are_one_request_and_a_lone_one_is_sent_as_it_is() {
    let stub = Stub::start(|seen, _| answer(seen)).await;
    let client = stub.client();
    assert!(patch_all(&client, &["a", "b", "c", "d", "e"]).await.iter().all(Result::is_ok));
    assert_eq!((stub.count("POST"), stub.count("PATCH")), (1, 0));
    client.send(patch("f")).await.unwrap();
    assert_eq!((stub.count("POST"), stub.count("PATCH")), (1, 1));
}

#[tokio::test]
async fn the_failure_of_one_work_is_no_other_ones() {
    let stub = Stub::start(|seen, _| answer(seen)).await;
    let client = stub.client();
    let set = |name: &str| client.change_set(vec![patch(name), patch("second")]);
    let (good, bad, other) = tokio::join!(set("good"), set("bad"), set("other"));
    assert!(good.is_ok() && other.is_ok());
    assert!(matches!(bad.unwrap_err().kind(), ErrorKind::RoleNameTaken { .. }));
    assert_eq!(stub.count("POST"), 1);
}

#[tokio::test]
async fn a_row_is_read_on_the_way_of_its_write() {
    let stub = Stub::start(|seen, _| answer(seen)).await;
    let client = stub.client();
    let query = Query::of("roles").key(Id::from_u128(1)).select(&["name"]);
    let (result, row) = client.change_set_reading(vec![patch("a"), patch("b")], &query).await;
    result.unwrap();
    assert_eq!(row, Some(value!({"name": "read"})));
    assert_eq!((stub.count("POST"), stub.count("GET")), (1, 0));
}

#[tokio::test]
async fn when_a_part_of_the_answer_is_missing_each_work_is_settled_by_itself() {
    let stub = Stub::start(|seen, _| answer(seen)).await;
    let client = stub.client();
    let results = patch_all(&client, &["a", "gap", "c"]).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!((stub.count("POST"), stub.count("PATCH")), (1, 3));
}

#[tokio::test]
async fn what_must_not_be_done_twice_is_not_repeated_when_the_answer_is_lost() {
    let stub = Stub::start(|seen, _| if seen.path == "$batch" { Answer::Cut } else { done() }).await;
    let client = stub.client();
    let delete = async { client.send(Request::delete("once")).await.unwrap_err() };
    let (error, patched) = tokio::join!(delete, client.send(patch("again")));
    assert!(error.is_unclear() && error.to_string().contains("DELETE once"), "{error}");
    patched.unwrap();
    assert_eq!((stub.count("DELETE"), stub.count("PATCH")), (0, 1));
}

#[tokio::test]
async fn a_batch_that_is_refused_as_a_whole_for_the_fault_of_one_is_taken_apart() {
    let refuses = |seen: &Seen| seen.path == "bad" || (seen.path == "$batch" && seen.body.contains("bad"));
    let stub =
        Stub::start(move |seen, _| if refuses(seen) { refusal(400, "0x80048d19") } else { answer(seen) })
            .await;
    let client = stub.client();
    let results = patch_all(&client, &["a", "bad", "c"]).await;
    assert!(results[0].is_ok() && results[2].is_ok(), "{results:?}");
    let error = results[1].as_ref().unwrap_err();
    assert!(error.to_string().contains("PATCH bad"), "{error}");
}

#[tokio::test]
async fn a_refusal_that_concerns_all_is_not_asked_for_again_by_each() {
    let stub = Stub::start(|_, _| refusal(403, "0x80072560")).await;
    let client = stub.client();
    let results = patch_all(&client, &["a", "b", "c"]).await;
    for (name, result) in ["PATCH a", "PATCH b", "PATCH c"].iter().zip(results) {
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotMember), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
    assert_eq!((stub.count("POST"), stub.count("PATCH")), (1, 0));
}

#[tokio::test]
async fn who_no_longer_waits_takes_the_work_back_before_it_is_sent() {
    let stub = Stub::start(|seen, _| answer(seen)).await;
    let client = stub.client();
    let gone = tokio::time::timeout(Duration::from_millis(1), client.send(patch("gone")));
    let (gone, kept) = tokio::join!(gone, client.send(patch("kept")));
    assert!(gone.is_err());
    kept.unwrap();
    let paths: Vec<String> =
        stub.seen().into_iter().filter(|seen| !seen.is_token()).map(|seen| seen.path).collect();
    assert_eq!(paths, ["kept"]);
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(600)
}

#[tokio::test]
async fn an_interrupt_ends_a_told_wait_at_once_and_lets_nothing_new_begin() {
    let stub = Stub::start(|_, _| {
        Answer::Say(429, "Retry-After: 60\r\n".into(), r#"{"error":{"code":"0x80072322"}}"#.into())
    })
    .await;
    let (stop, stopped) = watch::channel(false);
    let client = stub.client().within(stopped.clone(), soon());
    let other = stub.client().within(stopped, soon());
    let waiting = client.send(patch("a"));
    let interrupt = async {
        while stub.count("PATCH") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.send_replace(true);
    };
    let begin = Instant::now();
    let (result, ()) = tokio::join!(waiting, interrupt);
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Interrupted { .. }));
    let error = other.send(patch("b")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Interrupted { .. }), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!(stub.count("PATCH"), 1);
}

#[tokio::test]
async fn a_wait_beyond_the_time_of_the_operation_is_reported_at_once_with_what_is_known() {
    let stub = Stub::start(|_, _| {
        let body = r#"{"error":{"code":"0x80072322","message":"Number of requests exceeded"}}"#;
        Answer::Say(429, "Retry-After: 60\r\n".into(), body.into())
    })
    .await;
    let (_stop, stopped) = watch::channel(false);
    let shared = stub.client();
    let hurried = shared.within(stopped.clone(), Instant::now() + Duration::from_secs(20));
    for _ in 0..2 {
        let error = hurried.send(patch("a")).await.unwrap_err();
        assert!(error.to_string().contains("asks to wait 60 s"), "{error}");
    }
    // The second one did not even ask: the first one's wait holds everybody.
    assert_eq!(stub.count("PATCH"), 1);
}

#[tokio::test]
async fn a_row_of_our_own_that_does_not_show_yet_is_asked_for_again() {
    let stub = Stub::start(|seen, before| {
        if seen.path.starts_with("roles(") && before == 0 { refusal(404, "0x80040217") } else { done() }
    })
    .await;
    let (client, id) = (stub.client(), Id::from_u128(7));
    let created = client.send(Request::post("roles", value!({ "roleid": id }))).await.map(drop);
    client.settle_create(created, "roles", "roleid", id).await.unwrap();
    client.send(patch(&format!("roles({id})"))).await.unwrap();
    assert_eq!(stub.count("PATCH"), 2);
    let error = client.send(patch("roles(1)")).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}
