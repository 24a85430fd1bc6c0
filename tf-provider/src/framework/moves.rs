//! Resources of other types whose objects can be taken over with a `moved` block.

use serde_json::Value as Json;

/// A resource in the state that is to become a resource of another type.
#[derive(Clone, Copy, Debug)]
pub struct MoveSource<'s> {
    /// Full address of its provider, `registry.terraform.io/<namespace>/<name>`.
    pub provider: &'s str,
    /// Its type.
    pub type_name: &'s str,
    /// Version of the schema that its state was written with.
    pub schema_version: i64,
    /// The stored attributes.
    pub state: &'s Json,
}

impl MoveSource<'_> {
    /// Whether it is a `type_name` of the provider `namespace/name`, whichever registry the provider comes from: Terraform
    /// and OpenTofu have one each.
    pub fn is(&self, provider: &str, type_name: &str) -> bool {
        let found = self.provider.split_once('/').map_or(self.provider, |(_host, rest)| rest);
        self.type_name == type_name && found.eq_ignore_ascii_case(provider)
    }

    /// A stored text that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.state.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// The texts of a stored list or set; none when nothing of that kind is stored.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.state.get(name)?.as_array()?.iter().filter_map(Json::as_str).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_by_any_registry() {
        let state = serde_json::json!({"id": "1", "empty": "", "roles": ["a", "b"]});
        let source =
            |provider| MoveSource { provider, type_name: "acme_user", schema_version: 0, state: &state };
        for provider in ["registry.terraform.io/acme/widget", "registry.opentofu.org/Acme/widget"] {
            assert!(source(provider).is("acme/widget", "acme_user"));
            assert!(!source(provider).is("acme/widget", "acme_group"));
        }
        assert!(!source("registry.terraform.io/other/widget").is("acme/widget", "acme_user"));
        let source = source("registry.terraform.io/acme/widget");
        assert_eq!((source.text("id"), source.text("empty"), source.text("none")), (Some("1"), None, None));
        assert_eq!((source.texts("roles"), source.texts("id")), (Some(vec!["a", "b"]), None));
    }
}
