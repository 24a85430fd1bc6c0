//! `dataverse_business_unit`: the business units of the environment.

use std::sync::Arc;

use futures::{Stream, TryStreamExt};
use tf_provider::framework::{Fault, ListQuery, ListResource, Page, Tf, Validator, optional};

use crate::dataverse::tables::business_unit::BusinessUnitFilter;
use crate::provider::Api;
use crate::references;
use crate::resources::business_unit::{BusinessUnit, BusinessUnitResource};

tf_provider::model! {
    /// Finds business units by name, place in the tree and whether they are enabled. Without arguments it finds all.
    ///
    /// The deploying identity needs `prvReadBusinessUnit` for the organization.
    pub struct Filter {
        /// What the name begins with, whatever its case.
        name_prefix: Tf<String> => optional().check(Validator::length(1, 160)),
        /// What stands in the name, whatever its case.
        name_contains: Tf<String> => optional().check(Validator::length(1, 160)),
        /// The unit right above, by id or name. Left out: units anywhere, with the root unit.
        parent_business_unit_id: Tf<String> => optional(),
        /// Whether the unit is enabled: `true` finds only such, `false` only others. Left out: both.
        enabled: Tf<bool> => optional(),
    }
}

/// The list.
pub struct BusinessUnitList;

impl ListResource for BusinessUnitList {
    type Resource = BusinessUnitResource;
    type Config = Filter;

    fn pages(
        api: Arc<Api>,
        query: ListQuery<Filter>,
    ) -> impl Stream<Item = Result<Page<BusinessUnit>, Fault>> + Send + 'static {
        futures::stream::once(async move {
            let above = &query.config.parent_business_unit_id;
            let filter = BusinessUnitFilter {
                parent_id: references::optional_unit(&api, above, "parent_business_unit_id").await?,
                name: super::name_filter(query.config.name_prefix, query.config.name_contains),
                enabled: query.config.enabled.into_known(),
            };
            let pages = api.client.business_units().matching(filter, super::page_size(query.limit));
            Ok::<_, Fault>(super::listed(pages, |id| BusinessUnit { id, ..BusinessUnit::default() }))
        })
        .try_flatten()
    }
}
