//! `userqueries`: personal views, which are reached by their owners alone.

use serde::Deserialize;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Page, Query, literal};

/// A personal view.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PersonalView {
    /// Primary key.
    #[serde(rename = "userqueryid")]
    pub id: Id,
    /// Name; an owner may use one several times.
    pub name: String,
    /// Logical name of the table that the view lists.
    #[serde(rename = "returnedtypecode")]
    pub table: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// The query.
    #[serde(rename = "fetchxml")]
    pub fetch_xml: Option<String>,
    /// The columns.
    #[serde(rename = "layoutxml")]
    pub layout_xml: Option<String>,
}

/// Reads of personal views.
#[derive(Debug, Clone, Copy)]
pub struct PersonalViewTable<'a>(&'a Client);

impl Client {
    /// Reads of personal views.
    pub fn personal_views(&self) -> PersonalViewTable<'_> {
        PersonalViewTable(self)
    }
}

impl PersonalViewTable<'_> {
    /// The personal views of a user of this name or id, whatever the case of the name. `caller` is the user's Entra object
    /// id when the caller is another one.
    ///
    /// # Errors
    /// Those of a query; [`ErrorKind::Denied`](crate::dataverse::ErrorKind::Denied) when the caller may not act for others.
    pub async fn of_owner(
        self,
        owner: Id,
        caller: Option<Id>,
        key: &PersonalViewKey<'_>,
    ) -> Result<Vec<PersonalView>, Error> {
        let filter = match key {
            PersonalViewKey::Id(id) => format!("userqueryid eq {id}"),
            PersonalViewKey::Name(name) => format!("name eq {}", literal(name)),
        };
        let query = Query::of("userqueries")
            .select(&["userqueryid", "name", "returnedtypecode", "description", "fetchxml", "layoutxml"])
            .filter(format!("{filter} and _ownerid_value eq {owner}"));
        let request = Request::get(query.path()).acting_as(caller);
        let page: Page<PersonalView> = self.0.send(request).await?.json()?;
        Ok(page.value)
    }
}

/// What a personal view is looked for by.
#[derive(Debug, Clone, Copy)]
pub enum PersonalViewKey<'a> {
    /// Its id.
    Id(Id),
    /// Its name.
    Name(&'a str),
}
