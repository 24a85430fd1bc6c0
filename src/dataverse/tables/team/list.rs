//! Finding teams by what they are.

use futures::Stream;

use super::TeamTable;
use super::row::TeamType;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::pages::{NameFilter, Named, Search};

/// Which teams to find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamFilter {
    /// What the name must be like.
    pub name: NameFilter,
    /// Business unit.
    pub business_unit_id: Option<Id>,
    /// What the teams are for; all but access teams, which the service makes by itself when rows are shared, if absent.
    pub team_type: Option<TeamType>,
    /// Also the default teams of business units.
    pub with_default: bool,
}

impl TeamTable<'_> {
    /// The teams that `filter` describes by name, `page` at a time, straight from the service.
    ///
    /// # Errors
    /// Those of a query, at the page in question.
    pub fn matching(
        self,
        filter: TeamFilter,
        page: usize,
    ) -> impl Stream<Item = Result<Vec<Named>, Error>> + Send + use<> {
        let mut conditions = vec![match filter.team_type {
            Some(team_type) => format!("teamtype eq {}", team_type.value()),
            None => format!("teamtype ne {}", TeamType::Access.value()),
        }];
        conditions.extend(filter.business_unit_id.map(|unit| format!("_businessunitid_value eq {unit}")));
        if !filter.with_default {
            conditions.push("isdefault eq false".to_owned());
        }
        let search = Search { set: "teams", id: "teamid", name: "name", names: filter.name, conditions };
        self.0.search(search, page)
    }
}
