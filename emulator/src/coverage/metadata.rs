//! Metadata.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen};
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
        Rule::new(
            "`EntityDefinitions(..)/Attributes`, one by `LogicalName` or id, of the tables the emulator keeps",
            &[Doc],
        ),
        Rule::new(
            "`SchemaName` of columns in the case of the logical name; ids of columns derived from names",
            &[Limit],
        ),
        Rule::new("PUT of a column definition turns `IsSecured` on and off; PATCH 405", &[Doc]),
        Rule::new(
            "other changes of a column are refused; members of single column types in a PUT are not compared",
            &[Limit],
        ),
        Rule::new("primary name and other columns that cannot be secured `0x8004f501`", &[Doc, Seen]),
        Rule::new("ending the security of a column deletes its permissions and shares", &[Assumed]),
        Rule::new(
            "metadata in force at once; `PublishXml` and `PublishAllXml` accepted without effect",
            &[Assumed],
        ),
        Rule::new(
            "`ManyToManyRelationships` of user, team, role, privilege and column security profile: those of security",
            &[Doc],
        ),
        Rule::new(
            "`$metadata`: tables, columns and navigation properties; principals keyed by `ownerid`",
            &[Doc, Assumed],
        )
        .note("in part"),
        Rule::new("`$metadata` has no metadata types, functions, actions and choices", &[Limit]),
    ],
};
