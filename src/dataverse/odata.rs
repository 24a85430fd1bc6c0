//! Queries: literals, keys and pages. The only place that escapes.

use std::fmt::Write as _;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::error::Error;
use super::http::Request;
use super::id::Id;
use super::paging::Paging;

/// Longest list of ids in one `In(...)`: with about 45 encoded characters each, the URL stays below 30,000
/// characters, and the service takes 32,768.
pub const IDS_PER_QUERY: usize = 600;

/// Most texts in one filter; the service takes 500 conditions in a query.
const TEXTS_PER_QUERY: usize = 400;
/// Longest encoded list of texts in one filter, in characters.
const TEXTS_LENGTH: usize = 20_000;

/// A string literal for a filter or key: quotes doubled. Not yet percent-encoded; [`Query`] and [`encode`] do that.
///
/// The service decodes the whole URL before it parses, so an encoded quote would end a literal like a bare one.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Percent-encodes everything but unreserved characters and those that OData needs bare in a query value.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~()$,='*@:/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A string literal as the key in a path: as [`literal`], percent-encoded, slashes as well.
///
/// `Url` takes `/../` for a step up wherever it stands, in quotes too.
pub fn key(text: &str) -> String {
    encode(&literal(text)).replace('/', "%2F")
}

/// The path of one row: `roles(<id>)`.
pub fn row(set: &str, id: Id) -> String {
    format!("{set}({id})")
}

/// A filter that holds for rows whose `column` is one of `ids`.
pub fn is_one_of(column: &str, ids: &[Id]) -> String {
    match ids {
        [only] => format!("{column} eq {only}"),
        _ => {
            let values: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
            format!(
                "Microsoft.Dynamics.CRM.In(PropertyName={},PropertyValues=[{}])",
                literal(column),
                values.join(",")
            )
        }
    }
}

/// Filters that together hold for rows whose `column` is one of `texts`, whatever their case: as few as fit a URL and the
/// limit of 500 conditions in a query.
pub fn are_one_of_texts(column: &str, texts: &[String]) -> Vec<String> {
    let mut filters = Vec::new();
    let (mut filter, mut length, mut count) = (String::new(), 0, 0);
    for text in texts {
        let condition = format!("{column} eq {}", literal(text));
        let added = encode(" or ").len() + encode(&condition).len();
        if count > 0 && (length + added > TEXTS_LENGTH || count == TEXTS_PER_QUERY) {
            filters.push(std::mem::take(&mut filter));
            (length, count) = (0, 0);
        }
        filter.push_str(if count > 0 { " or " } else { "" });
        filter.push_str(&condition);
        length += added;
        count += 1;
    }
    if count > 0 {
        filters.push(filter);
    }
    filters
}

/// A query of one entity set or row.
#[derive(Debug, Clone)]
pub struct Query {
    path: String,
    options: Vec<(&'static str, String)>,
    strong: bool,
    page_size: Option<usize>,
}

impl Query {
    /// A query of `path`, such as `roles` or `roles(<id>)`.
    pub fn of(path: impl Into<String>) -> Query {
        Query { path: path.into(), options: Vec::new(), strong: false, page_size: None }
    }

    /// The same of the one row `id`.
    #[must_use]
    pub fn key(mut self, id: Id) -> Query {
        self.path = row(&self.path, id);
        self
    }

    /// Columns to return; lookups as `_x_value`.
    #[must_use]
    pub fn select(self, columns: &[&str]) -> Query {
        self.option("$select", columns.join(","))
    }

    /// Condition on rows; strings through [`literal`].
    #[must_use]
    pub fn filter(self, condition: impl Into<String>) -> Query {
        self.option("$filter", condition.into())
    }

    /// Related rows to return: `navigation($select=column)`.
    #[must_use]
    pub fn expand(self, related: impl Into<String>) -> Query {
        self.option("$expand", related.into())
    }

    /// Order of rows.
    #[must_use]
    pub fn order_by(self, columns: &str) -> Query {
        self.option("$orderby", columns.to_owned())
    }

    /// Asks for the number of rows with the first page; the service counts to 5,000.
    #[must_use]
    pub fn count(self) -> Query {
        self.option("$count", "true".to_owned())
    }

    /// Rows per page; the service gives 5,000 otherwise, which is also its most.
    #[must_use]
    pub fn page_size(mut self, rows: usize) -> Query {
        self.page_size = Some(rows);
        self
    }

    /// Passes over the caches of the service when `strong` holds; see [`Request::strong`].
    #[must_use]
    pub fn strong_if(mut self, strong: bool) -> Query {
        self.strong = strong;
        self
    }

    /// The path with its encoded options.
    pub fn path(&self) -> String {
        let mut path = self.path.clone();
        for (index, (name, value)) in self.options.iter().enumerate() {
            let _ = write!(path, "{}{name}={}", if index == 0 { '?' } else { '&' }, encode(value));
        }
        path
    }

    fn option(mut self, name: &'static str, value: String) -> Query {
        self.options.push((name, value));
        self
    }

