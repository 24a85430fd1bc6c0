//! One authenticated request below the service root.

use uuid::Uuid;

use crate::access::Caller;
use crate::errors::{ApiError, Code};
use crate::schema::TableId;
use crate::store::Store;
use crate::wire::{Answer, Request};
use crate::world::World;

/// The preferences of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prefs {
    /// `return=representation`.
    pub(crate) representation: bool,
    /// `odata.maxpagesize`.
    pub(crate) page_size: Option<usize>,
    /// `odata.continue-on-error`.
    pub(crate) continue_on_error: bool,
    /// The patterns of `odata.include-annotations`.
    pub(crate) annotations: Vec<String>,
    applied: Vec<String>,
}

impl Prefs {
    /// Reads the `Prefer` header; preferences the service does not know are dropped, as it does.
    pub(crate) fn parse(request: &Request) -> Result<Self, ApiError> {
        let mut prefs = Self::default();
        for (_, value) in request.headers.iter().filter(|(name, _)| name == "prefer") {
            for part in crate::odata::split_top(value, ',') {
                prefs.one(part.trim())?;
            }
        }
        Ok(prefs)
    }

    fn one(&mut self, text: &str) -> Result<(), ApiError> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let value = value.trim().trim_matches('"');
        match name.trim() {
            "return" if value == "representation" => self.representation = true,
            "return" if value == "minimal" => {}
            "odata.maxpagesize" => match value.parse::<usize>() {
                Ok(size) if size > 0 => self.page_size = Some(size.min(5000)),
                _ => return Err(Code::Query.error(&[&format!("Invalid odata.maxpagesize '{value}'.")])),
            },
            "odata.include-annotations" => {
                self.annotations = value.split(',').map(|part| part.trim().to_owned()).collect();
            }
            "odata.continue-on-error" => self.continue_on_error = true,
            "odata.track-changes" => return Err(ApiError::unsupported("Prefer: odata.track-changes")),
            _ => return Ok(()),
        }
        self.applied.push(text.to_owned());
        Ok(())
    }

    /// Whether an annotation was asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.annotations.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => pattern == name,
        })
    }

    /// What was honoured, for `Preference-Applied`.
    pub(crate) fn applied(&self) -> Option<String> {
        (!self.applied.is_empty()).then(|| self.applied.join(","))
    }
}

/// One authenticated request.
#[derive(Debug)]
pub(crate) struct Call<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) request: &'w Request,
    /// `https://host`.
    pub(crate) origin: String,
    /// `https://host/api/data/v9.2`.
    pub(crate) base: String,
    pub(crate) caller: Caller,
    pub(crate) prefs: Prefs,
}

impl Call<'_> {
    /// The data.
    pub(crate) fn store(&self) -> &Store {
        &self.world.store
    }

    /// The data, to write.
    pub(crate) fn store_mut(&mut self) -> &mut Store {
        &mut self.world.store
    }

    /// The context URL of a result.
    pub(crate) fn context(&self, fragment: &str) -> String {
        format!("{}/$metadata#{fragment}", self.base)
    }

    /// The URL of a row.
    pub(crate) fn row_url(&self, table: TableId, id: Uuid) -> String {
        format!("{}/{}({id})", self.base, table.def().set)
    }

    /// 204 with the URL of the row.
    pub(crate) fn no_content(&self, table: TableId, id: Uuid) -> Answer {
        let url = self.row_url(table, id);
        Answer::empty(204).with("Location", url.clone()).with("OData-EntityId", url)
    }

    /// The raw query string.
    pub(crate) fn raw_query(&self) -> &str {
        &self.request.query
    }

    /// The body as a JSON object.
    pub(crate) fn json_body(
        &self,
        entity: &str,
    ) -> Result<serde_json::Map<String, serde_json::Value>, ApiError> {
        let text = String::from_utf8_lossy(&self.request.body);
        let wrong = |why: &str| crate::errors::bad_payload(entity, why);
        if text.trim().is_empty() {
            return Err(wrong("The request has no body."));
        }
        match serde_json::from_str(&text) {
            Ok(serde_json::Value::Object(members)) => Ok(members),
            Ok(_) => Err(wrong("An object was expected.")),
            Err(error) => Err(wrong(&format!("Microsoft.OData.ODataException : {error}"))),
        }
    }
}

/// A GUID in a URL; braces and quotes are not accepted, upper case is.
pub(crate) fn guid_literal(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::parse_str(text).ok()).flatten()
}
