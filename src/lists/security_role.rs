//! `dataverse_security_role`: the security roles of the environment.

use std::sync::Arc;

use futures::{Stream, TryStreamExt};
use tf_provider::framework::{Fault, ListQuery, ListResource, Page, Tf, Validator, optional};

use crate::dataverse::tables::role::RoleFilter;
use crate::provider::Api;
use crate::references;
use crate::resources::security_role::{SecurityRole, SecurityRoleResource};

tf_provider::model! {
    /// Finds security roles by name, business unit and origin. Without arguments it finds all but those of the platform.
    ///
    /// Each role is found once, however many business units have a copy of it.
    ///
    /// The deploying identity needs `prvReadRole` and `prvReadBusinessUnit` for the organization.
    pub struct Filter {
        /// What the name begins with, whatever its case.
        name_prefix: Tf<String> => optional().check(Validator::length(1, 100)),
        /// What stands in the name, whatever its case.
        name_contains: Tf<String> => optional().check(Validator::length(1, 100)),
        /// Business unit of the role, by id or name. Left out: all.
        business_unit_id: Tf<String> => optional(),
        /// Whether a managed solution brought the role: `true` finds only such, `false` only others. Left out: both.
        managed: Tf<bool> => optional(),
        /// Whether to find the roles of the platform too, such as System Administrator and Basic User. Left out: no.
        include_platform: Tf<bool> => optional(),
    }
}

/// The list.
pub struct SecurityRoleList;

impl ListResource for SecurityRoleList {
    type Resource = SecurityRoleResource;
    type Config = Filter;

    fn pages(
        api: Arc<Api>,
        query: ListQuery<Filter>,
    ) -> impl Stream<Item = Result<Page<SecurityRole>, Fault>> + Send + 'static {
        futures::stream::once(async move {
            let filter = RoleFilter {
                business_unit_id: references::optional_unit(
                    &api,
                    &query.config.business_unit_id,
                    "business_unit_id",
                )
                .await?,
                name: super::name_filter(query.config.name_prefix, query.config.name_contains),
                managed: query.config.managed.into_known(),
                with_platform: query.config.include_platform == Tf::Known(true),
            };
            let pages = api.client.roles().matching(filter, super::page_size(query.limit));
            Ok::<_, Fault>(super::listed(pages, |id| SecurityRole { id, ..SecurityRole::default() }))
        })
        .try_flatten()
    }
}
