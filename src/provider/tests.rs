use tf_provider::framework::{Model, Provider, lint};

use super::*;

mod sign_in;

fn environment(name: &str) -> Option<String> {
    let value = match name {
        "DATAVERSE_URL" => "https://contoso.crm.dynamics.com",
        "ARM_TENANT_ID" => "contoso.com",
        "ARM_CLIENT_ID" => "11111111-1111-1111-1111-111111111111",
        "ARM_CLIENT_SECRET" => "hush",
        _ => return None,
    };
    Some(value.to_owned())
}

fn faults(config: &Config, environment: settings::Environment<'_>) -> Vec<String> {
    match settings::settings(config, environment) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| format!("{}: {}", fault.path, fault.detail)).collect(),
    }
}

#[test]
fn the_environment_alone_is_enough() {
    let settings = settings::settings(&Config::default(), &environment).unwrap();
    assert_eq!(settings.environment_url.as_str(), "https://contoso.crm.dynamics.com/");
    assert!(!format!("{settings:?}").contains("hush"));
}

#[test]
fn nothing_but_the_url_is_missing_when_nothing_is_given() {
    let faults = faults(&Config::default(), &|_| None);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("environment_url: "));
}

#[test]
fn urls_are_https_roots_wherever_they_come_from() {
    let config = Config { environment_url: "http://contoso.crm.dynamics.com".into(), ..Config::default() };
    assert!(faults(&config, &environment)[0].contains("only https is allowed"));
    let config =
        Config { environment_url: "https://contoso.crm.dynamics.com/api".into(), ..Config::default() };
    assert!(faults(&config, &environment)[0].contains("path"));
}

#[test]
fn each_cloud_has_its_own_sign_in_and_admin_api_unless_told_otherwise() {
    let with = |name: &str, value: &'static str| {
        let name = name.to_owned();
        move |asked: &str| if asked == name { Some(value.to_owned()) } else { environment(asked) }
    };
    let settings = settings::settings(&Config::default(), &with("DATAVERSE_CLOUD", "GCC_high")).unwrap();
    assert_eq!(settings.authority_host.as_str(), "https://login.microsoftonline.us/");
    assert_eq!(settings.admin_api.url.as_str(), "https://high.api.bap.microsoft.us/");
    assert_eq!(settings.admin_api.scope, "https://high.service.apps.appsplatform.us/.default");
    let own = "https://admin.contoso.com";
    let settings = settings::settings(&Config::default(), &with("DATAVERSE_ADMIN_API_URL", own)).unwrap();
    assert_eq!(settings.admin_api.url.host_str(), Some("admin.contoso.com"));
    assert_eq!(settings.admin_api.scope, "https://service.powerapps.com/.default");
    let faults = faults(&Config::default(), &with("DATAVERSE_ENVIRONMENT_ID", "prod"));
    assert!(faults[0].starts_with("environment_id: \"prod\""), "{faults:?}");
    assert!(
        self::faults(&Config::default(), &with("DATAVERSE_CLOUD", "mooncake"))[0].contains("public, gcc")
    );
}

#[test]
fn the_file_of_ssl_cert_file_is_added_only_where_it_does_not_replace_the_trust_store() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/acceptance-tests/fixtures/sign-in/registered.pem");
    let variable = |path: &'static str| {
        move |name: &str| if name == "SSL_CERT_FILE" { Some(path.to_owned()) } else { environment(name) }
    };
    let own = Config { ca_certificate_path: path.into(), ..Config::default() };
    let added = settings::settings(&own, &environment).unwrap().extra_ca_pem;
    assert_eq!(added, std::fs::read(path).unwrap());
    let replaced = settings::settings(&Config::default(), &variable(path)).unwrap().extra_ca_pem;
    let replaces = cfg!(all(unix, not(target_vendor = "apple"), not(target_os = "android")));
    assert_eq!(replaced.is_empty(), replaces);
    let faults = faults(&Config::default(), &variable("/no/such/ca.pem"));
    assert!(faults.len() == 1 && faults[0].contains("SSL_CERT_FILE"), "{faults:?}");
}

#[test]
fn unknown_values_make_the_provider_wait() {
    let config = Config { client_secret: Tf::Unknown, ..Config::default() };
    assert!(matches!(Dataverse::configure(config, "1.11.4"), Ok(Configured::Waiting(_))));
}

#[test]
fn every_schema_is_sound_sorted_and_documented() {
    let provider = Provider::<Dataverse>::default();
    assert_eq!(lint(&provider.schema.block), Vec::<String>::new());
    let mut names = Vec::new();
    for entry in &provider.registry.resources {
        assert_eq!(lint(&entry.schema().block), Vec::<String>::new(), "{}", entry.type_name());
        assert!(entry.identity().iter().all(|name| entry.schema().block.attribute(name).is_some()));
        let lead = entry.schema().block.doc.lines().next().unwrap_or_default().to_lowercase();
        let says = lead.contains("authoritative") || lead.contains("additive");
        assert!(says, "the first line of {} must say authoritative or additive: {lead}", entry.type_name());
        names.push(entry.type_name());
    }
    let sources: Vec<_> = provider.registry.data_sources.iter().map(|entry| entry.type_name()).collect();
    for list in [&names, &sources] {
        assert!(list.is_sorted() && list.iter().all(|name| name.starts_with("dataverse_")), "{list:?}");
    }
    for entry in &provider.registry.data_sources {
        assert_eq!(lint(&entry.schema().block), Vec::<String>::new(), "{}", entry.type_name());
    }
    assert!(!Config::block().doc.is_empty());
}