    pub(super) fn request(&self, path: String) -> Request {
        let mut request = Request::get(path);
        if self.strong {
            request = request.strong();
        }
        if let Some(rows) = self.page_size {
            request = request.prefer(&format!("odata.maxpagesize={rows}"));
        }
        request
    }
}

/// One page of rows.
#[derive(Debug, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub value: Vec<T>,
    /// Rows in total, when asked for; never more than 5,000.
    #[serde(rename = "@odata.count")]
    pub count: Option<usize>,
    /// Address of the next page.
    #[serde(rename = "@odata.nextLink")]
    pub next_link: Option<String>,
}

impl Client {
    /// The one row or function result that `query` addresses.
    ///
    /// # Errors
    /// Those of [`Client::send`], and [`ErrorKind::Undecodable`](super::ErrorKind::Undecodable).
    pub async fn one<T: DeserializeOwned>(&self, query: &Query) -> Result<T, Error> {
        self.send(query.request(query.path())).await?.json()
    }

    /// As [`Client::one`], with `None` when the row does not exist.
    ///
    /// # Errors
    /// As [`Client::one`].
    pub async fn find<T: DeserializeOwned>(&self, query: &Query) -> Result<Option<T>, Error> {
        match self.one(query).await {
            Ok(row) => Ok(Some(row)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All rows of a query, page after page.
    ///
    /// # Errors
    /// As [`Client::one`].
    pub async fn rows<T: DeserializeOwned>(&self, query: &Query) -> Result<Vec<T>, Error> {
        let page = self.page(query).await?;
        self.rest(query, page).await
    }

    /// The first page of a query.
    ///
    /// # Errors
    /// As [`Client::one`].
    pub async fn page<T: DeserializeOwned>(&self, query: &Query) -> Result<Page<T>, Error> {
        self.one(query).await
    }

    /// The rows of `page` and of all pages after it.
    ///
    /// # Errors
    /// As [`Client::one`].
    pub async fn rest<T: DeserializeOwned>(&self, query: &Query, page: Page<T>) -> Result<Vec<T>, Error> {
        let Page { value: mut rows, mut next_link, .. } = page;
        let mut paging = Paging::default();
        while let Some(link) = next_link {
            let page: Page<T> = self.next_page(query, link, &mut paging).await?;
            rows.extend(page.value);
            next_link = page.next_link;
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_before_they_are_encoded() {
        let query = Query::of("roles")
            .select(&["roleid", "name"])
            .filter(format!("name eq {}", literal("O'Brien & Söhne+#?")));
        assert_eq!(
            query.path(),
            "roles?$select=roleid,name&$filter=name%20eq%20'O''Brien%20%26%20S%C3%B6hne%2B%23%3F'"
        );
    }

    #[test]
    fn a_key_leads_nowhere_else() {
        let path = format!("EntityDefinitions(LogicalName={})/Attributes", key("x'/../../y"));
        assert_eq!(path, "EntityDefinitions(LogicalName='x''%2F..%2F..%2Fy')/Attributes");
        let url = url::Url::parse(&format!("https://contoso.crm.dynamics.com/{path}")).unwrap();
        assert!(
            url.path().starts_with("/EntityDefinitions(") && url.path().ends_with(")/Attributes"),
            "{url}"
        );
    }

    #[test]
    fn several_ids_become_one_condition() {
        let (a, b) = (Id::from_u128(10), Id::from_u128(11));
        assert_eq!(is_one_of("roleid", &[a]), format!("roleid eq {a}"));
        assert_eq!(
            is_one_of("roleid", &[a, b]),
            format!("Microsoft.Dynamics.CRM.In(PropertyName='roleid',PropertyValues=[\"{a}\",\"{b}\"])")
        );
    }

    #[test]
    fn many_texts_become_several_conditions_that_fit_a_url() {
        let texts = |count: usize, text: &str| vec![text.to_owned(); count];
        assert_eq!(
            are_one_of_texts("name", &texts(2, "O'Brien")),
            ["name eq 'O''Brien' or name eq 'O''Brien'"]
        );
        assert!(are_one_of_texts("name", &[]).is_empty());
        let filters = are_one_of_texts("domainname", &texts(1000, "a@b.c"));
        let conditions: Vec<usize> = filters.iter().map(|filter| filter.matches(" eq ").count()).collect();
        assert_eq!(conditions, [400, 400, 200]);
        let filters = are_one_of_texts("domainname", &texts(10, &"\u{4e2d}".repeat(1000)));
        assert!(filters.iter().all(|filter| encode(filter).len() < 30_000) && filters.len() == 5);
    }

    #[test]
    fn the_longest_list_of_ids_fits_a_url() {
        let ids: Vec<Id> = (0..IDS_PER_QUERY).map(|_| Id::random()).collect();
        let path =
            Query::of("systemusers").select(&["fullname"; 30]).filter(is_one_of("systemuserid", &ids)).path();
        assert!(path.len() < 30_000, "{}", path.len());
    }
}
