//! Bodies of answers, read up to a limit: nobody can fill the memory of the machine by answering.
//!
//! Answers are not asked for in compressed form and none is unpacked, so that what is counted is what there is.

use crate::dataverse::error::{self, ErrorKind, Refusal, Retry};

/// Largest answer to a request, in bytes.
///
/// The largest that Dataverse gives legitimately are not paged: the definitions of all tables with their privileges, some
/// 10 MiB where everything of Dynamics 365 is installed. A page has at most 5,000 rows.
pub(in crate::dataverse) const LARGEST_ANSWER: usize = 64 << 20;

/// Largest answer to a `$batch`, in bytes: the privileges of 100 roles of up to 10,000 privileges, 250 bytes each.
pub(in crate::dataverse) const LARGEST_BATCH: usize = 256 << 20;

/// Largest answer of another service than Dataverse, in bytes: a token or a refusal, which have a few thousand.
pub(in crate::dataverse) const LARGEST_OTHER: usize = 1 << 20;

/// Why a body was not read.
#[derive(Debug, thiserror::Error)]
pub(in crate::dataverse) enum BodyError {
    /// It is larger than this many bytes. Nothing beyond them was read.
    #[error("the answer has more than {} MiB", .0 >> 20)]
    TooLarge(usize),
    /// There was no answer, or not all of it.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

impl BodyError {
    /// The meaning for a request to Dataverse.
    pub(super) fn refusal(self) -> Refusal {
        match self {
            BodyError::Http(error) => error::failed_to_send(&error.without_url()),
            BodyError::TooLarge(_) => {
                let problem = self.to_string();
                let kind = ErrorKind::Undecodable {
                    wanted: "Web API answer",
                    problem,
                    excerpt: "the rest of it was not read".to_owned(),
                };
                Refusal { kind, retry: Retry::No }
            }
        }
    }
}

/// The whole body, if it has at most `most` bytes.
///
/// # Errors
/// When it is larger, by what the answer announces or by what comes, or when the connection breaks.
pub(in crate::dataverse) async fn read(
    mut response: reqwest::Response,
    most: usize,
) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length().unwrap_or_default();
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > most {
        return Err(BodyError::TooLarge(most));
    }
    // What is announced need not come: memory is taken as it does.
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(BodyError::TooLarge(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body without a secret that it repeats, as some proxies do when they show the request that they refuse.
pub(super) fn without(body: Vec<u8>, secret: &str) -> Vec<u8> {
    // Short ones are no secrets, and would be found everywhere.
    if secret.len() < 16 {
        return body;
    }
    let text = String::from_utf8_lossy(&body);
    if text.contains(secret) { text.replace(secret, "(secret)").into_bytes() } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands() {
        let secret = "0123456789abcdef";
        let body = format!("Authorization: Bearer {secret}\r\n{secret}").into_bytes();
        assert_eq!(without(body, secret), b"Authorization: Bearer (secret)\r\n(secret)");
        assert_eq!(without(b"no \xff".to_vec(), secret), b"no \xff");
    }
}
