//! Reading.

use super::rule::Evidence::{Assumed, Doc, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Queries",
    rules: &[
        Rule::new(
            "`$select`, `$filter`, `$orderby`, `$top`, `$count` (5,000 at most), `$expand`, `$apply` with `$count`",
            &[Doc, Seen],
        ),
        Rule::new(
            "`$skip` refused; `$search`, `$format`, `$compute`, `$levels` refused `0x80060888`",
            &[Seen],
        )
        .note("the code is assumed"),
        Rule::new("unknown column or navigation 400 `0x80060888`", &[Seen]),
        Rule::new("text compares without regard to case; `%`, `_`, `[]` as wildcards", &[Doc]),
        Rule::new("`ne` passes rows whose column is null", &[Assumed]),
        Rule::new("`In`, `NotIn`, parameter aliases, lambda `any`, `all`, paths over lookups", &[Doc]),
        Rule::new("quoted GUIDs tolerated on pair tables", &[Seen]),
        Rule::new(
            "pages of 5,000 or `odata.maxpagesize`, `$skiptoken` cookie; `$top` ignored with a page size",
            &[Doc],
        ),
        Rule::new(
            "next link after every expanded collection; nested options refused as the service does",
            &[Doc, Seen],
        ),
        Rule::new("annotations on request only", &[Doc]),
        Rule::new("default order by primary key", &[Assumed]),
        Rule::new("formatted Booleans \"Yes\" and \"No\"; formatted dates in ISO order", &[Assumed]),
        Rule::new(
            "collections `business_unit_roles`, `business_unit_teams`, `role_parent_role`, `user_parent_user` and the like",
            &[Uncertain],
        ),
    ],
};
