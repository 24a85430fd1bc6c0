//! List resources, sorted by name: what `terraform query` finds.

pub mod application_user;
pub mod security_role;
pub mod system_user;

use tf_provider::framework::{Diagnostic, Diagnostics, Fault, ListEntry, Listed, Page, Tf, list_resource};

use crate::dataverse::Id;
use crate::dataverse::pages::NameFilter;
use crate::provider::Api;
use crate::references;

/// All list resources.
pub fn all() -> Vec<Box<dyn ListEntry<Api>>> {
    vec![
        list_resource::<application_user::ApplicationUserList>(),
        list_resource::<security_role::SecurityRoleList>(),
        list_resource::<system_user::SystemUserList>(),
    ]
}

/// Rows of one page: no more than the host wants, but not so few that a list becomes many requests.
fn page_size(limit: Option<usize>) -> usize {
    limit.unwrap_or(usize::MAX).clamp(50, 1000)
}

fn name_filter(prefix: Tf<String>, part: Tf<String>) -> NameFilter {
    NameFilter { prefix: prefix.into_known(), part: part.into_known() }
}

/// The business unit that a filter names, by id or name.
async fn business_unit(api: &Api, text: &Tf<String>) -> Result<Option<Id>, Fault> {
    let Some(text) = text.text() else { return Ok(None) };
    let units = api.client.business_units().all().await?;
    match references::business_unit(&units, text) {
        Ok(unit) => Ok(Some(unit.id)),
        Err(unresolved) => Err(Diagnostic::error(unresolved.text()).at("business_unit_id").into()),
    }
}

fn page<T, M>(rows: Vec<T>, listed: impl Fn(T) -> Listed<M>) -> Page<M> {
    Page { objects: rows.into_iter().map(listed).collect(), warnings: Diagnostics::new() }
}
