//! Column security.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Column security",
    rules: &[
        Rule::new("`fieldsecurityprofiles`, `fieldpermissions`, `lk_fieldpermission_fieldsecurityprofileid`, associations with users and teams from both sides", &[Doc, Seen]),
        Rule::new("secured column without permission: reads null, filters and sorts as null", &[Doc]).note("filtering and sorting are assumed"),
        Rule::new("writing one: 403 `0x8004f502` on create, `0x8004f507` on update", &[Doc]),
        Rule::new("holders of System Administrator use every secured column and have its profile `572329c1-a042-4e22-be47-367c6374ea45`", &[Doc]),
        Rule::new("that profile and its permissions `0x8004f50c`; taken from an administrator `0x8004f505`", &[Doc]).note("the status is assumed"),
        Rule::new("profile for an access team `0x80048331`", &[Doc]),
        Rule::new("permission for a column that is not secured `0x8004f508`", &[Doc]).note("the status is assumed"),
        Rule::new("second permission for a column in a profile: 412 `0x80040237`", &[Assumed]),
        Rule::new("unknown table `0x80041102`, unknown column `0x80041103`", &[Doc, Seen]),
        Rule::new("permissions are governed by the privileges of the profile, Write for every change", &[Assumed]),
        Rule::new("associations need Read on both sides and Append on the profile", &[Assumed]),
        Rule::new("`principalobjectattributeaccessset`: `0x8004f509`, `0x8004f50a`, `0x8004f50b`", &[Doc]).note("the status is assumed"),
        Rule::new("columns can be secured on business tables: all that clients write but the primary name, owner, state and money", &[Doc]).note("in part"),
        Rule::new("`account.new_creditrating`, `contact.new_salary`, `contact.new_bankaccount` are custom columns of the seed, secured at the start", &[Limit]),
    ],
};
