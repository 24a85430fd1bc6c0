//! Which way to sign in is chosen, by what, and what is said when that does not work.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::*;
use crate::dataverse::{Credential, FederatedToken};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/acceptance-tests/fixtures/sign-in");

/// An environment with a URL, and these variables.
fn with<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    move |name| {
        let url = (name == "DATAVERSE_URL").then_some("https://contoso.crm.dynamics.com");
        variables.get(name).copied().or(url).map(ToOwned::to_owned)
    }
}

fn credential(config: &Config, variables: &[(&str, &str)]) -> Credential {
    settings::settings(config, &with(variables)).unwrap().credential
}

fn only_fault(config: &Config, variables: &[(&str, &str)]) -> String {
    let faults = faults(config, &with(variables));
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].clone()
}

const ID: &str = "11111111-1111-1111-1111-111111111111";
const APPLICATION: [(&str, &str); 2] = [("ARM_TENANT_ID", "contoso.com"), ("ARM_CLIENT_ID", ID)];

fn application(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    APPLICATION.iter().chain(more).copied().collect()
}

fn pfx() -> String {
    format!("{FIXTURES}/registered.pfx")
}

#[test]
fn each_way_is_chosen_by_what_belongs_to_it() {
    let chosen = |variables: &[(&str, &str)]| credential(&Config::default(), variables);
    let secret = application(&[("ARM_CLIENT_SECRET", "hush")]);
    assert!(matches!(chosen(&secret), Credential::ClientSecret { .. }));
    let oidc = application(&[("ARM_USE_OIDC", "1"), ("ARM_OIDC_TOKEN", "jwt")]);
    let Credential::Federated { token: FederatedToken::Given(_), .. } = chosen(&oidc) else { panic!() };
    assert!(!format!("{:?}", chosen(&oidc)).contains("jwt"));
    let github = application(&[
        ("ARM_USE_OIDC", "true"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://run.example/token?api-version=2.0"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hush"),
    ]);
    assert!(matches!(chosen(&github), Credential::Federated { token: FederatedToken::GitHub { .. }, .. }));
    let pipelines = application(&[
        ("ARM_USE_OIDC", "true"),
        ("SYSTEM_OIDCREQUESTURI", "https://dev.azure.com/oidc"),
        ("SYSTEM_ACCESSTOKEN", "hush"),
        ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "connection"),
    ]);
    let Credential::Federated { token: FederatedToken::AzurePipelines { service_connection_id, .. }, .. } =
        chosen(&pipelines)
    else {
        panic!()
    };
    assert_eq!(service_connection_id, "connection");
    assert!(!format!("{:?}{:?}", chosen(&pipelines), chosen(&github)).contains("hush"));
    let machine =
        [("ARM_USE_MSI", "T"), ("ARM_CLIENT_ID", ID), ("ARM_MSI_ENDPOINT", "http://10.0.0.1/token")];
    let Credential::ManagedIdentity { client_id, endpoint } = chosen(&machine) else { panic!() };
    assert_eq!((client_id.as_deref(), endpoint.unwrap().port_or_known_default()), (Some(ID), Some(80)));
    assert!(matches!(chosen(&[("ARM_USE_DEV_CLI", "true")]), Credential::AzureDeveloperCli { .. }));
    let az = chosen(&[("ARM_USE_CLI", "true"), APPLICATION[0], APPLICATION[1]]);
    assert!(matches!(az, Credential::AzureCli { tenant_id: Some(_) }));
    assert!(matches!(chosen(&[]), Credential::AzureCli { tenant_id: None }));
    assert!(matches!(
        chosen(&[("ARM_TENANT_ID", "contoso.com")]),
        Credential::AzureCli { tenant_id: Some(_) }
    ));
}

#[test]
fn a_pod_is_known_by_what_kubernetes_sets() {
    let file = format!("{FIXTURES}/registered.pem");
    let pod = [
        ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"),
        ("AZURE_TENANT_ID", "contoso.com"),
        ("AZURE_CLIENT_ID", ID),
        ("AZURE_FEDERATED_TOKEN_FILE", file.as_str()),
    ];
    let Credential::Federated { token, client_id, .. } = credential(&Config::default(), &pod) else {
        panic!()
    };
    assert!(matches!(token, FederatedToken::File(_)) && client_id == ID);
    let both: Vec<_> = pod.iter().copied().chain([("ARM_USE_OIDC", "true")]).collect();
    let Credential::Federated { token, .. } = credential(&Config::default(), &both) else { panic!() };
    assert!(matches!(token, FederatedToken::File(_)), "OIDC and a pod are one way");
    // What the message below advises is taken.
    let own = Config {
        use_aks_workload_identity: Tf::Known(true),
        oidc_token_file_path: file.as_str().into(),
        ..Config::default()
    };
    assert!(matches!(credential(&own, &pod[1..3]), Credential::Federated { .. }));
    let fault = only_fault(&Config::default(), &pod[..3]);
    assert!(
        fault.starts_with("oidc_token_file_path: ") && fault.contains("AZURE_FEDERATED_TOKEN_FILE"),
        "{fault}"
    );
}

