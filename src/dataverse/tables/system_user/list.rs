//! Finding users by what they are.

use futures::Stream;

use super::SystemUserTable;
use super::row::{AccessMode, COLUMNS, ROLES, Row, SystemUser};
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::Query;
use crate::dataverse::pages::{NameFilter, Named, Search};

/// What kind of user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKind {
    /// Users of Entra applications.
    Application,
    /// People.
    Person,
    /// People, and users that the platform made for itself and for its support.
    PersonOrPlatform,
}

/// Which users to find. Deleted ones are never found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFilter {
    /// What kind.
    pub kind: UserKind,
    /// What the name as shown must be like.
    pub name: NameFilter,
    /// Business unit.
    pub business_unit_id: Option<Id>,
    /// Whether the user may sign in.
    pub enabled: Option<bool>,
}

impl SystemUserTable<'_> {
    /// The users that `filter` describes by name, `page` at a time, straight from the service.
    ///
    /// # Errors
    /// Those of a query, at the page in question.
    pub fn matching(
        self,
        filter: UserFilter,
        page: usize,
    ) -> impl Stream<Item = Result<Vec<Named>, Error>> + Send + use<> {
        let conditions = conditions(&filter);
        let (set, id, name) = ("systemusers", "systemuserid", "fullname");
        self.0.search(Search { set, id, name, names: filter.name, conditions }, page)
    }

    /// The users that `filter` describes, by name, all at once and with the ids of their roles.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all_matching(self, filter: &UserFilter) -> Result<Vec<SystemUser>, Error> {
        let conditions = conditions(filter).into_iter().chain(filter.name.conditions("fullname"));
        let query = Query::of("systemusers")
            .select(&COLUMNS)
            .expand(ROLES)
            .filter(conditions.collect::<Vec<_>>().join(" and "))
            .order_by("fullname,systemuserid");
        let rows: Vec<Row> = self.0.rows(&query).await?;
        let named = |user: &SystemUser| filter.name.holds(user.full_name.as_deref().unwrap_or_default());
        Ok(rows.into_iter().map(SystemUser::from).filter(named).collect())
    }
}

/// What the service is asked for, beside the name.
fn conditions(filter: &UserFilter) -> Vec<String> {
    let mut conditions = vec!["deletedstate eq 0".to_owned()];
    conditions.push(match filter.kind {
        UserKind::Application => "applicationid ne null".to_owned(),
        UserKind::PersonOrPlatform => "applicationid eq null".to_owned(),
        // SYSTEM and INTEGRATION are in no tenant; Microsoft's support and partners have modes of their own.
        UserKind::Person => format!(
            "applicationid eq null and azureactivedirectoryobjectid ne null and accessmode ne {} and accessmode ne {}",
            AccessMode::SupportUser.value(),
            AccessMode::DelegatedAdmin.value()
        ),
    });
    conditions.extend(filter.business_unit_id.map(|unit| format!("_businessunitid_value eq {unit}")));
    conditions.extend(filter.enabled.map(|enabled| format!("isdisabled eq {}", !enabled)));
    conditions
}
