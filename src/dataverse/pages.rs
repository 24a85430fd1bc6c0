//! Queries that are read page by page, as somebody takes the rows.

use futures::Stream;
use futures::stream::try_unfold;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::error::Error;
use super::odata::{Page, Query, literal};

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
        try_unfold(Next::First, move |next| {
            let (client, query) = (client.clone(), query.clone());
            async move {
                let page: Page<T> = match next {
                    Next::First => client.page(&query).await?,
                    Next::At(link) => client.send(query.request(link)).await?.json()?,
                    Next::Nowhere => return Ok(None),
                };
                let next = page.next_link.map_or(Next::Nowhere, Next::At);
                Ok(Some((page.value, next)))
            }
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
