//! Pairs of rows (`$ref`): who holds which role. A pair that is there already, or gone already, is no error.

use serde_json::json;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::row;

impl Client {
    /// The operation that pairs a row with the role `role`; `collection` is `systemusers(<id>)/systemuserroles_association`
    /// or the like.
    pub(super) fn role_pairing(&self, collection: &str, role: Id) -> Request {
        let target = json!({ "@odata.id": self.address_of(&row("roles", role)) });
        Request::post(format!("{collection}/$ref"), target).replayable()
    }

    /// Sends operations one by one; pairs that are there or gone already are passed over.
    pub(super) async fn send_settled(&self, operations: Vec<Request>) -> Result<(), Error> {
        for operation in operations {
            match self.send(operation.clone()).await {
                Err(error) if is_settled(&error, std::slice::from_ref(&operation)) => {}
                result => result.map(drop)?,
            }
        }
        Ok(())
    }
}

/// The operation that takes the row `id` out of a collection.
pub(super) fn unpairing(collection: &str, id: Id) -> Request {
    Request::delete(format!("{collection}({id})/$ref")).replayable()
}

/// Whether an error says that the one operation, on a pair, was done before.
pub(super) fn is_settled(error: &Error, operations: &[Request]) -> bool {
    let [operation] = operations else { return false };
    operation.path.ends_with("/$ref")
        && match operation.method.as_str() {
            "POST" => error.is_duplicate(),
            "DELETE" => error.is_not_found(),
            _ => false,
        }
}
