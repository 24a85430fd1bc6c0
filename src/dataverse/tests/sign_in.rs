//! Tokens: how often they are asked for, and what a refusal says.

use futures::future::join_all;

use super::stub::{Answer, Stub, json};
use crate::dataverse::odata::Query;
use crate::dataverse::{AuthError, Error, ErrorKind};

const WHO: &str = r#"{"UserId":"00000000-0000-0000-0000-000000000001",
    "BusinessUnitId":"00000000-0000-0000-0000-000000000002","OrganizationId":"00000000-0000-0000-0000-000000000003"}"#;

#[tokio::test]
async fn fifty_requests_at_once_ask_for_one_token() {
    let stub = Stub::start(|_, _| json(200, r#"{"value":[]}"#)).await;
    let client = stub.client();
    let queries = (0..50).map(|number| {
        let client = &client;
        async move { client.rows::<serde_json::Value>(&Query::of(format!("roles?n={number}"))).await }
    });
    assert!(join_all(queries).await.iter().all(Result::is_ok));
    assert_eq!((stub.tokens(), stub.count("GET")), (1, 50));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_and_the_requests_are_repeated() {
    let stub = Stub::start(|seen, _| {
        let old = seen.header("authorization") == Some("Bearer t0");
        if old { Answer::Say(401, String::new(), String::new()) } else { json(200, r#"{"value":[]}"#) }
    })
    .await;
    let client = stub.client();
    let queries = (0..20).map(|number| {
        let client = &client;
        async move { client.rows::<serde_json::Value>(&Query::of(format!("roles?n={number}"))).await }
    });
    assert!(join_all(queries).await.iter().all(Result::is_ok));
    assert_eq!(stub.tokens(), 2);
}

#[tokio::test]
async fn an_environment_that_refuses_every_token_is_asked_twice() {
    let stub = Stub::start(|_, _| Answer::Say(401, String::new(), String::new())).await;
    let error = stub.client().environment().who_am_i().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unauthenticated(AuthError::TokenRefused(_))));
    assert_eq!((stub.tokens(), stub.count("GET")), (2, 2));
}

#[tokio::test]
async fn each_audience_has_its_own_token_which_is_kept() {
    let stub = Stub::start(|_, _| json(200, r#"{"value":[]}"#)).await;
    let client = stub.client();
    let first = client.access_token().await.unwrap();
    assert_eq!(client.access_token().await.unwrap().bearer.secret(), first.bearer.secret());
    assert!(first.expires_on > std::time::SystemTime::now());
    let scope = client.admin_api().scope.clone();
    let other = client.token(&scope).await.unwrap();
    assert_ne!(other.secret(), first.bearer.secret());
    assert_eq!(client.token(&scope).await.unwrap().secret(), other.secret());
    assert_eq!(stub.tokens(), 2);
    assert!(stub.seen()[1].body.contains("service.powerapps.com"));
    assert!(!format!("{first:?}").contains(first.bearer.secret()));
}

async fn refused(code: u32) -> (Error, Error, usize) {
    let stub = Stub::start_raw(move |_, _| {
        let text = format!("AADSTS{code}: The provided value is not right. Trace ID: 1");
        json(
            401,
            format!(
                r#"{{"error":"invalid_client","error_description":"{text}\r\n","error_codes":[{code}]}}"#
            ),
        )
    })
    .await;
    let client = stub.client();
    let first = client.environment().who_am_i().await.unwrap_err();
    let second = client.environment().who_am_i().await.unwrap_err();
    (first, second, stub.tokens())
}

#[tokio::test]
async fn a_refused_credential_is_named_and_not_tried_again() {
    let client_id = || "client".to_owned();
    let tenant_id = || "tenant".to_owned();
    let cases = [
        (7_000_215, AuthError::WrongSecret { client_id: client_id() }),
        (7_000_222, AuthError::ExpiredSecret { client_id: client_id() }),
        (700_016, AuthError::ApplicationUnknown { client_id: client_id(), tenant_id: tenant_id() }),
        (90_002, AuthError::TenantUnknown { tenant_id: tenant_id(), code: "90002".into() }),
    ];
    for (code, wanted) in cases {
        let (first, second, tokens) = refused(code).await;
        assert_eq!(first.kind(), &ErrorKind::Unauthenticated(wanted));
        assert_eq!(second.kind(), first.kind());
        assert_eq!(tokens, 1, "AADSTS{code}");
        assert!(!format!("{first} {first:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn the_secret_goes_to_the_sign_in_host_only_and_the_scope_is_the_environment() {
    let stub = Stub::start(|_, _| json(200, WHO)).await;
    stub.client().environment().who_am_i().await.unwrap();
    let seen = stub.seen();
    assert!(seen[0].path == "/tenant/oauth2/v2.0/token" && seen[0].body.contains("hunter2"));
    assert!(seen[0].body.contains("%2F.default") && !seen[0].body.contains("%2F%2F.default"));
    assert!(!seen[1].head.contains("hunter2"));
    assert_eq!(seen[1].header("odata-version"), Some("4.0"));
    assert_eq!(seen[1].header("odata-maxversion"), Some("4.0"));
    assert_eq!(seen[1].header("accept"), Some("application/json"));
    assert_eq!(seen[1].header("if-none-match"), Some("null"));
    assert!(seen[1].header("user-agent").unwrap().starts_with("terraform-provider-dataverse/"));
    assert!(seen[1].header("x-ms-client-request-id").is_some());
}
