//! A successful answer.

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::dataverse::error::{Context, Error, ErrorKind, excerpt};

/// An answer with a status of success.
#[derive(Debug, Clone)]
pub struct Response {
    pub(in crate::dataverse) status: u16,
    pub(in crate::dataverse) headers: HeaderMap,
    pub(in crate::dataverse) body: Vec<u8>,
    pub(in crate::dataverse) context: Context,
}

impl Response {
    /// HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The request that was answered.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The body as a `T`.
    ///
    /// # Errors
    /// [`ErrorKind::Undecodable`] with the start of the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(&self.body, &self.context)
    }
}

/// Reads a JSON body as a `T`.
pub(in crate::dataverse) fn decode<T: DeserializeOwned>(body: &[u8], context: &Context) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        let wanted = std::any::type_name::<T>();
        let kind = ErrorKind::Undecodable {
            wanted: wanted.rsplit("::").next().unwrap_or(wanted),
            problem: error.to_string(),
            excerpt: excerpt(body),
        };
        Error::new(kind, context.clone())
    })
}
