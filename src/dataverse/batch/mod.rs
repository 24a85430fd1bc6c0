//! `$batch`: several operations in one request.
//!
//! Facts: "Execute batch operations using the Web API" — CRLF everywhere, at most 1,000 operations, change sets are
//! atomic and hold no reads, each of their parts needs a `Content-ID`, and a failed change set answers with one part.
//!
//! Reads go out from here; what is to be written, from [`writes`](super::writes).

pub(super) mod parse;
#[cfg(test)]
mod tests;
pub(super) mod write;

#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::dataverse) use parse::parts;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::error::{self, Context, Error, ErrorKind, Retry};
use super::http::{Request, Response};
use super::id::Id;

/// One part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dataverse) struct Part {
    pub(in crate::dataverse) status: u16,
    /// `Content-ID`, by which a part of a change set names its operation.
    pub(in crate::dataverse) content_id: Option<String>,
    pub(in crate::dataverse) request_id: Option<String>,
    pub(in crate::dataverse) body: Vec<u8>,
}

impl Part {
    pub(in crate::dataverse) fn result(
        self,
        request: &Request,
        context: &Context,
    ) -> Result<Response, Error> {
        self.result_at(request.method.to_string(), request.redacted_path().to_owned(), context)
    }

    /// The result of what `method` and `path` say.
    pub(in crate::dataverse) fn result_at(
        self,
        method: String,
        path: String,
        context: &Context,
    ) -> Result<Response, Error> {
        let context = Context {
            method,
            path,
            service_request_id: self.request_id.clone().or_else(|| context.service_request_id.clone()),
            ..context.clone()
        };
        if self.is_success() {
            return Ok(Response { status: self.status, headers: HeaderMap::new(), body: self.body, context });
        }
        Err(Error::new(error::of_response(self.status, &self.body).kind, context))
    }

    /// Whether the operation was carried out.
    pub(in crate::dataverse) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether what failed may be asked for again.
    pub(in crate::dataverse) fn retry(&self) -> Retry {
        if self.is_success() { Retry::No } else { error::of_response(self.status, &self.body).retry }
    }
}

impl Client {
    /// Several reads in one request, answered in the order asked. A part that failed in passing, or that the answer lacks, is
    /// asked for again by itself.
    ///
    /// # Errors
    /// The outer result fails when the batch as a whole does; each inner one is that of its own read.
    pub async fn read_all<T: DeserializeOwned>(
        &self,
        requests: Vec<Request>,
    ) -> Result<Vec<Result<T, Error>>, Error> {
        self.read_all_as(None, requests).await
    }

    /// As [`Client::read_all`], on behalf of the user with this Entra object id.
    ///
    /// # Errors
    /// As [`Client::read_all`].
    pub async fn read_all_as<T: DeserializeOwned>(
        &self,
        caller: Option<Id>,
        requests: Vec<Request>,
    ) -> Result<Vec<Result<T, Error>>, Error> {
        if let [only] = requests.as_slice() {
            let only = only.clone().acting_as(caller);
            return Ok(vec![self.send(only).await.and_then(|response| response.json())]);
        }
        let boundary = write::boundary("batch");
        let text = write::reads(self.service_root(), &requests, &boundary);
        let batch = Request::batch(boundary, text).replayable().prefer("odata.continue-on-error");
        let answer = self.exchange(batch.acting_as(caller)).await?;
        // Of a batch with a part more or less it is not certain which part answers what.
        let parts = self.parts(&answer, requests.len()).unwrap_or_default();
        let mut parts = parts.into_iter();
        let mut results = Vec::with_capacity(requests.len());
        for request in requests {
            let result = match parts.next() {
                Some(part) if part.retry() == Retry::No => part.result(&request, answer.context()),
                _ => self.exchange(request.acting_as(caller)).await,
            };
            results.push(result.and_then(|response| response.json()));
        }
        Ok(results)
    }

    fn parts(&self, answer: &Response, wanted: usize) -> Result<Vec<Part>, Error> {
        let content_type = answer.header("content-type").unwrap_or_default();
        let parts =
            parse::parts(content_type, &answer.body).map_err(|problem| undecodable(answer, problem))?;
        if parts.len() == wanted { Ok(parts) } else { Err(miscount(answer, parts.len(), wanted)) }
    }
}

/// A boundary that the service did not understand gives 200 and no parts: nothing was executed.
pub(super) fn miscount(answer: &Response, found: usize, wanted: usize) -> Error {
    undecodable(answer, format!("{found} parts instead of {wanted}"))
}

pub(super) fn undecodable(answer: &Response, problem: String) -> Error {
    let kind =
        ErrorKind::Undecodable { wanted: "batch answer", problem, excerpt: error::excerpt(&answer.body) };
    Error::new(kind, answer.context().clone())
}
