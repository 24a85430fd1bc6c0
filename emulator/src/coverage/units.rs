//! Business units.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Business units",
    rules: &[
        Rule::new("default team and role copies on create", &[Doc, Seen]),
        Rule::new("name unique below one parent `0x8004022a`", &[Assumed]),
        Rule::new("disable and delete preconditions `0x80041d59` to `0x80041d63`", &[Doc]),
        Rule::new("users or teams in the unit: 400 `0x80040227`", &[Assumed]),
        Rule::new("moved units lose the roles of the old ancestors", &[Uncertain]),
        Rule::new("columns and their lengths, addresses included", &[Doc]).note("some lengths are assumed"),
        Rule::new("a renamed unit renames its default team", &[Uncertain]),
        Rule::new("currency and calendar can be null only", &[Limit]),
    ],
};
