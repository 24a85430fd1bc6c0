//! Pages after the first, as far as a service that means well has any.

use std::collections::HashSet;

use serde::de::DeserializeOwned;

use super::client::Client;
use super::error::{Context, Error, ErrorKind};
use super::odata::{Page, Query};

/// Most pages of one query: five million rows where a page has the usual 5,000. No table about security comes near.
pub(super) const MOST_PAGES: usize = 1_000;

/// Most bytes of all pages of one query together: nearly a million users, with all that is read of a user.
pub(super) const MOST_BYTES: usize = 512 << 20;

/// What was read of one query so far.
#[derive(Debug, Default)]
pub(super) struct Paging {
    links: HashSet<String>,
    bytes: usize,
}

impl Client {
    /// The page at `link`, which is followed as given and with the preferences of the query.
    ///
    /// # Errors
    /// As [`Client::one`], and [`ErrorKind::Undecodable`] when the query would not end: the page was read before, or is one
    /// too many.
    pub(super) async fn next_page<T: DeserializeOwned>(
        &self,
        query: &Query,
        link: String,
        paging: &mut Paging,
    ) -> Result<Page<T>, Error> {
        let request = query.request(link.clone());
        let endless = |problem: String| {
            let (method, path) = (request.method.to_string(), request.redacted_path().to_owned());
            let excerpt = "no further page was asked for".to_owned();
            let kind = ErrorKind::Undecodable { wanted: "list that ends", problem, excerpt };
            Error::new(kind, Context { method, path, ..Context::default() })
        };
        if paging.links.len() >= MOST_PAGES {
            return Err(endless(format!("it has more than {MOST_PAGES} pages")));
        }
        if !paging.links.insert(link) {
            return Err(endless("a page says that it comes after itself".to_owned()));
        }
        let response = self.send(request.clone()).await?;
        paging.bytes += response.body.len();
        if paging.bytes > MOST_BYTES {
            return Err(endless(format!("it has more than {} MiB", MOST_BYTES >> 20)));
        }
        response.json()
    }
}
