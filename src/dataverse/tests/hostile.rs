//! A server that means harm gets an error: in bounded time, and before it has filled the memory.

use std::time::{Duration, Instant};

use futures::TryStreamExt;
use serde_json::{Value, json as value};

use super::stub::{Answer, Stub, json};
use crate::dataverse::http::Request;
use crate::dataverse::odata::Query;
use crate::dataverse::{AuthError, Client, Credential, Error, ErrorKind, FederatedToken, Id, Secret};

/// Far more than the client waits for in any of these cases, and less than reading a gigabyte or waiting takes.
const SOON: Duration = Duration::from_secs(60);

async fn rows(client: &Client) -> Result<Vec<Value>, Error> {
    client.rows(&Query::of("roles")).await
}

fn problem(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Undecodable { problem, .. } => problem.clone(),
        other => panic!("{other:?}"),
    }
}

/// A gigabyte, announced, in chunks, or until the end of the connection.
fn gigabytes() -> [Answer; 3] {
    let head = "HTTP/1.1 200 X\r\nContent-Type: application/json\r\n";
    let blanks = vec![b' '; 1 << 20];
    let chunk = [b"100000\r\n".as_slice(), &blanks, b"\r\n"].concat();
    [
        Answer::Flood(format!("{head}Content-Length: 1073741824\r\n\r\n"), blanks.clone(), 1024),
        Answer::Flood(format!("{head}Transfer-Encoding: chunked\r\n\r\n"), chunk, 1024),
        Answer::Flood(format!("{head}Connection: close\r\n\r\n"), blanks, 1024),
    ]
}

#[tokio::test]
async fn a_gigabyte_is_not_read() {
    for kind in 0..3 {
        let stub = Stub::start(move |_, _| gigabytes().into_iter().nth(kind).unwrap()).await;
        let error = rows(&stub.client()).await.unwrap_err();
        assert_eq!(problem(&error), "the answer has more than 64 MiB");
        assert_eq!(stub.count("GET"), 1);
    }
}

