//! Writes whose answer may be lost.

use serde_json::Value;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Query, row};

impl Client {
    /// Ends the creation of a row whose key `id` was chosen by us.
    ///
    /// If an attempt may have been carried out although its answer was lost, the outcome is settled by reading the row:
    /// a "duplicate" of our own random id, or a timeout, is then a success.
    pub(in crate::dataverse) async fn settle_create(
        &self,
        result: Result<(), Error>,
        set: &str,
        key: &str,
        id: Id,
    ) -> Result<(), Error> {
        let result = match result {
            Err(error) if error.is_unclear() => {
                let query = Query::of(row(set, id)).select(&[key]).strong_if(true);
                match self.find::<Value>(&query).await {
                    Ok(Some(_)) => Ok(()),
                    _ => Err(error),
                }
            }
            result => result,
        };
        if result.is_ok() {
            self.inner().recent.created(id);
        }
        result
    }
}
