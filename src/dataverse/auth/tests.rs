use url::Url;

use super::*;
use crate::dataverse::settings::SettingsError;

#[test]
fn the_secret_is_never_shown() {
    let credential = Credential::ClientSecret {
        tenant_id: "tenant".into(),
        client_id: "client".into(),
        client_secret: Secret::new("hunter2"),
    };
    assert!(!format!("{credential:?}").contains("hunter2"));
}

#[test]
fn an_empty_secret_is_refused_before_any_request() {
    let credential = Credential::ClientSecret {
        tenant_id: "tenant".into(),
        client_id: "client".into(),
        client_secret: Secret::new(""),
    };
    let url = Url::parse("https://contoso.crm.dynamics.com").unwrap();
    let transport = reqwest::Client::builder()
        .tls_backend_preconfigured(crate::dataverse::tls::client_config(b"").unwrap())
        .build()
        .unwrap();
    let source = TokenSource::new(
        credential,
        &url,
        &url,
        Transports { entra: transport.clone(), metadata: transport },
    );
    assert!(matches!(source, Err(SettingsError::Credential(_))));
}

#[test]
fn only_what_may_pass_is_worth_another_try() {
    assert!(AuthError::WrongSecret { client_id: "a".into() }.is_final());
    assert!(AuthError::Refused { code: Some("53003".into()), message: String::new() }.is_final());
    assert!(AuthError::ToolMissing { tool: "az" }.is_final());
    assert!(!AuthError::Network("dns".into()).is_final());
    assert!(!AuthError::ToolFailed { tool: "az", message: "no answer".into() }.is_final());
    let busy = AuthError::NoIdentityService { host: "169.254.169.254".into(), cause: "reset".into() };
    assert!(!busy.is_final());
}
