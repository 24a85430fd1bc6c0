//! What the client does about answers that are late, lost, refused or not answers at all.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json as value};

use super::stub::{Answer, Stub, done, json, refusal};
use crate::dataverse::error::ConnectionFault;
use crate::dataverse::http::Request;
use crate::dataverse::odata::Query;
use crate::dataverse::tables::role::{Inheritance, NewRole};
use crate::dataverse::tables::system_user::NewUser;
use crate::dataverse::{AuthError, Client, ErrorKind, Id};

fn role() -> NewRole {
    NewRole {
        id: Id::random(),
        name: "Clerk".into(),
        business_unit_id: Id::from_u128(1),
        description: None,
        applies_to: None,
        inheritance: Inheritance::DirectUserAndTeam,
        solution_unique_name: Some("core".into()),
    }
}

async fn read(client: &Client, path: &str) -> Result<Vec<Value>, crate::dataverse::Error> {
    client.rows(&Query::of(path)).await
}

#[tokio::test]
async fn a_throttled_request_holds_all_others() {
    let stub = Stub::start(|seen, before| {
        if seen.path == "first" && before == 0 {
            let body = r#"{"error":{"code":"0x80072322","message":"Number of requests exceeded the limit of 6000."}}"#;
            return Answer::Say(429, "Retry-After: 1\r\n".into(), body.into());
        }
        json(200, r#"{"value":[]}"#)
    })
    .await;
    let client = stub.client();
    let begin = Instant::now();
    let first = async { read(&client, "first").await.unwrap() };
    let later = async {
        while stub.count("GET") == 0 {
            tokio::task::yield_now().await;
        }
        // The refusal is on its way or there; whoever starts after it has been read must wait.
        tokio::time::sleep(Duration::from_millis(300)).await;
        read(&client, "second").await.unwrap();
        begin.elapsed()
    };
    let (_, waited) = tokio::join!(first, later);
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
    assert_eq!(stub.count("GET"), 3);
}

#[tokio::test]
async fn a_wait_beyond_the_timeout_is_refused_at_once() {
    let stub = Stub::start(|_, _| {
        Answer::Say(429, "Retry-After: 86400\r\n".into(), "<html><body>Too many</body></html>".into())
    })
    .await;
    let error = read(&stub.client(), "roles").await.unwrap_err();
    let wanted =
        ErrorKind::Throttled { retry_after: Some(Duration::from_secs(86400)), message: "Too many".into() };
    assert_eq!(error.kind(), &wanted);
    assert_eq!(stub.count("GET"), 1);
}

#[tokio::test]
async fn a_read_survives_a_gateway_page_a_cut_and_a_sql_timeout() {
    let stub = Stub::start(|_, before| match before {
        0 => Answer::Say(502, "Content-Type: text/html\r\n".into(), "<html>Bad Gateway</html>".into()),
        1 => Answer::Cut,
        2 => refusal(400, "0x80044151"),
        _ => json(200, r#"{"value":[{"a":1}]}"#),
    })
    .await;
    assert_eq!(read(&stub.client(), "roles").await.unwrap(), [value!({"a": 1})]);
    assert_eq!(stub.count("GET"), 4);
}

#[tokio::test]
async fn a_write_that_may_have_happened_is_not_repeated() {
    let stub = Stub::start(|_, _| Answer::Cut).await;
    let error = stub.client().send(Request::post("Something", value!({}))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connection { fault: ConnectionFault::Broken, .. }));
    assert!(error.is_unclear());
    assert_eq!(stub.count("POST"), 1);
}

#[tokio::test]
async fn a_write_that_was_refused_unread_is_repeated() {
    let stub = Stub::start(|_, before| match before {
        0 => refusal(429, "0x80072326"),
        1 => refusal(400, "0x80071151"),
        _ => done(),
    })
    .await;
    stub.client().send(Request::post("Something", value!({}))).await.unwrap();
    assert_eq!(stub.count("POST"), 3);
}

#[tokio::test]
async fn a_role_whose_answer_was_lost_is_recognised_as_ours() {
    let stub = Stub::start(|seen, before| match (seen.method.as_str(), before) {
        ("POST", 0) => Answer::Cut,
        ("POST", _) => refusal(412, "0x80040237"),
        _ => json(200, r#"{"roleid":"x"}"#),
    })
    .await;
    let role = role();
    stub.client().roles().create(&role).await.unwrap();
    let seen = stub.seen();
    let posts: Vec<_> = seen.iter().filter(|seen| seen.path == "roles").collect();
    assert_eq!(posts.len(), 2);
    assert_eq!(posts[0].body, posts[1].body);
    assert!(posts[0].body.contains(&role.id.to_string()));
    assert_eq!(posts[0].header("mscrm.solutionuniquename"), Some("core"));
    assert!(seen.last().unwrap().path.starts_with(&format!("roles({})", role.id)));
}

#[tokio::test]
async fn a_user_whose_change_set_was_answered_by_nobody_is_recognised_as_ours() {
    let stub = Stub::start(|seen, before| match (seen.method.as_str(), before) {
        ("POST", 0) => Answer::Cut,
        ("POST", _) => {
            let error = r#"{"error":{"code":"0x80040237","message":"said so"}}"#;
            let part = format!("HTTP/1.1 412 Precondition Failed\r\n\r\n{error}\r\n--b--\r\n");
            let body = format!("--b\r\nContent-Type: application/http\r\n\r\n{part}");
            Answer::Say(200, "Content-Type: multipart/mixed; boundary=b\r\n".into(), body)
        }
        _ => json(200, r#"{"systemuserid":"x"}"#),
    })
    .await;
    let user = NewUser::application(Id::from_u128(3), Id::from_u128(1));
    stub.client().system_users().create(&user, &[Id::from_u128(2)]).await.unwrap();
    assert_eq!((stub.count("POST"), stub.count("GET")), (2, 1));
}

#[tokio::test]
async fn a_duplicate_of_somebody_else_is_an_error() {
    let stub = Stub::start(|_, _| refusal(400, "0x80041403")).await;
    let error = stub.client().roles().create(&role()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RoleNameTaken { .. }) && error.is_duplicate());
    assert_eq!((stub.count("POST"), stub.count("GET")), (1, 0));
}

#[tokio::test]
async fn a_user_whose_deletion_was_not_confirmed_is_not_deleted_twice() {
    let stub = Stub::start(|seen, _| match seen.method.as_str() {
        "DELETE" => Answer::Cut,
        _ => json(200, r#"{"deletedstate":1}"#),
    })
    .await;
    stub.client().system_users().delete(Id::from_u128(5)).await.unwrap();
    assert_eq!(stub.count("DELETE"), 1);
}

#[tokio::test]
async fn a_role_that_is_there_already_or_gone_already_is_no_error() {
    let stub = Stub::start(|seen, _| match seen.method.as_str() {
        "DELETE" => refusal(404, "0x80040217"),
        "GET" => json(200, r#"{"value":[]}"#),
        _ => refusal(412, "0x80040237"),
    })
    .await;
    let client = stub.client();
    let (user, role) = (Id::from_u128(1), Id::from_u128(2));
    client.system_users().assign_role(user, role).await.unwrap();
    client.system_users().unassign_role(user, role).await.unwrap();
    client.system_users().update(user, Default::default(), &[role], &[]).await.unwrap();
    let seen = stub.seen();
    assert!(seen[1].body.contains(&format!("https://localhost:{}", client.service_root().port().unwrap())));
}

#[tokio::test]
async fn a_page_is_no_success_and_a_redirect_is_not_followed() {
    let stub = Stub::start(|seen, _| match seen.path.as_str() {
        "page" => Answer::Say(200, "Content-Type: text/html\r\n".into(), "<html>Sign in</html>".into()),
        _ => Answer::Say(302, "Location: https://example.com/\r\n".into(), String::new()),
    })
    .await;
    let client = stub.client();
    let error = client.send(Request::delete("page")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Undecodable { .. }), "{error}");
    assert!(!error.to_string().contains('<'));
    let error = read(&client, "elsewhere").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Rejected { status: 302, .. }), "{error}");
}

#[tokio::test]
async fn a_link_to_another_host_gets_no_token() {
    let stub =
        Stub::start(|_, _| json(200, r#"{"value":[],"@odata.nextLink":"https://example.com/next"}"#)).await;
    let error = read(&stub.client(), "roles").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Undecodable { .. }), "{error}");
}

#[tokio::test]
async fn an_unknown_certificate_is_said_at_once() {
    let stub = Stub::start(|_, _| done()).await;
    let mut settings = stub.settings();
    settings.extra_ca_pem.clear();
    settings.authority_host = stub.settings().environment_url;
    let error = Client::new(settings).unwrap().environment().who_am_i().await.unwrap_err();
    let kind = error.kind();
    assert!(matches!(kind, ErrorKind::Unauthenticated(AuthError::Certificate(_))), "{error}");
}

#[tokio::test]
async fn a_failing_change_set_gives_its_error_and_a_miscount_is_not_taken_for_success() {
    let part = |body: &str| {
        let body = format!("--b\r\nContent-Type: application/http\r\n\r\n{body}\r\n--b--\r\n");
        Answer::Say(200, "Content-Type: multipart/mixed; boundary=b\r\n".into(), body)
    };
    let stub = Stub::start(move |seen, _| {
        if seen.body.contains("wrong") {
            let error = r#"{"error":{"code":"0x80041409","message":"said so"}}"#;
            return part(&format!(
                "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{error}"
            ));
        }
        part("HTTP/1.1 204 No Content\r\n\r\n")
    })
    .await;
    let client = stub.client();
    let set = |name: &str| vec![Request::patch(name, value!({})), Request::patch("b", value!({}))];
    let error = client.change_set(set("wrong")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WrongBusinessUnit { .. }));
    let error = client.change_set(set("a")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Undecodable { .. }));
}

