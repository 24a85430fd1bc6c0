//! List resources, sorted by name: what `terraform query` finds.

pub mod application_user;
pub mod business_unit;
pub mod security_role;
pub mod system_user;
pub mod team;

use futures::{Stream, StreamExt};
use tf_provider::framework::{Diagnostics, Fault, ListEntry, Listed, Page, Tf, list_resource};

use crate::dataverse::Error;
use crate::dataverse::pages::{NameFilter, Named};
use crate::provider::Api;

/// All list resources.
pub fn all() -> Vec<Box<dyn ListEntry<Api>>> {
    vec![
        list_resource::<application_user::ApplicationUserList>(),
        list_resource::<business_unit::BusinessUnitList>(),
        list_resource::<security_role::SecurityRoleList>(),
        list_resource::<system_user::SystemUserList>(),
        list_resource::<team::TeamList>(),
    ]
}

/// Rows of one page: no more than the host wants, but not so few that a list becomes many requests.
fn page_size(limit: Option<usize>) -> usize {
    limit.unwrap_or(usize::MAX).clamp(50, 1000)
}

fn name_filter(prefix: Tf<String>, part: Tf<String>) -> NameFilter {
    NameFilter { prefix: prefix.into_known(), part: part.into_known() }
}

/// Pages of rows as pages of a list; `key` makes an object that holds nothing but its id.
fn listed<M>(
    pages: impl Stream<Item = Result<Vec<Named>, Error>> + Send,
    key: impl Fn(Tf<String>) -> M + Send,
) -> impl Stream<Item = Result<Page<M>, Fault>> + Send {
    pages.map(move |rows| {
        let objects = rows?
            .into_iter()
            .map(|row| Listed { name: row.name, key: key(Tf::Known(row.id.to_string())) })
            .collect();
        Ok(Page { objects, warnings: Diagnostics::new() })
    })
}
