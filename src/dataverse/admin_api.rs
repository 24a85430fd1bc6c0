//! The Power Platform admin API: the one thing that Dataverse itself does not offer, bringing a person from Entra into the
//! environment at once.

use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::auth::AuthError;
use super::client::Client;
use super::error::{Error, words};
use super::http::{LARGEST_OTHER, Told, read_body, service_request_id};
use super::id::Id;

/// Version of the API that knows `addUser`, as Microsoft's own `powerplatform` provider sends it.
const API_VERSION: &str = "2023-06-01";

/// Why a person was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddUserError {
    /// The person has no licence, or it has not reached the environment yet: worth another try.
    #[error("the person has no licence that includes Dataverse, or it is not effective yet")]
    NotLicensed,
    /// The API is busy or out of reach: worth another try.
    #[error("the Power Platform admin API did not answer as it should: {0}")]
    Unavailable(String),
    /// No token for the API.
    #[error("no access to the Power Platform admin API: {0}")]
    SignIn(#[from] AuthError),
    /// The id of the environment is not known.
    #[error("the environment's id in the Power Platform admin center could not be read: {0}")]
    Environment(Box<Error>),
    /// The caller may not administer the environment.
    #[error(
        "the Power Platform admin API does not let the provider's identity administer the environment {environment}: {message}"
    )]
    NotAllowed {
        /// The environment.
        environment: String,
        /// The service's words.
        message: String,
    },
    /// Refused for another reason, for good.
    #[error("the Power Platform admin API refused to add the person (status {status}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The service's words.
        message: String,
    },
}

impl AddUserError {
    /// Whether the same call may succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(self, AddUserError::NotLicensed | AddUserError::Unavailable(_))
    }
}

impl Client {
    /// Adds a person of Entra to the environment, or synchronizes one that is there ("addUser" of the admin API, which
    /// `Add-AdminPowerAppsSyncUser` calls too). One attempt; the row may take a while to appear after a success.
    ///
    /// # Errors
    /// [`AddUserError`]; [`is_passing`](AddUserError::is_passing) says whether to try again.
    pub async fn add_user(&self, entra_object_id: Id) -> Result<(), AddUserError> {
        let environment = self.environment_id().await?;
        let api = self.admin_api();
        let token = self.token(&api.scope).await?;
        let path = format!(
            "providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/{environment}/addUser"
        );
        let url = format!("{}/{path}?api-version={API_VERSION}", api.url.as_str().trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|error| AddUserError::Unavailable(error.to_string()))?;
        let begin = Instant::now();
        let request = self
            .inner()
            .plain_http
            .post(url)
            .timeout(self.inner().request_timeout)
            .bearer_auth(token.secret())
            .json(&json!({ "objectId": entra_object_id }));
        let unreachable = |error: reqwest::Error| AddUserError::Unavailable(error.without_url().to_string());
        let response = request.send().await;
        let request_id = response.as_ref().ok().and_then(|response| service_request_id(response.headers()));
        Told {
            what: &format!("POST {path}"),
            status: response.as_ref().ok().map(|response| response.status().as_u16()),
            begin,
            attempt: 1,
            client_request_id: None,
            request_id: request_id.as_deref(),
        }
        .tell();
        let response = response.map_err(unreachable)?;
        let status = response.status().as_u16();
        if (200..300).contains(&status) {
            return Ok(());
        }
        let body = read_body(response, LARGEST_OTHER).await;
        let body = body.map_err(|error| AddUserError::Unavailable(error.to_string()))?;
        let body = String::from_utf8_lossy(&body).replace(token.secret(), "(secret)");
        Err(refusal(status, &body, environment))
    }

    async fn environment_id(&self) -> Result<String, AddUserError> {
        if let Some(id) = &self.admin_api().environment_id {
            return Ok(id.clone());
        }
        let organization = self.environment().organization().await;
        let organization = organization.map_err(|error| AddUserError::Environment(Box::new(error)))?;
        // It becomes part of an address of another service, where a slash would lead to another operation.
        let told = organization.environment_id.clone().filter(|id| is_environment_id(id));
        told.ok_or_else(|| AddUserError::Refused {
            status: 0,
            message: "the environment does not tell its id; set environment_id in the provider block"
                .to_owned(),
        })
    }
}

/// Whether the text can be the id of an environment: a GUID, perhaps with a word and a hyphen before it.
fn is_environment_id(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// What an answer means. The licence refusal is known by its word alone, as in Microsoft's provider.
fn refusal(status: u16, body: &str, environment: String) -> AddUserError {
    if body.to_lowercase().contains("usernotlicensed") {
        return AddUserError::NotLicensed;
    }
    let message = message(body);
    match status {
        401 | 403 => AddUserError::NotAllowed { environment, message },
        408 | 429 | 500.. => AddUserError::Unavailable(format!("status {status}: {message}")),
        _ => AddUserError::Refused { status, message },
    }
}

/// The words in the usual `{"error": {"code", "message"}}`, else the start of the body.
fn message(body: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let error = &json["error"];
    match (error["code"].as_str(), error["message"].as_str()) {
        (Some(code), Some(message)) => words(&format!("{} ({code})", message.trim_end_matches('.'))),
        (None, Some(message)) => words(message),
        _ => words(&body.chars().take(200).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_their_meaning() {
        let of = |status, body: &str| refusal(status, body, "E".to_owned());
        let licence = r#"{"error":{"code":"UserNotLicensed","message":"No licence."}}"#;
        assert!(matches!(of(400, licence), AddUserError::NotLicensed));
        assert!(of(503, "").is_passing() && of(429, "").is_passing());
        assert!(!of(403, "").is_passing());
        let unknown = of(404, r#"{"error":{"code":"EnvironmentNotFound","message":"No such environment."}}"#);
        assert_eq!(
            unknown.to_string(),
            "the Power Platform admin API refused to add the person (status 404): No such environment (EnvironmentNotFound)"
        );
    }
}