#[tokio::test]
async fn the_error_of_a_change_set_names_the_operation_that_failed_or_else_the_set() {
    let stub = Stub::start(move |seen, _| {
        let id = if seen.body.contains("nameless") { "" } else { "Content-ID: 2\r\n" };
        let error = r#"{"error":{"code":"0x80041409","message":"said so"}}"#;
        let part =
            format!("{id}\r\nHTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{error}");
        let body = format!("--b\r\nContent-Type: application/http\r\n{part}\r\n--b--\r\n");
        Answer::Say(200, "Content-Type: multipart/mixed; boundary=b\r\n".into(), body)
    })
    .await;
    let client = stub.client();
    let set = |first: &str| vec![Request::patch(first, value!({})), Request::delete("second")];
    let error = client.change_set(set("first")).await.unwrap_err();
    assert!(error.to_string().ends_with("(DELETE second)"), "{error}");
    let error = client.change_set(set("nameless")).await.unwrap_err();
    let wanted = "(POST $batch, a change set that begins with PATCH nameless)";
    assert!(error.to_string().ends_with(wanted), "{error}");
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let stub = Stub::start(|_, _| json(200, r#"{"value":[]}"#)).await;
    let mut settings = stub.settings();
    settings.max_concurrent_requests = 1;
    let client = Client::new(settings).unwrap();
    // Dropped in mid-flight, a request gives its place back.
    drop(
        futures::future::select(Box::pin(read(&client, "dropped")), Box::pin(tokio::task::yield_now())).await,
    );
    let paths: Vec<String> = (0..20).map(|number| format!("roles?n={number}")).collect();
    let all = join_all(paths.iter().map(|path| read(&client, path))).await;
    assert!(all.iter().all(Result::is_ok));
}

#[tokio::test]
async fn an_environment_that_cannot_be_reached_is_said_after_the_retry_timeout() {
    let stub = Stub::start(|_, _| done()).await;
    let mut settings = stub.settings();
    // Signing in works; nothing listens where the environment should be (port 9 is for discarding).
    settings.environment_url = url::Url::parse("https://localhost:9").unwrap();
    settings.retry_timeout = Duration::from_millis(300);
    let error = read(&Client::new(settings).unwrap(), "roles").await.unwrap_err();
    assert_eq!((stub.tokens(), stub.count("GET")), (1, 0));
    assert!(matches!(error.kind(), ErrorKind::Connection { fault: ConnectionFault::Connect, .. }), "{error}");
    assert!(error.to_string().starts_with("cannot connect to Dataverse"), "{error}");
}

#[tokio::test]
async fn another_version_is_no_obstacle_to_a_write_that_takes_any() {
    let stub = Stub::start(|_, before| if before == 0 { refusal(412, "0x80060882") } else { done() }).await;
    stub.client().send(Request::patch("roles(1)", value!({}))).await.unwrap();
    assert_eq!(stub.count("PATCH"), 2);
}
