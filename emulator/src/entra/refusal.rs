//! The error body of the token endpoint.

use serde_json::json;
use uuid::Uuid;

use crate::clock;
use crate::wire::Answer;

/// A refusal with its AADSTS number.
pub(crate) fn failure(status: u16, error: &str, number: u32, text: &str) -> Answer {
    let (trace, correlation) = (Uuid::new_v4(), Uuid::new_v4());
    let stamp = clock::now().replace('T', " ");
    let body = json!({
        "error": error,
        "error_description": format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"),
        "error_codes": [number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    Answer::json(status, &body).with("Cache-Control", "no-store, no-cache")
}

/// The client did not prove who it is.
pub(crate) fn invalid_client(number: u32, text: &str) -> Answer {
    failure(401, "invalid_client", number, text)
}

/// The secret is another one.
pub(crate) fn wrong_secret(client: &str) -> Answer {
    let text = format!(
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'."
    );
    invalid_client(7_000_215, &text)
}

/// The secret has expired.
pub(crate) fn expired_secret(client: &str) -> Answer {
    let text = format!(
        "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
    );
    invalid_client(7_000_222, &text)
}

/// A parameter is missing.
pub(crate) fn missing(name: &str) -> Answer {
    let text = format!("The request body must contain the following parameter: '{name}'.");
    failure(400, "invalid_request", 900_144, &text)
}

/// The tenant does not exist.
pub(crate) fn unknown_tenant(tenant: &str) -> Answer {
    let text = format!(
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
    );
    failure(400, "invalid_request", 90_002, &text)
}

/// The application does not exist.
pub(crate) fn unknown_application(id: &str) -> Answer {
    let text = format!(
        "Application with identifier '{id}' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
    );
    failure(400, "unauthorized_client", 700_016, &text)
}

/// The resource does not exist.
pub(crate) fn unknown_resource(audience: &str) -> Answer {
    let text = format!(
        "The resource principal named {audience} was not found in the tenant named Contoso. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
    );
    failure(400, "invalid_resource", 500_011, &text)
}
