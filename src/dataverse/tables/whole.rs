//! Tables that are read as a whole while they are small enough.

use serde::de::DeserializeOwned;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::odata::Query;

/// Rows of the first page when the whole table is tried; its count says whether to go on.
const TRIAL_PAGE: usize = 1000;
/// The whole table is read while it has at most this many rows for each that was asked for.
const ROWS_PER_ASKED: usize = 20;

/// Rows of a table that was tried as a whole.
pub(super) struct Trial<T> {
    /// The rows: all, or those of the first page.
    pub(super) rows: Vec<T>,
    /// Whether they are all.
    pub(super) whole: bool,
}

/// Tries all rows of `query`, for which `asked` were asked for so far. When they are too many, what the first page brought
/// is returned.
pub(super) async fn whole<T: DeserializeOwned>(
    client: &Client,
    query: Query,
    asked: usize,
) -> Result<Trial<T>, Error> {
    let query = query.count().page_size(TRIAL_PAGE);
    let mut page = client.page::<T>(&query).await?;
    let most = TRIAL_PAGE.max(ROWS_PER_ASKED * asked);
    // The count ends at 5,000: a table that large is read only when no limit is below that.
    let whole = page.next_link.is_none() || page.count.is_some_and(|count| count <= most);
    if !whole {
        page.next_link = None;
    }
    Ok(Trial { rows: client.rest(&query, page).await?, whole })
}
