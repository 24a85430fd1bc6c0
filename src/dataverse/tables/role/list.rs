//! Finding roles by what they are.

use futures::Stream;

use super::RoleTable;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::pages::{NameFilter, Named, Search};

/// Which roles to find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleFilter {
    /// What the name must be like.
    pub name: NameFilter,
    /// Business unit of the original.
    pub business_unit_id: Option<Id>,
    /// Whether a managed solution brought the role.
    pub managed: Option<bool>,
    /// Also roles that the platform made of its templates, such as System Administrator.
    pub with_platform: bool,
}

impl RoleTable<'_> {
    /// The originals that `filter` describes by name, `page` at a time, straight from the service.
    ///
    /// # Errors
    /// Those of a query, at the page in question.
    pub fn matching(
        self,
        filter: RoleFilter,
        page: usize,
    ) -> impl Stream<Item = Result<Vec<Named>, Error>> + Send + use<> {
        let mut conditions = vec!["componentstate eq 0 and _parentroleid_value eq null".to_owned()];
        conditions.extend(filter.business_unit_id.map(|unit| format!("_businessunitid_value eq {unit}")));
        conditions.extend(filter.managed.map(|managed| format!("ismanaged eq {managed}")));
        if !filter.with_platform {
            conditions.push("_roletemplateid_value eq null".to_owned());
        }
        let search = Search { set: "roles", id: "roleid", name: "name", names: filter.name, conditions };
        self.0.search(search, page)
    }
}
