//! `dataverse_team`: the teams of the environment.

use std::sync::Arc;

use futures::{Stream, TryStreamExt};
use tf_provider::framework::{Fault, ListQuery, ListResource, Page, Tf, Validator, optional};

use crate::dataverse::tables::team::{TeamFilter, TeamType};
use crate::provider::Api;
use crate::references;
use crate::resources::team::{TEAM_TYPES, Team, TeamResource};
use crate::terms;

tf_provider::model! {
    /// Finds teams by name, business unit and type. Without arguments it finds all but access teams and the default teams of
    /// business units.
    ///
    /// The deploying identity needs `prvReadTeam`, `prvReadUser`, `prvReadRole` and `prvReadBusinessUnit` for the
    /// organization.
    pub struct Filter {
        /// What the name begins with, whatever its case.
        name_prefix: Tf<String> => optional().check(Validator::length(1, 160)),
        /// What stands in the name, whatever its case.
        name_contains: Tf<String> => optional().check(Validator::length(1, 160)),
        /// Business unit of the team, by id or name. Left out: all.
        business_unit_id: Tf<String> => optional(),
        /// What the team is for. Left out: everything but `access`, whose teams Dataverse makes by itself when rows are
        /// shared.
        team_type: Tf<String> => optional()
            .equivalent(terms::same_text)
            .check(Validator::one_of(&["owner", "access", "entra_security_group", "entra_office_group"])),
        /// Whether to find the default teams of business units too. Left out: no.
        include_default: Tf<bool> => optional(),
    }
}

/// The list.
pub struct TeamList;

impl ListResource for TeamList {
    type Resource = TeamResource;
    type Config = Filter;

    fn pages(
        api: Arc<Api>,
        query: ListQuery<Filter>,
    ) -> impl Stream<Item = Result<Page<Team>, Fault>> + Send + 'static {
        futures::stream::once(async move {
            let filter = TeamFilter {
                business_unit_id: references::optional_unit(
                    &api,
                    &query.config.business_unit_id,
                    "business_unit_id",
                )
                .await?,
                name: super::name_filter(query.config.name_prefix, query.config.name_contains),
                team_type: query.config.team_type.text().and_then(team_type),
                with_default: query.config.include_default == Tf::Known(true),
            };
            let pages = api.client.teams().matching(filter, super::page_size(query.limit));
            Ok::<_, Fault>(super::listed(pages, |id| Team { id, ..Team::default() }))
        })
        .try_flatten()
    }
}

fn team_type(word: &str) -> Option<TeamType> {
    TEAM_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, team_type)| *team_type)
}
