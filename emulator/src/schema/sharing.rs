//! Shares of rows, kept as rows so that an undo and a snapshot take them along; no client addresses them.

use super::{Column as C, TableDef, TableId};

pub(super) const SHARE: TableDef = TableDef {
    id: TableId::Share,
    logical: "principalobjectaccess",
    set: "principalobjectaccessset",
    display: "Principal Object Access",
    code: 11,
    name_column: "",
    keys: &[],
    columns: &[
        C::key("principalobjectaccessid"),
        C::guid("objectid").indexed(),
        C::text("objecttypecode", 64),
        C::guid("principalid").indexed(),
        C::text("principaltypecode", 64),
        C::int("accessrightsmask"),
        C::date("changedon"),
        C::int("versionnumber").read_only(),
    ],
    collections: &[],
};
