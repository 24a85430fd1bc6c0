//! Tables that are read as a whole where that is cheaper than asking for rows by key.

use std::hash::Hash;

use serde::de::DeserializeOwned;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::odata::{Page, Query};
use crate::dataverse::paging::Paging;
use crate::dataverse::shared::Wave;

/// The smallest page. A page may be larger by so many rows for each that was asked for, up to what the service gives.
const SMALL_PAGE: usize = 1000;
const ROWS_PER_ASKED: usize = 50;
const LARGE_PAGE: usize = 5000;
/// A count of this size means that many or more.
const COUNT_ENDS: usize = 5000;

/// Rows of a table that was tried as a whole.
pub(super) struct Trial<T> {
    /// The rows: all, or those of the pages that were worth reading.
    pub(super) rows: Vec<T>,
    /// Whether they are all.
    pub(super) whole: bool,
}

/// Tries all rows of `query` for those who ask in `wave`. It may take as many further pages as there were waves before, so
/// that a wrong guess at most doubles the requests; with more pages than that to come, what was read is returned.
pub(super) async fn whole<K: Eq + Hash, T: DeserializeOwned>(
    client: &Client,
    query: Query,
    wave: &Wave<K>,
) -> Result<Trial<T>, Error> {
    let size = (ROWS_PER_ASKED * wave.asked).clamp(SMALL_PAGE, LARGE_PAGE);
    let query = query.count().page_size(size);
    let Page { value: mut rows, mut next_link, count } = client.page::<T>(&query).await?;
    let mut pages_left = wave.number as usize;
    if let Some(count) = count {
        let more = count.saturating_sub(rows.len()).div_ceil(size);
        if more > pages_left || (more == pages_left && count >= COUNT_ENDS) {
            pages_left = 0;
        }
    }
    let mut paging = Paging::default();
    while let Some(link) = next_link.take() {
        if pages_left == 0 {
            return Ok(Trial { rows, whole: false });
        }
        let page: Page<T> = client.next_page(&query, link, &mut paging).await?;
        rows.extend(page.value);
        next_link = page.next_link;
        pages_left -= 1;
    }
    Ok(Trial { rows, whole: true })
}
