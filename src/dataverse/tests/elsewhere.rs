//! Tokens and secrets go to the hosts that are configured, wherever an answer would send them.

use serde_json::Value;

use super::stub::{Answer, Stub, json};
use super::trap::Trap;
use crate::dataverse::http::Request;
use crate::dataverse::odata::Query;
use crate::dataverse::{AddUserError, Client, Credential, ErrorKind, FederatedToken, Id, Secret, Settings};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

fn redirect(status: u16, location: &str) -> Answer {
    Answer::Say(status, format!("Location: {location}\r\n"), String::new())
}

/// What a server that redirects asks of the client: a status, and where to.
fn redirects(trap: &Trap) -> Vec<(u16, String)> {
    let targets = [trap.address("https"), trap.address("http"), "/api/data/v9.2/caught".to_owned()];
    STATUSES.iter().flat_map(|status| targets.clone().map(|target| (*status, target))).collect()
}

#[tokio::test]
async fn a_redirect_of_the_web_api_is_not_followed() {
    let trap = Trap::set();
    for (status, target) in redirects(&trap) {
        let stub = Stub::start(move |_, _| redirect(status, &target)).await;
        let client = stub.client();
        for request in [Request::get("roles"), Request::patch("roles(1)", Value::Null), Request::delete("r")]
        {
            let error = client.send(request).await.unwrap_err();
            let said = matches!(error.kind(), ErrorKind::Rejected { status: other, .. } if *other == status);
            assert!(said, "{error}");
        }
        assert!(stub.seen().iter().all(|seen| !seen.path.contains("caught")), "{:?}", stub.seen());
        assert_eq!(stub.seen().len(), 4, "one request for a token, and each of the three once");
    }
    trap.assert_untouched();
}

#[tokio::test]
async fn a_redirect_of_the_sign_in_host_is_not_followed() {
    let trap = Trap::set();
    for (status, target) in redirects(&trap) {
        let stub = Stub::start_raw(move |_, _| redirect(status, &target)).await;
        let error = stub.client().access_token().await.unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!((stub.tokens(), stub.seen().len()), (1, 1));
    }
    trap.assert_untouched();
}

#[tokio::test]
async fn a_redirect_of_an_issuer_of_federated_tokens_is_not_followed() {
    let trap = Trap::set();
    for (status, target) in redirects(&trap) {
        let stub = Stub::start(move |_, _| redirect(status, &target)).await;
        for token in issuers(&stub) {
            let error = federated(&stub, token).access_token().await.unwrap_err();
            assert!(error.to_string().contains(&status.to_string()), "{error}");
        }
        assert_eq!(stub.seen().len(), 2);
    }
    trap.assert_untouched();
}

#[tokio::test]
async fn a_redirect_of_a_metadata_service_is_not_followed() {
    let trap = Trap::set();
    for (status, target) in redirects(&trap) {
        let stub = Stub::start(move |_, _| redirect(status, &target)).await;
        let mut settings = stub.settings();
        let endpoint = settings.environment_url.join("metadata").unwrap();
        settings.credential = Credential::ManagedIdentity { client_id: None, endpoint: Some(endpoint) };
        Client::new(settings).unwrap().access_token().await.unwrap_err();
        assert_eq!(stub.seen().len(), 1);
    }
    trap.assert_untouched();
}

#[tokio::test]
async fn a_redirect_of_the_admin_api_is_not_followed() {
    let trap = Trap::set();
    for (status, target) in redirects(&trap) {
        let stub = Stub::start(move |_, _| redirect(status, &target)).await;
        let error = Client::new(with_admin_api(&stub)).unwrap().add_user(Id::NIL).await.unwrap_err();
        let said = matches!(&error, AddUserError::Refused { status: other, .. } if *other == status);
        assert!(said, "{error}");
        assert_eq!(stub.count("POST"), 1);
    }
    trap.assert_untouched();
}

#[tokio::test]
async fn a_next_page_on_another_host_or_scheme_is_not_asked_for() {
    let trap = Trap::set();
    let own_host_without_tls = |stub: &str| stub.replace("https", "http");
    let links = [
        trap.address("https"),
        trap.address("http"),
        trap.address("HTTPS"),
        own_host_without_tls("https://localhost"),
    ];
    for link in links {
        let page = serde_json::json!({ "value": [{}], "@odata.nextLink": link }).to_string();
        let stub = Stub::start(move |_, _| json(200, page.clone())).await;
        let error = stub.client().rows::<Value>(&Query::of("roles")).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Undecodable { wanted: "link", .. }), "{error}");
        assert_eq!(stub.count("GET"), 1);
    }
    trap.assert_untouched();
}

#[tokio::test]
async fn an_environment_that_lies_about_its_id_reaches_no_other_operation_of_the_admin_api() {
    for id in ["../../../../admin", "a/b", "a?b", "a#b", "%2e%2e", ""] {
        let detail =
            serde_json::json!({ "Detail": { "OrganizationId": Id::NIL, "EnvironmentId": id } }).to_string();
        let stub = Stub::start(move |_, _| json(200, detail.clone())).await;
        let mut settings = with_admin_api(&stub);
        settings.admin_api.environment_id = None;
        let error = Client::new(settings).unwrap().add_user(Id::NIL).await.unwrap_err();
        assert!(matches!(error, AddUserError::Refused { status: 0, .. }), "{id}: {error}");
        assert_eq!(stub.count("POST"), 0);
    }
}

#[tokio::test]
async fn a_proxy_that_repeats_the_request_brings_no_token_into_a_message() {
    let secret = "a-token-that-nobody-should-read";
    for status in [400, 403, 200] {
        let stub = Stub::start_raw(move |seen, _| {
            if seen.is_token() {
                let body =
                    format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{secret}"}}"#);
                return json(200, body);
            }
            Answer::Say(status, "Content-Type: text/html\r\n".into(), format!("<pre>{}</pre>", seen.head))
        })
        .await;
        let client = Client::new(with_admin_api(&stub)).unwrap();
        let error = client.send(Request::get("roles")).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("Bearer (secret)") && !text.contains(secret), "{text}");
        if status != 200 {
            let error = client.add_user(Id::NIL).await.unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.contains("status") || text.contains("not let"), "{text}");
            assert!(!text.contains(secret), "{text}");
        }
    }
}

fn issuers(stub: &Stub) -> [FederatedToken; 2] {
    let request_url = stub.settings().environment_url.join("idtoken").unwrap();
    let request_token = Secret::new("hunter3");
    [
        FederatedToken::GitHub { request_url: request_url.clone(), request_token: request_token.clone() },
        FederatedToken::AzurePipelines { request_url, request_token, service_connection_id: "c".into() },
    ]
}

fn federated(stub: &Stub, token: FederatedToken) -> Client {
    let mut settings = stub.settings();
    settings.credential =
        Credential::Federated { tenant_id: "tenant".into(), client_id: "client".into(), token };
    Client::new(settings).unwrap()
}

fn with_admin_api(stub: &Stub) -> Settings {
    let mut settings = stub.settings();
    settings.admin_api.url = settings.environment_url.clone();
    settings.admin_api.environment_id = Some("environment".into());
    settings
}
