//! Finding business units by what they are.

use futures::Stream;

use super::BusinessUnitTable;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::pages::{NameFilter, Named, Search};

/// Which business units to find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusinessUnitFilter {
    /// What the name must be like.
    pub name: NameFilter,
    /// The unit above.
    pub parent_id: Option<Id>,
    /// Whether the unit is enabled.
    pub enabled: Option<bool>,
}

impl BusinessUnitTable<'_> {
    /// The units that `filter` describes by name, `page` at a time, straight from the service.
    ///
    /// # Errors
    /// Those of a query, at the page in question.
    pub fn matching(
        self,
        filter: BusinessUnitFilter,
        page: usize,
    ) -> impl Stream<Item = Result<Vec<Named>, Error>> + Send + use<> {
        let mut conditions = Vec::new();
        conditions.extend(filter.parent_id.map(|parent| format!("_parentbusinessunitid_value eq {parent}")));
        conditions.extend(filter.enabled.map(|enabled| format!("isdisabled eq {}", !enabled)));
        let (set, id, name) = ("businessunits", "businessunitid", "name");
        self.0.search(Search { set, id, name, names: filter.name, conditions }, page)
    }
}
