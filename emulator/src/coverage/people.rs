//! People, licenses and the directory.

use super::rule::Evidence::{Assumed, Doc, Limit, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "People and licenses",
    rules: &[
        Rule::new("a lost license disables a read-write user and leaves a non-interactive one", &[Doc]),
        Rule::new(
            "who is deleted in Entra is disabled, and enabled when restored; `azurestate`, `azuredeletedon`",
            &[Doc],
        )
        .note("at once instead of within hours"),
        Rule::new(
            "a license given back enables a user whom the process had disabled; a sign-in any entitled user",
            &[Doc],
        )
        .note("the first half is assumed"),
        Rule::new("roles marked `isautoassigned` come and go with the license", &[Doc])
            .note("a switch; of which unit is assumed"),
        Rule::new("read-write for a user without a license: `0x80041d66`, enabling one `0x8004d24c`", &[Doc]),
        Rule::new("at most seven non-interactive users; a license is needed when one is created", &[Doc]),
        Rule::new("a tenant administrator without a license becomes an administrative user", &[Doc])
            .note("`setupuser` is assumed"),
        Rule::new("support user and delegated administrator cannot be made by clients", &[Limit])
            .note("refused with `emulator.unsupported`"),
        Rule::new("manager loops `0x80041d24`", &[Doc]),
        Rule::new("environments can be set up from a file or through `/emulator/setup`", &[Limit])
            .note("the emulator's own"),
        Rule::new("the directory can be changed through `/emulator/directory`", &[Limit])
            .note("the emulator's own"),
        Rule::new("nested groups are not looked into", &[Doc]),
        Rule::new("a deleted group empties its teams", &[Doc]),
        Rule::new("service principals count as members of groups", &[Uncertain]),
        Rule::new("security group of the environment: others are disabled, not added just in time, `0x80041d4b` and `userNotInSecurityGroup`", &[Doc])
            .note("a switch; the codes are assumed"),
        Rule::new("access mode Read takes every privilege but those to read", &[Assumed]),
        Rule::new("access mode Administrative does not close business data", &[Limit]),
        Rule::new("enabling a user who is not in Entra is refused with `emulator.unsupported`", &[Assumed]),
    ],
};
