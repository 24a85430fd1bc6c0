//! `$batch`: several operations in one request.
//!
//! Facts: "Execute batch operations using the Web API" — CRLF everywhere, at most 1,000 operations, change sets are
//! atomic and hold no reads, each of their parts needs a `Content-ID`, and a failed change set answers with one part.

mod parse;
#[cfg(test)]
mod tests;
mod write;

#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::dataverse) use parse::parts;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::client::Client;
use super::error::{self, Context, Error, ErrorKind, Retry};
use super::http::{Request, Response, backoff};
use super::id::Id;

/// Further attempts when a part, not the batch, met something that passes.
const PART_RETRIES: u32 = 4;

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
    fn result(self, request: &Request, context: &Context) -> Result<Response, Error> {
        self.result_at(request.method.to_string(), request.redacted_path().to_owned(), context)
    }

    /// The result of what `method` and `path` say.
    fn result_at(self, method: String, path: String, context: &Context) -> Result<Response, Error> {
        let context = Context {
            method,
            path,
            service_request_id: self.request_id.clone().or_else(|| context.service_request_id.clone()),
            ..context.clone()
        };
        if (200..300).contains(&self.status) {
            return Ok(Response { status: self.status, headers: HeaderMap::new(), body: self.body, context });
        }
        Err(Error::new(error::of_response(self.status, &self.body).kind, context))
    }

    fn retry(&self) -> Retry {
        if (200..300).contains(&self.status) {
            Retry::No
        } else {
            error::of_response(self.status, &self.body).retry
        }
    }
}

impl Client {
    /// Several reads in one request, answered in the order asked. A part that failed in passing is asked for again
    /// by itself.
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
        let answer = self.send(batch.acting_as(caller)).await?;
        let parts = self.parts(&answer, requests.len())?;
        let mut results = Vec::with_capacity(parts.len());
        for (part, request) in parts.into_iter().zip(&requests) {
            let result = match part.retry() {
                Retry::No => part.result(request, answer.context()),
                _ => self.send(request.clone().acting_as(caller)).await,
            };
            results.push(result.and_then(|response| response.json()));
        }
        Ok(results)
    }

    /// Carries out all of `operations` or none, in their order. One operation is sent as it is, without a batch.
    ///
    /// The set may be repeated after an unclear outcome when each operation is
    /// [`replayable`](Request::replayable).
    ///
    /// # Errors
    /// That of the first failing operation, for the whole set: nothing was done. Unless the error
    /// [is unclear](Error::is_unclear).
    pub async fn change_set(&self, operations: Vec<Request>) -> Result<(), Error> {
        match operations.len() {
            0 => return Ok(()),
            1 => return self.send_each(operations).await,
            _ => {}
        }
        let mut attempt = 1;
        loop {
            let (batch, set) = (write::boundary("batch"), write::boundary("changeset"));
            let text = write::change_set(self.service_root(), &operations, &batch, &set);
            let mut request = Request::batch(batch, text).prefer("odata.continue-on-error");
            request.replayable = operations.iter().all(|operation| operation.replayable);
            let answer = self.send(request).await?;
            let (retry, result) = self.set_result(&answer, &operations)?;
            // A failed set was rolled back as a whole, so that repeating it is safe whatever it holds.
            if retry == Retry::No || retry == Retry::Token || attempt > PART_RETRIES {
                return result;
            }
            sleep(backoff(attempt)).await;
            attempt += 1;
        }
    }

    /// Carries out `operations` one by one, until one fails.
    pub(in crate::dataverse) async fn send_each(&self, operations: Vec<Request>) -> Result<(), Error> {
        for operation in operations {
            self.send(operation).await?;
        }
        Ok(())
    }

    fn set_result(
        &self,
        answer: &Response,
        operations: &[Request],
    ) -> Result<(Retry, Result<(), Error>), Error> {
        let parts = self.read_parts(answer)?;
        if let Some((index, failed)) =
            parts.iter().enumerate().find(|(_, part)| !(200..300).contains(&part.status))
        {
            // The one error part stands for the set. Its id names the operation, and else its position among all parts.
            let named = failed.content_id.as_deref().and_then(|id| id.parse::<usize>().ok());
            let position = named.and_then(|id| id.checked_sub(1));
            let position = position.or((parts.len() == operations.len()).then_some(index));
            let context = answer.context();
            let result = match position.and_then(|position| operations.get(position)) {
                Some(culprit) => failed.clone().result(culprit, context),
                None => failed.clone().result_at(context.method.clone(), set_path(operations), context),
            };
            let result = result.map(drop);
            return Ok((failed.retry(), result));
        }
        if parts.len() != operations.len() {
            return Err(miscount(answer, parts.len(), operations.len()));
        }
        Ok((Retry::No, Ok(())))
    }

    fn parts(&self, answer: &Response, wanted: usize) -> Result<Vec<Part>, Error> {
        let parts = self.read_parts(answer)?;
        if parts.len() == wanted { Ok(parts) } else { Err(miscount(answer, parts.len(), wanted)) }
    }

    fn read_parts(&self, answer: &Response) -> Result<Vec<Part>, Error> {
        let content_type = answer.header("content-type").unwrap_or_default();
        parse::parts(content_type, &answer.body).map_err(|problem| undecodable(answer, problem))
    }
}

/// What stands for a path when it is not known which operation of a set failed.
fn set_path(operations: &[Request]) -> String {
    let first = operations.first().map(|first| format!("{} {}", first.method, first.redacted_path()));
    format!("$batch, a change set that begins with {}", first.unwrap_or_default())
}

/// A boundary that the service did not understand gives 200 and no parts: nothing was executed.
fn miscount(answer: &Response, found: usize, wanted: usize) -> Error {
    undecodable(answer, format!("{found} parts instead of {wanted}"))
}

fn undecodable(answer: &Response, problem: String) -> Error {
    let kind =
        ErrorKind::Undecodable { wanted: "batch answer", problem, excerpt: error::excerpt(&answer.body) };
    Error::new(kind, answer.context().clone())
}
