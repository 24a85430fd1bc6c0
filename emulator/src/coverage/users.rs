//! Users and application users.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Users",
    rules: &[
        Rule::new("application user filled from the directory, no role at first", &[Seen]),
        Rule::new("its `domainname` and mail `<client id>@<tenant domain>`", &[Assumed]),
        Rule::new("unknown application `0x8004f510`", &[Doc]),
        Rule::new("second application user, or one while a deleted row remains: 400 `0x80041d2c`", &[Seen]).note("the code is assumed"),
        Rule::new("person: unknown name `0x80041d4b`, present `0x80041d2c`, no license `0x8004d24b`, quota `0x8004b050`", &[Doc]).note("the status is assumed"),
        Rule::new("person by Entra key added just in time", &[Doc]),
        Rule::new("disabling an application user needs `applicationid`; `0x80041d48`", &[Seen]).note("the code is assumed"),
        Rule::new("`islicensed`, `issyncwithdirectory`, `azureactivedirectoryobjectid` refused", &[Doc]),
        Rule::new("deletion in two steps, roles and teams gone with the first", &[Doc, Seen]),
        Rule::new("enabled user not deletable: `0x80040203`", &[Doc]).note("the code is assumed"),
        Rule::new("person not deletable: `0x80040800`, unless `EnableSystemUserDelete` and gone from Entra", &[Doc]).note("the code is assumed"),
        Rule::new("move takes the roles; `DoNotRemoveRolesOnChangeBusinessUnit` in modern units", &[Doc]),
        Rule::new("last administrator `0x80041d2f`, `0x80041d30`, `0x80041d38`; tenant administrator `0x80041d64`, `0x80041d65`", &[Doc]),
        Rule::new("SYSTEM and INTEGRATION `0x80041d33`", &[Doc]),
        Rule::new("role for a disabled user 403 `0x80040225` unless `AllowRoleAssignmentOnDisabledUsers`", &[Doc]).note("the code is assumed"),
        Rule::new("changing the business unit needs `prvReparentUser`, disabling `prvDisableUser`", &[Assumed]).note("from the names of the privileges"),
        Rule::new("`usersettingscollection`: a row per user, with its key; read and changed, neither created nor deleted", &[Doc, Seen])
            .note("what it holds at first is assumed"),
        Rule::new("interface languages without a language pack are refused with `emulator.unsupported`", &[Limit]),
    ],
};
