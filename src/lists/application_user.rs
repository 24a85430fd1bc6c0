//! `dataverse_application_user`: the users of Entra applications.

use std::sync::Arc;

use futures::{Stream, TryStreamExt};
use tf_provider::framework::{Fault, ListQuery, ListResource, Page, Tf, Validator, optional};

use crate::dataverse::tables::system_user::{UserFilter, UserKind};
use crate::provider::Api;
use crate::references;
use crate::resources::application_user::{ApplicationUser, ApplicationUserResource};

tf_provider::model! {
    /// Finds application users by name, business unit and whether they may sign in. Without arguments it finds all.
    ///
    /// Environments hold many application users of Microsoft's own services, and nothing in their rows tells them apart:
    /// narrow the list by name.
    ///
    /// The deploying identity needs `prvReadUser`, `prvReadRole` and `prvReadBusinessUnit` for the organization.
    pub struct Filter {
        /// What the name as shown begins with, whatever its case. Names of application users begin with `# `.
        name_prefix: Tf<String> => optional().check(Validator::length(1, 200)),
        /// What stands in the name as shown, whatever its case.
        name_contains: Tf<String> => optional().check(Validator::length(1, 200)),
        /// Business unit of the user, by id or name. Left out: all.
        business_unit_id: Tf<String> => optional(),
        /// Whether the user may sign in: `true` finds only such, `false` only others. Left out: both.
        enabled: Tf<bool> => optional(),
    }
}

/// The list.
pub struct ApplicationUserList;

impl ListResource for ApplicationUserList {
    type Resource = ApplicationUserResource;
    type Config = Filter;

    fn pages(
        api: Arc<Api>,
        query: ListQuery<Filter>,
    ) -> impl Stream<Item = Result<Page<ApplicationUser>, Fault>> + Send + 'static {
        futures::stream::once(async move {
            let filter = UserFilter {
                kind: UserKind::Application,
                business_unit_id: references::optional_unit(
                    &api,
                    &query.config.business_unit_id,
                    "business_unit_id",
                )
                .await?,
                name: super::name_filter(query.config.name_prefix, query.config.name_contains),
                enabled: query.config.enabled.into_known(),
            };
            let pages = api.client.system_users().matching(filter, super::page_size(query.limit));
            Ok::<_, Fault>(super::listed(pages, |id| ApplicationUser { id, ..ApplicationUser::default() }))
        })
        .try_flatten()
    }
}
