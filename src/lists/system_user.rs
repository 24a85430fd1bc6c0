//! `dataverse_system_user`: the people of the environment.

use std::sync::Arc;

use futures::{Stream, TryStreamExt};
use tf_provider::framework::{Fault, ListQuery, ListResource, Page, Tf, Validator, optional};

use crate::dataverse::tables::system_user::{UserFilter, UserKind};
use crate::provider::Api;
use crate::references;
use crate::resources::system_user::{SystemUser, SystemUserResource};

tf_provider::model! {
    /// Finds users by name, business unit and whether they may sign in. Without arguments it finds all people.
    ///
    /// Users of applications are listed by the list resource `dataverse_application_user`.
    ///
    /// The deploying identity needs `prvReadUser`, `prvReadRole` and `prvReadBusinessUnit` for the organization.
    pub struct Filter {
        /// What the name as shown begins with, whatever its case.
        name_prefix: Tf<String> => optional().check(Validator::length(1, 200)),
        /// What stands in the name as shown, whatever its case.
        name_contains: Tf<String> => optional().check(Validator::length(1, 200)),
        /// Business unit of the user, by id or name. Left out: all.
        business_unit_id: Tf<String> => optional(),
        /// Whether the user may sign in: `true` finds only such, `false` only others. Left out: both.
        enabled: Tf<bool> => optional(),
        /// Whether to find users of the platform too: SYSTEM, INTEGRATION, and those of support and partners. Left out: no.
        include_platform: Tf<bool> => optional(),
    }
}

/// The list.
pub struct SystemUserList;

impl ListResource for SystemUserList {
    type Resource = SystemUserResource;
    type Config = Filter;

    fn pages(
        api: Arc<Api>,
        query: ListQuery<Filter>,
    ) -> impl Stream<Item = Result<Page<SystemUser>, Fault>> + Send + 'static {
        futures::stream::once(async move {
            let platform = query.config.include_platform == Tf::Known(true);
            let filter = UserFilter {
                kind: if platform { UserKind::PersonOrPlatform } else { UserKind::Person },
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
            Ok::<_, Fault>(super::listed(pages, |id| SystemUser { id, ..SystemUser::default() }))
        })
        .try_flatten()
    }
}
