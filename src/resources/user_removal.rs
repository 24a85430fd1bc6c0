//! What a destroy does to a user, as `on_destroy` says.

use tf_provider::framework::{Fault, Tf};

use super::guards;
use crate::dataverse::Id;
use crate::dataverse::tables::Changes;
use crate::provider::Api;

/// Abandons, disables or deletes the user `id`; `default` stands where the state says nothing.
///
/// # Errors
/// When the service refuses.
pub(super) async fn remove(api: &Api, id: Id, on_destroy: &Tf<String>, default: &str) -> Result<(), Fault> {
    let wish = on_destroy.text().unwrap_or(default).to_lowercase();
    if wish == "abandon" {
        return Ok(());
    }
    guards::not_itself(api, id).await?;
    let users = api.client.system_users();
    if wish == "delete" {
        let user = users.get(id).await?.ok_or(Fault::Gone)?;
        if users.remove(&user).await? {
            return Ok(());
        }
    }
    let user = users.get_fresh(id).await?.ok_or(Fault::Gone)?;
    if !user.is_disabled && !user.is_deleted() {
        users.update(id, Changes::new().set("isdisabled", true), &[], &[]).await?;
    }
    if wish == "delete" {
        // The first DELETE leaves a row that would block the application for ever; the second removes it.
        users.delete(id).await?;
        users.purge(id).await?;
    }
    Ok(())
}
