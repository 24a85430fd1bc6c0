//! Queries that are read page by page, as somebody takes the rows.

use std::collections::HashMap;

use futures::stream::try_unfold;
use futures::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::client::Client;
use super::error::Error;
use super::id::Id;
use super::odata::{Page, Query, literal};
use super::paging::Paging;

/// Where the next page is.
enum Next {
    First,
    At(String),
    Nowhere,
}

impl Client {
    /// The pages of a query. Each is asked for when it is wanted and not before; links are followed as given.
    ///
    /// # Errors
    /// As [`Client::one`], at the page in question; the stream ends there.
    pub fn pages<T: DeserializeOwned>(
        &self,
        query: Query,
    ) -> impl Stream<Item = Result<Vec<T>, Error>> + Send + use<T> {
        let client = self.clone();
        try_unfold((Next::First, Paging::default()), move |(next, mut paging)| {
            let (client, query) = (client.clone(), query.clone());
            async move {
                let page: Page<T> = match next {
                    Next::First => client.page(&query).await?,
                    Next::At(link) => client.next_page(&query, link, &mut paging).await?,
                    Next::Nowhere => return Ok(None),
                };
                let next = page.next_link.map_or(Next::Nowhere, Next::At);
                Ok(Some((page.value, (next, paging))))
            }
        })
    }
}

/// A row that was found: what it takes to name and to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Primary key.
    pub id: Id,
    /// Its name; its id where it has none.
    pub name: String,
}

/// What to look for in one table.
pub(super) struct Search {
    /// Entity set.
    pub(super) set: &'static str,
    /// Column of the primary key.
    pub(super) id: &'static str,
    /// Column of the name, by which the rows are sorted.
    pub(super) name: &'static str,
    /// What the name must be like.
    pub(super) names: NameFilter,
    /// What else must hold: conditions of OData, all of them.
    pub(super) conditions: Vec<String>,
}

impl Client {
    /// The rows that `search` describes, `page` at a time, straight from the service.
    ///
    /// # Errors
    /// Those of a query, at the page in question.
    pub(super) fn search(
        &self,
        search: Search,
        page: usize,
    ) -> impl Stream<Item = Result<Vec<Named>, Error>> + Send + use<> {
        let Search { set, id, name, names, mut conditions } = search;
        conditions.extend(names.conditions(name));
        let mut query = Query::of(set).select(&[id, name]).order_by(&format!("{name},{id}")).page_size(page);
        if !conditions.is_empty() {
            query = query.filter(conditions.join(" and "));
        }
        self.pages::<HashMap<String, Json>>(query).map(move |rows| {
            let text = |row: &HashMap<String, Json>, column: &str| {
                row.get(column).and_then(Json::as_str).map(ToOwned::to_owned)
            };
            let named = |row: HashMap<String, Json>| {
                let id = Id::parse(&text(&row, id)?).ok()?;
                Some(Named { id, name: text(&row, name).unwrap_or_else(|| id.to_string()) })
            };
            Ok(rows?.into_iter().filter_map(named).filter(|row| names.holds(&row.name)).collect())
        })
    }
}

/// What the name of a row must be like. The service compares without case, and so does this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameFilter {
    /// What it begins with.
    pub prefix: Option<String>,
    /// What stands in it.
    pub part: Option<String>,
}

impl NameFilter {
    /// The conditions on `column`, as far as the service can be told: it takes `[` for the start of a wildcard.
    pub(super) fn conditions(&self, column: &str) -> Vec<String> {
        let told = |text: &&String| !text.contains('[');
        let prefix = self.prefix.as_ref().filter(told);
        let part = self.part.as_ref().filter(told);
        let prefix = prefix.map(|text| format!("startswith({column},{})", literal(text)));
        prefix.into_iter().chain(part.map(|text| format!("contains({column},{})", literal(text)))).collect()
    }

    /// Whether a name is like that. Asked of each row too, because the service takes `%` and `_` for wildcards.
    pub(super) fn holds(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.prefix.as_ref().is_none_or(|prefix| name.starts_with(&prefix.to_lowercase()))
            && self.part.as_ref().is_none_or(|part| name.contains(&part.to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_wildcards_are_letters() {
        let filter = NameFilter { prefix: Some("O'B".into()), part: Some("100%".into()) };
        assert_eq!(filter.conditions("name"), ["startswith(name,'O''B')", "contains(name,'100%')"]);
        assert!(filter.holds("o'brien 100% sure") && !filter.holds("O'Brien 1000"));
        let bracket = NameFilter { prefix: Some("[A".into()), part: None };
        assert!(bracket.conditions("name").is_empty());
        assert!(bracket.holds("[a]") && !bracket.holds("A"));
        assert!(NameFilter::default().holds(""));
    }
}
