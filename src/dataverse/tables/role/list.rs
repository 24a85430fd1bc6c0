//! Finding roles by what they are.

use futures::{Stream, StreamExt};

use super::{COLUMNS, Role, RoleTable, Row};
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::Query;
use crate::dataverse::pages::NameFilter;

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
    ) -> impl Stream<Item = Result<Vec<Role>, Error>> + Send + use<> {
        let mut conditions = vec!["componentstate eq 0 and _parentroleid_value eq null".to_owned()];
        conditions.extend(filter.name.conditions("name"));
        conditions.extend(filter.business_unit_id.map(|unit| format!("_businessunitid_value eq {unit}")));
        conditions.extend(filter.managed.map(|managed| format!("ismanaged eq {managed}")));
        if !filter.with_platform {
            conditions.push("_roletemplateid_value eq null".to_owned());
        }
        let query = Query::of("roles")
            .select(&COLUMNS)
            .filter(conditions.join(" and "))
            .order_by("name,roleid")
            .page_size(page);
        self.0.pages::<Row>(query).map(move |rows| {
            let roles = rows?.into_iter().map(Role::from);
            Ok(roles.filter(|role| filter.name.holds(&role.name)).collect())
        })
    }
}