#[tokio::test]
async fn a_gigabyte_in_place_of_a_token_is_not_read() {
    for kind in 0..3 {
        let stub = Stub::start_raw(move |_, _| gigabytes().into_iter().nth(kind).unwrap()).await;
        let error = stub.client().access_token().await.unwrap_err();
        assert!(matches!(error, AuthError::Network(_)), "{error}");
        assert_eq!(stub.tokens(), 1);
        let mut settings = stub.settings();
        settings.credential = Credential::Federated {
            tenant_id: "tenant".into(),
            client_id: "client".into(),
            token: FederatedToken::GitHub {
                request_url: settings.environment_url.join("idtoken").unwrap(),
                request_token: Secret::new("hunter3"),
            },
        };
        let error = Client::new(settings).unwrap().access_token().await.unwrap_err();
        assert!(error.to_string().contains("more than 1 MiB"), "{error}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_not_asked_for_and_not_unpacked() {
    let stub = Stub::start(|_, _| {
        Answer::Say(
            200,
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n".into(),
            "\u{1f}[]".into(),
        )
    })
    .await;
    let error = rows(&stub.client()).await.unwrap_err();
    assert!(problem(&error).contains("expected value"), "{error}");
    assert!(stub.seen().iter().all(|seen| seen.header("accept-encoding").is_none()));
}

#[tokio::test]
async fn a_page_that_comes_after_itself_is_asked_for_once() {
    let stub = Stub::start(|seen, _| {
        let host = seen.header("host").unwrap_or_default();
        let next = format!("https://{host}/api/data/v9.2/roles?$skiptoken=1");
        json(200, value!({ "value": [{}], "@odata.nextLink": next }).to_string())
    })
    .await;
    let error = rows(&stub.client()).await.unwrap_err();
    assert_eq!(problem(&error), "a page says that it comes after itself");
    let pages = stub.client().pages::<Value>(Query::of("roles"));
    assert_eq!(problem(&pages.try_collect::<Vec<_>>().await.unwrap_err()), problem(&error));
    assert_eq!(stub.count("GET"), 4);
}

#[tokio::test]
async fn pages_without_end_are_given_up() {
    let stub = Stub::start(|seen, _| {
        let host = seen.header("host").unwrap_or_default();
        let next = format!("https://{host}/api/data/v9.2/roles?$skiptoken={}", Id::random());
        json(200, value!({ "value": [{}], "@odata.nextLink": next }).to_string())
    })
    .await;
    let error = rows(&stub.client()).await.unwrap_err();
    assert_eq!(problem(&error), "it has more than 1000 pages");
    assert_eq!(stub.count("GET"), 1_001);
}

#[tokio::test]
async fn json_of_any_depth_is_refused_or_passed_over() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in [
        deep.clone(),
        format!(r#"{{"value":{deep}}}"#),
        format!(r#"{{"value":[{deep}]}}"#),
        "[".repeat(1_000_000),
        r#"{"value":"#.repeat(100_000),
    ] {
        let stub = Stub::start(move |_, _| json(200, body.clone())).await;
        problem(&rows(&stub.client()).await.unwrap_err());
    }
    for status in [400, 429, 500] {
        let body = format!(r#"{{"error":{deep}}}"#);
        let stub = Stub::start_raw(move |seen, before| {
            if seen.is_token() && before == 0 {
                return json(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t"}"#);
            }
            Answer::Say(status, "Retry-After: 9999\r\n".into(), body.clone())
        })
        .await;
        let client = stub.client();
        client.access_token().await.unwrap();
        let error = client.send(Request::delete("roles(1)")).await.unwrap_err();
        assert!(error.to_string().len() < 1_000, "{error}");
    }
}

#[tokio::test]
async fn answers_of_other_types_are_errors_for_every_question() {
    let id = Id::from_u128(1);
    let bodies: Vec<Vec<u8>> = [
        "",
        "null",
        "true",
        "0",
        "\"text\"",
        "[]",
        "{}",
        "{\"value\":null}",
        "{\"value\":{}}",
        "{\"value\":[null]}",
        "{\"value\":[[]]}",
        "{\"value\":[{\"roleid\":5,\"systemuserid\":[],\"teamid\":{},\"businessunitid\":true}]}",
        "{\"value\":[],\"value\":[]}",
        "{\"value\":[],\"@odata.nextLink\":5}",
        "{\"value\":[],\"@odata.count\":-1}",
        "{\"UserId\":1}",
        "{\"UserId\":\"x\",\"UserId\":\"y\"}",
        "{\"Detail\":[]}",
        "{\"value\":[",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([b"{\"value\":[\"\xff\xfe\"]}".to_vec(), b"\xef\xbb\xbf{}".to_vec()])
    .collect();
    for body in bodies {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let head = format!(
            "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let stub = Stub::start(move |_, _| Answer::Flood(head.clone(), body.clone(), 1)).await;
        let client = stub.client();
        assert!(client.environment().who_am_i().await.is_err(), "{shown}");
        assert!(client.environment().organization().await.is_err(), "{shown}");
        assert!(client.system_users().get(id).await.is_err(), "{shown}");
        assert!(client.roles().all().await.is_err(), "{shown}");
        assert!(client.teams().get(id).await.is_err(), "{shown}");
    }
}

#[tokio::test]
async fn a_batch_of_endless_parts_or_headers_is_refused() {
    let part = "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"value\":[]}\r\n";
    let header = format!("--b\r\n{}", "X: y\r\n".repeat(1_000_000));
    for body in [part.repeat(100_000), "--b\r\n".repeat(1_000_000), header, "--b".repeat(1_000_000)] {
        let stub = Stub::start(move |_, _| {
            Answer::Say(200, "Content-Type: multipart/mixed; boundary=b\r\n".into(), body.clone())
        })
        .await;
        let requests = vec![Request::get("roles"), Request::get("teams")];
        // Each read is made by itself then, and the server answers that no better.
        for answer in stub.client().read_all::<Value>(requests).await.unwrap() {
            problem(&answer.unwrap_err());
        }
    }
}

#[tokio::test]
async fn headers_without_end_are_not_read() {
    let line = format!("X-Long: {}\r\n", "y".repeat(1_000)).into_bytes();
    let long = vec![b'y'; 1 << 20];
    for (begin, again) in [("", line), ("X-Long: ", long)] {
        let begin = format!("HTTP/1.1 200 X\r\n{begin}");
        let stub = Stub::start(move |_, _| Answer::Flood(begin.clone(), again.clone(), 1_000)).await;
        let mut settings = stub.settings();
        settings.retry_timeout = Duration::from_secs(1);
        let error = rows(&Client::new(settings).unwrap()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connection { .. }), "{error}");
    }
}

#[tokio::test]
async fn no_wait_that_a_server_asks_for_is_longer_than_the_retry_timeout() {
    let begin = Instant::now();
    for wait in [
        "1e308",
        "inf",
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "-1",
        "NaN",
        "\u{1}",
        "0x10",
    ] {
        let stub = Stub::start(move |_, _| {
            Answer::Say(429, format!("Retry-After: {wait}\r\n"), "<p>Too many".into())
        })
        .await;
        let mut settings = stub.settings();
        settings.retry_timeout = Duration::from_secs(1);
        let error = rows(&Client::new(settings).unwrap()).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Throttled { .. } | ErrorKind::Connection { .. }),
            "{wait}: {error}"
        );
    }
    assert!(begin.elapsed() < SOON);
}

#[tokio::test]
async fn a_sign_in_host_that_asks_to_wait_for_hours_is_not_waited_for() {
    for (name, wait) in [
        ("Retry-After", "3600"),
        ("Retry-After", "9223372036854775807"),
        ("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("x-ms-retry-after-ms", "3600000"),
        ("retry-after-ms", "9223372036854775807"),
    ] {
        let stub =
            Stub::start_raw(move |_, _| Answer::Say(503, format!("{name}: {wait}\r\n"), String::new())).await;
        let client = stub.client();
        let error = tokio::time::timeout(SOON, client.access_token()).await.expect("an answer").unwrap_err();
        assert!(error.to_string().contains("status 503"), "{name}: {wait}: {error}");
        assert_eq!(stub.tokens(), 1, "{name}: {wait}");
    }
}

#[tokio::test]
async fn a_token_that_lives_for_ever_is_refused_and_breaks_nothing() {
    for life in ["9223372036854775807", "-9223372036854775808", "1e400", "[]", "253402300800"] {
        let body = format!(r#"{{"token_type":"Bearer","expires_in":{life},"access_token":"t"}}"#);
        let stub = Stub::start_raw(move |_, _| json(200, body.clone())).await;
        let error = stub.client().access_token().await.unwrap_err();
        assert!(matches!(error, AuthError::Network(_)), "{life}: {error}");
    }
}

#[tokio::test]
async fn messages_of_a_server_are_shortened_and_cannot_control_a_terminal() {
    let message = format!("\\u001b[2J\\u001b]0;owned\\u0007{}", "x".repeat(10_000_000));
    let stub = Stub::start(move |_, _| {
        let headers = format!("REQ_ID: {}\r\nContent-Type: application/json\r\n", "1".repeat(50_000));
        let body = format!(r#"{{"error":{{"code":"0x80040265","message":"{message}"}}}}"#);
        Answer::Say(400, headers, body)
    })
    .await;
    let error = rows(&stub.client()).await.unwrap_err();
    assert_eq!(error.context().service_request_id.as_ref().map(String::len), Some(100));
    let text = error.to_string();
    assert!(text.len() < 10_000 && !text.contains('\u{1b}') && !text.contains('\u{7}'), "{}", text.len());
}
