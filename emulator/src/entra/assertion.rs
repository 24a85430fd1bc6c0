//! Client assertions (RFC 7523): signed with a certificate of the application, or issued by somebody it trusts.
//!
//! Numbers and texts follow the published list of AADSTS codes; the order of the checks is assumed.

use serde_json::Value;

use super::certificate::{Certificate, shown};
use super::jwt::Jwt;
use super::refusal::{failure, invalid_client, unknown_application};
use crate::clock;
use crate::directory::ServicePrincipal;
use crate::issuers;
use crate::seed_ids::{TENANT_DOMAIN, TENANT_ID};
use crate::wire::Answer;
use crate::world::World;

/// The only type of assertion.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Clocks may differ by so many seconds.
const SKEW: u64 = 300;

/// The application that the assertion proves the client to be.
///
/// # Errors
///
/// The refusal.
pub(super) fn authenticate(
    world: &mut World,
    assertion: &str,
    kind: Option<&str>,
    client_id: Option<&str>,
    host: &str,
) -> Result<ServicePrincipal, Answer> {
    if kind != Some(JWT_BEARER) {
        return Err(super::refusal::missing("client_assertion_type"));
    }
    let malformed = |why: &str| {
        let text = format!("JWT token is invalid or malformed. {why}");
        failure(400, "invalid_request", 50_027, &text)
    };
    let jwt = Jwt::parse(assertion).ok_or_else(|| malformed("It does not have three encoded parts."))?;
    let federated = jwt.claim("iss") != jwt.claim("sub");
    let id = match client_id {
        Some(id) if !federated && !id.eq_ignore_ascii_case(jwt.claim("sub")) => {
            let text = "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.";
            return Err(invalid_client(700_021, text));
        }
        Some(id) => id.to_owned(),
        None => jwt.claim("sub").to_owned(),
    };
    let principal = world.directory.named(&id).cloned().ok_or_else(|| unknown_application(&id))?;
    if jwt.algorithm().is_none() {
        let text = format!(
            "Invalid JWT token. '{}' is not a supported signature algorithm. Supported signing algorithms are: 'RS256, RS384, RS512'.",
            jwt.header("alg")
        );
        return Err(failure(400, "invalid_request", 5_002_738, &text));
    }
    in_time(&jwt)?;
    if federated {
        trusted(&jwt, &principal)?;
        return Ok(principal);
    }
    signed(&jwt, &principal, host)?;
    let nonce = jwt.claim("jti");
    if nonce.is_empty() || !world.assertions.insert(format!("{id} {nonce}")) {
        return Err(malformed("The claim 'jti' is missing or was used before."));
    }
    Ok(principal)
}

fn in_time(jwt: &Jwt) -> Result<(), Answer> {
    let now = clock::seconds();
    let (begin, end) = (jwt.time("nbf").or(jwt.time("iat")).unwrap_or(0), jwt.time("exp").unwrap_or(0));
    if begin <= now + SKEW && now < end + SKEW {
        return Ok(());
    }
    let text = format!(
        "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry time of assertion {}.",
        clock::format(now),
        clock::format(begin),
        clock::format(end)
    );
    Err(invalid_client(700_024, &text))
}

/// An assertion with a certificate ("Microsoft identity platform application authentication certificate credentials").
fn signed(jwt: &Jwt, principal: &ServicePrincipal, host: &str) -> Result<(), Answer> {
    let (sha256, sha1) = (jwt.header("x5t#S256"), jwt.header("x5t"));
    let named = shown(if sha1.is_empty() { sha256 } else { sha1 });
    let refuse = |reason: &str| {
        let text = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {reason}, Thumbprint of key used by client: '{named}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{}'].",
            principal.client_id
        );
        invalid_client(700_027, &text)
    };
    let registered = principal.certificates.iter().filter_map(|pem| Certificate::parse(pem).ok());
    let Some(certificate) = registered.into_iter().find(|it| it.is_named(sha256, sha1)) else {
        return Err(refuse("The key was not found."));
    };
    if certificate.has_expired() {
        return Err(refuse("The key used is expired."));
    }
    let audiences: Vec<String> = [TENANT_ID, TENANT_DOMAIN]
        .iter()
        .flat_map(|tenant| {
            let root = format!("https://{host}/{tenant}");
            [
                format!("{root}/oauth2/v2.0/token"),
                format!("{root}/oauth2/token"),
                format!("{root}/v2.0"),
                root,
            ]
        })
        .collect();
    if !jwt.is_for(&audiences) {
        let text = format!(
            "Client assertion audience claim does not match Realm issuer. The audience is '{}'.",
            jwt.audience()
        );
        return Err(invalid_client(700_023, &text));
    }
    if !jwt.is_signed_by(&certificate.public_key) {
        return Err(refuse("The provided signature value did not match the expected signature value."));
    }
    Ok(())
}

/// An assertion of another issuer (workload identity federation).
fn trusted(jwt: &Jwt, principal: &ServicePrincipal) -> Result<(), Answer> {
    let credentials = &principal.federated_credentials;
    if credentials.is_empty() {
        let text = format!(
            "The client '{}'({}) has no configured federated identity credentials.",
            principal.client_id, principal.display_name
        );
        return Err(invalid_client(70_025, &text));
    }
    let (issuer, subject) = (jwt.claim("iss"), jwt.claim("sub"));
    let refuse = |number: u32, what: &str, value: &str| {
        let text = format!(
            "No matching federated identity record found for presented assertion {what} '{value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
        );
        invalid_client(number, &text)
    };
    let of_issuer: Vec<_> = credentials.iter().filter(|it| it.issuer == issuer).collect();
    if of_issuer.is_empty() {
        return Err(refuse(700_211, "issuer", issuer));
    }
    let of_subject: Vec<_> = of_issuer.into_iter().filter(|it| it.subject == subject).collect();
    if of_subject.is_empty() {
        return Err(refuse(700_213, "subject", subject));
    }
    if !of_subject.iter().any(|it| jwt.is_for(&it.audiences)) {
        return Err(refuse(700_212, "audience", &jwt.audience()));
    }
    if jwt.header("kid") != issuers::KEY_ID || !jwt.is_signed_by(issuers::public_key()) {
        let text = format!(
            "Assertion failed signature validation. [Reason - The key was not found., Thumbprint of key used by client: '{}'].",
            Value::from(jwt.header("kid"))
        );
        return Err(invalid_client(50_013, &text));
    }
    Ok(())
}
