//! Personal and system views.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Views",
    rules: &[
        Rule::new(
            "`userqueries`: Basic depth only, so that an administrator neither sees nor shares the view of another",
            &[Doc, Seen],
        ),
        Rule::new("acting as the owner by `CallerObjectId` or `MSCRMCallerID`", &[Doc, Seen]),
        Rule::new(
            "`savedqueries`: organization-owned, not sharable `0x80040232`, managed ones not deletable `0x8004f013`",
            &[Doc, Seen],
        ),
        Rule::new("name, table and query required `0x80040200`; unknown table `0x80041102`", &[Assumed]),
        Rule::new("`parentqueryid` refers to a view of the system", &[Uncertain]),
        Rule::new(
            "the query itself is kept as text; running it (`userQuery`, `savedQuery`) is refused",
            &[Limit],
        ),
    ],
};
