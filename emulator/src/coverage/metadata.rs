//! Metadata.

use super::rule::Evidence::{Assumed, Doc, Seen};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Metadata",
    rules: &[
        Rule::new(
            "`EntityDefinitions` with `Privileges`; filter on simple properties; no paging",
            &[Doc, Seen],
        ),
        Rule::new("entity set, key, ownership and type code of tables without a public source", &[Assumed])
            .note("derived"),
    ],
};