#[test]
fn client_id_and_secret_may_lie_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (id, secret, blank) =
        (file("id", &format!("{ID}\n")), file("secret", " hush\n"), file("blank", "\n"));
    let files = [
        ("ARM_TENANT_ID", "contoso.com"),
        ("ARM_CLIENT_ID_FILE_PATH", id.as_str()),
        ("ARM_CLIENT_SECRET_FILE_PATH", secret.as_str()),
    ];
    let parts = |variables: &[(&str, &str)]| match credential(&Config::default(), variables) {
        Credential::ClientSecret { client_id, client_secret, .. } => {
            (client_id, client_secret.secret().to_owned())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(parts(&files), (ID.to_owned(), "hush".to_owned()));
    let own = ("ARM_CLIENT_SECRET", "own");
    assert_eq!(parts(&[files[0], files[1], files[2], own]).1, "own");
    let machine = credential(&Config::default(), &[files[1], ("ARM_USE_MSI", "true")]);
    assert!(matches!(machine, Credential::ManagedIdentity { client_id: Some(id), .. } if id == ID));

    let gone = ("ARM_CLIENT_SECRET_FILE_PATH", "/no/such/secret");
    let fault = only_fault(&Config::default(), &[files[0], files[1], gone]);
    assert!(fault.starts_with("client_secret: The file \"/no/such/secret\""), "{fault}");
    assert!(fault.contains("ARM_CLIENT_SECRET_FILE_PATH") && fault.contains("cannot be read"), "{fault}");
    let empty = ("ARM_CLIENT_ID_FILE_PATH", blank.as_str());
    let fault = only_fault(&Config::default(), &[files[0], empty, files[2]]);
    assert!(fault.starts_with("client_id: ") && fault.contains("is empty"), "{fault}");
    let fault = only_fault(&Config::default(), &[files[1]]);
    assert!(fault.contains("ARM_CLIENT_ID_FILE_PATH, but nothing that proves"), "{fault}");
}

#[test]
fn a_certificate_comes_from_a_file_or_from_base64() {
    let path = Config {
        client_certificate_path: pfx().as_str().into(),
        client_certificate_password: "pfx-password".into(),
        ..Config::default()
    };
    let Credential::ClientCertificate { certificate, .. } = credential(&path, &APPLICATION) else { panic!() };
    let data = BASE64_STANDARD.encode(std::fs::read(pfx()).unwrap());
    let wrapped = format!("{}\n{}", &data[..64], &data[64..]);
    let variables = [
        APPLICATION[0],
        APPLICATION[1],
        ("ARM_CLIENT_CERTIFICATE", wrapped.as_str()),
        ("ARM_CLIENT_CERTIFICATE_PASSWORD", "pfx-password"),
    ];
    let Credential::ClientCertificate { certificate: same, .. } = credential(&Config::default(), &variables)
    else {
        panic!()
    };
    assert_eq!(certificate.thumbprint(), same.thumbprint());

    let wrong = Config { client_certificate_password: "no".into(), ..path.clone() };
    let fault = only_fault(&wrong, &APPLICATION);
    assert!(
        fault.starts_with("client_certificate_path: ") && fault.contains("its password is wrong"),
        "{fault}"
    );
    let gone = Config { client_certificate_path: "/no/such.pfx".into(), ..Config::default() };
    let fault = only_fault(&gone, &APPLICATION);
    assert!(fault.contains("/no/such.pfx") && fault.contains("cannot be used"), "{fault}");
    let garbled = Config { client_certificate: "%%".into(), ..Config::default() };
    assert!(only_fault(&garbled, &APPLICATION).contains("it is not base64"));
    let both = Config { client_certificate: "AA==".into(), ..path };
    assert!(only_fault(&both, &APPLICATION).contains("two certificates"));
}

#[test]
fn the_block_counts_more_than_the_environment() {
    let secret = application(&[("ARM_CLIENT_SECRET", "hush")]);
    let config = Config { use_msi: Tf::Known(true), ..Config::default() };
    assert!(matches!(credential(&config, &secret), Credential::ManagedIdentity { .. }));
    let config = Config { client_secret: "own".into(), ..Config::default() };
    let variables = application(&[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", "jwt")]);
    assert!(matches!(credential(&config, &variables), Credential::ClientSecret { .. }));
    let config = Config { use_oidc: Tf::Known(false), ..Config::default() };
    let variables =
        application(&[("ARM_USE_OIDC", "true"), ("ARM_OIDC_TOKEN", "jwt"), ("ARM_CLIENT_SECRET", "hush")]);
    assert!(matches!(credential(&config, &variables), Credential::ClientSecret { .. }));
    let variables = application(&[("ARM_USE_CLI", "true"), ("ARM_CLIENT_SECRET", "hush")]);
    assert!(matches!(credential(&Config::default(), &variables), Credential::ClientSecret { .. }));
}

#[test]
fn two_ways_at_once_are_refused_with_both_named() {
    let config = Config { use_msi: Tf::Known(true), client_secret: "own".into(), ..Config::default() };
    let fault = only_fault(&config, &APPLICATION);
    assert!(fault.starts_with("use_msi: "), "{fault}");
    assert!(fault.contains("a client secret was chosen by client_secret in the provider block"), "{fault}");
    assert!(fault.contains("use_msi in the provider block asks for a managed identity"), "{fault}");
    let variables = application(&[("ARM_USE_OIDC", "true"), ("ARM_CLIENT_SECRET", "hush")]);
    let fault = only_fault(&Config::default(), &variables);
    assert!(fault.contains("ARM_CLIENT_SECRET") && fault.contains("ARM_USE_OIDC"), "{fault}");
    assert!(!fault.contains("hush"), "{fault}");
    let config = Config { oidc_token: "jwt".into(), use_msi: Tf::Known(true), ..Config::default() };
    let fault = only_fault(&config, &[]);
    assert!(fault.starts_with("oidc_token: ") && !fault.contains("jwt"), "{fault}");
}

#[test]
fn half_credentials_name_the_way_what_chose_it_and_what_is_missing() {
    let fault = only_fault(&Config::default(), &[("ARM_CLIENT_SECRET", "hush"), APPLICATION[1]]);
    assert!(fault.starts_with("tenant_id: Signing in with a client secret was chosen by"), "{fault}");
    assert!(fault.contains("ARM_CLIENT_SECRET") && fault.contains("ARM_TENANT_ID"), "{fault}");
    let fault = only_fault(&Config::default(), &APPLICATION);
    assert!(fault.starts_with("client_id: ") && fault.contains("client_certificate_path"), "{fault}");
    let config = Config { oidc_token: "jwt".into(), ..Config::default() };
    let fault = only_fault(&config, &[]);
    assert!(fault.starts_with("oidc_token: ") && fault.contains("use_oidc"), "{fault}");
    let fault = only_fault(&Config::default(), &application(&[("ARM_USE_OIDC", "true")]));
    assert!(fault.starts_with("use_oidc: ") && fault.contains("id-token: write"), "{fault}");
    let github = application(&[("ARM_USE_OIDC", "true"), ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://run")]);
    let fault = only_fault(&Config::default(), &github);
    assert!(fault.starts_with("oidc_request_token: "), "{fault}");
    let pipelines = application(&[
        ("ARM_USE_OIDC", "true"),
        ("SYSTEM_OIDCREQUESTURI", "https://dev.azure.com/oidc"),
        ("SYSTEM_ACCESSTOKEN", "hush"),
    ]);
    let fault = only_fault(&Config::default(), &pipelines);
    assert!(fault.starts_with("ado_pipeline_service_connection_id: "), "{fault}");
    assert!(only_fault(&Config::default(), &[("ARM_USE_CLI", "0")]).contains("switches the Azure CLI off"));
    assert_eq!(faults(&Config { use_oidc: Tf::Known(true), ..Config::default() }, &with(&[])).len(), 3);
}

#[test]
fn switches_are_read_as_other_providers_of_azure_read_them() {
    for text in ["true", "TRUE", "True", "t", "T", "1"] {
        let chosen = credential(&Config::default(), &[("ARM_USE_MSI", text)]);
        assert!(matches!(chosen, Credential::ManagedIdentity { client_id: None, .. }), "{text}");
    }
    for text in ["false", "0", "F", ""] {
        let chosen = credential(&Config::default(), &[("ARM_USE_MSI", text)]);
        assert!(matches!(chosen, Credential::AzureCli { .. }), "{text}");
    }
    let fault = only_fault(&Config::default(), &[("ARM_USE_MSI", "yes")]);
    assert!(fault.starts_with("use_msi: \"yes\"") && fault.contains("ARM_USE_MSI"), "{fault}");
}

#[test]
fn a_url_that_is_none_is_refused_where_it_stands() {
    let config =
        Config { use_msi: Tf::Known(true), msi_endpoint: "169.254.169.254".into(), ..Config::default() };
    let fault = only_fault(&config, &[]);
    assert!(fault.starts_with("msi_endpoint: ") && fault.contains("http:// or https://"), "{fault}");
}
