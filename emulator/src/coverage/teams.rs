//! Teams.

use super::rule::Evidence::{Doc, Limit, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Teams",
    rules: &[
        Rule::new("default team `0x80048307`, `0x80048308`, `0x8004830a` to `0x8004830c`", &[Doc]),
        Rule::new("team name unique in its business unit: 412 `0x80040237`", &[Uncertain]).note("a switch"),
        Rule::new("administrator of a team defaults to the caller", &[Seen, Uncertain]),
        Rule::new("group teams: name and type of the group, one per group and membership type (412 `0x80060892`)", &[Doc, Seen]),
        Rule::new("group teams by alternate key, created just in time for a role", &[Doc]),
        Rule::new("members of group teams join and leave on creation, sign-in, impersonation and `SyncGroupMembersToTeam`", &[Doc]).note("that the action adds no users is assumed"),
        Rule::new("members of group teams changed by hand, unknown group: 400 `0x80040203`", &[Doc]).note("the code is assumed"),
        Rule::new("role with team privileges only for a group team `0x80048350`", &[Doc, Uncertain]).note("a switch"),
        Rule::new("`AddMembersTeam`, `RemoveMembersTeam`, `SetParentTeam`, `ConvertOwnerTeamToAccessTeam`", &[Doc]),
        Rule::new("access teams without roles `0x80048331`; conversion `0x80048336`, `0x80048337`", &[Doc]),
        Rule::new("teams in a disabled unit bring no privileges", &[Doc]),
        Rule::new("rows follow a moved team, unless `AlwaysMoveRecordToOwnerBusinessUnit` is false in modern units", &[Doc]),
        Rule::new("the privilege a user needs to join an access team (`0x80048342`) is not asked for", &[Limit]),
        Rule::new("team templates, queues, currencies of teams", &[Limit]).note("null only"),
    ],
};
