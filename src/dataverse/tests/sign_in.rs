//! Tokens: how often they are asked for, and what a refusal says.

use futures::future::join_all;

use super::stub::{Answer, Stub, json};
use crate::dataverse::odata::Query;
use crate::dataverse::{AuthError, Client, Credential, Error, ErrorKind, FederatedToken, Secret};

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
async fn an_environment_that_refuses_every_token_is_given_up_after_three_renewals() {
    let stub = Stub::start(|_, _| Answer::Say(401, String::new(), String::new())).await;
    let error = stub.client().environment().who_am_i().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unauthenticated(AuthError::TokenRefused(_))));
    assert_eq!((stub.tokens(), stub.count("GET")), (4, 4));
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

/// Gives a token that ends in `expires_in` seconds once, and refuses the secret from then on.
async fn once(expires_in: u32) -> Stub {
    Stub::start_raw(move |seen, before| match (seen.is_token(), before) {
        (true, 0) => {
            json(200, format!(r#"{{"token_type":"Bearer","expires_in":{expires_in},"access_token":"t0"}}"#))
        }
        _ => json(401, r#"{"error":"invalid_client","error_codes":[7000215]}"#),
    })
    .await
}

#[tokio::test]
async fn a_token_that_is_still_valid_outlives_a_failed_early_renewal() {
    let stub = once(3599).await;
    let client = stub.client();
    client.access_token().await.unwrap();
    client.inner().tokens.make_renewal_due().await;
    for _ in 0..3 {
        client.access_token().await.unwrap();
    }
    assert_eq!(stub.tokens(), 2, "the next attempt waits a while");
    client.inner().tokens.make_renewal_due().await;
    client.access_token().await.unwrap();
    assert_eq!(stub.tokens(), 3, "the failure is not taken for final");
}

#[tokio::test]
async fn a_token_about_to_end_is_not_used_when_there_is_no_other() {
    let stub = once(4).await;
    let client = stub.client();
    client.access_token().await.unwrap();
    client.inner().tokens.make_renewal_due().await;
    let error = client.access_token().await.unwrap_err();
    assert!(matches!(error, AuthError::WrongSecret { .. }), "{error}");
}

#[tokio::test]
async fn a_sign_in_service_in_trouble_is_asked_again_whatever_code_it_names() {
    let stub = Stub::start_raw(|seen, before| match (seen.is_token(), before) {
        (true, 0..5) => Answer::Say(
            503,
            "Content-Type: application/json\r\nRetry-After: 0\r\n".into(),
            r#"{"error":"temporarily_unavailable","error_codes":[90033]}"#.into(),
        ),
        _ => json(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t"}"#),
    })
    .await;
    let client = stub.client();
    let error = client.access_token().await.unwrap_err();
    assert!(matches!(error, AuthError::Network(_)), "{error}");
    assert!(error.to_string().contains("status 503"), "{error}");
    client.access_token().await.unwrap();
}

/// A client that signs in with a token of GitHub, which `stub` plays too.
fn in_github(stub: &Stub) -> Client {
    let mut settings = stub.settings();
    settings.credential = Credential::Federated {
        tenant_id: "tenant".into(),
        client_id: "client".into(),
        token: FederatedToken::GitHub {
            request_url: settings.environment_url.join("idtoken").unwrap(),
            request_token: Secret::new("hunter3"),
        },
    };
    Client::new(settings).unwrap()
}

#[tokio::test]
async fn an_issuer_of_federated_tokens_in_trouble_is_asked_again() {
    let stub = Stub::start(|_, before| match before {
        0 => Answer::Cut,
        1 => json(429, "{}"),
        _ => json(200, r#"{"value":"jwt"}"#),
    })
    .await;
    in_github(&stub).access_token().await.unwrap();
    assert_eq!((stub.count("GET"), stub.tokens()), (3, 1));
}

#[tokio::test]
async fn an_issuer_that_refuses_is_asked_once() {
    let stub = Stub::start(|_, _| json(403, "{}")).await;
    let error = in_github(&stub).access_token().await.unwrap_err();
    assert!(matches!(error, AuthError::FederatedToken(_)), "{error}");
    assert_eq!((stub.count("GET"), stub.tokens()), (1, 0));
    assert!(!format!("{error} {error:?}").contains("hunter3"));
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
