//! Roles and privileges.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Roles and privileges",
    rules: &[
        Rule::new("nine default privileges, four of them sticky, Add brings the four back", &[Doc, Seen]),
        Rule::new("copies in every unit below, own ids, one root", &[Doc, Seen]),
        Rule::new("a copy shows its own unit as `BusinessUnitId` of its privileges", &[Uncertain]),
        Rule::new("deleting the root copy removes copies and assignments", &[Uncertain]),
        Rule::new("a role cannot take a name that a unit below uses", &[Assumed]),
        Rule::new(
            "`0x80041403`, `0x80044152`, `0x8004140c`, `0x80041d31`, `0x80041d2e`, `0x80041d4a`, `0x80041d5a`, `0x80041d42`, `0x80041d43`",
            &[Doc],
        ),
        Rule::new("missing unit `0x80041406`, missing name `0x80041407`", &[Uncertain])
            .note("by the order of the code list"),
        Rule::new(
            "managed roles `0x8004f012`, `0x8004f013`; which shipped roles are frozen",
            &[Doc, Assumed],
        ),
        Rule::new("`0x8004140b`, `0x800404ce`, `0x8004140f`", &[Doc]).note("the status is assumed"),
        Rule::new("elevation guard 403 `0x80048d3b`, for edits and assignments, depth included", &[Seen])
            .note("depth and status are assumed"),
        Rule::new("removing a privilege that the role has not: 204", &[Assumed]),
        Rule::new("unit rule `0x80041409`, `0x8004140d`, off in modern units", &[Doc, Seen]),
        Rule::new("repeated association 204, removal of an absent pair 204", &[Uncertain]).note("switches"),
        Rule::new("association needs Read on both sides and `prvAssignRole`", &[Uncertain]),
        Rule::new(
            "Append and AppendTo are not asked for when a lookup is set, business rows and views aside",
            &[Limit],
        ),
        Rule::new("`MSCRM.SolutionUniqueName` of an unknown solution: 400 `0x80040203`", &[Assumed]),
        Rule::new(
            "`RetrieveRolePrivilegesRole` in both forms, `RetrieveUserPrivileges*`, `RetrieveUserSetOfPrivileges*`, `RetrieveTeamPrivileges`, `RetrievePrivilegeSet`",
            &[Doc, Seen],
        ),
        Rule::new("the joined team columns of `RetrieveAadUserRoles`", &[Limit]).note("left out"),
        Rule::new("missing privilege 403 `0x80040220` with the long message", &[Seen]),
        Rule::new("privilege held but not deep enough for the row: 403 `0x80048306`", &[Doc])
            .note("the message is assumed"),
        Rule::new(
            "`RetrieveUserPrivileges` shows team privileges at Basic depth, of roles that members inherit",
            &[Doc],
        )
        .note("that others are left out is assumed"),
        Rule::new(
            "`ExcludeTeamBasic` leaves out Basic depth of roles with team privileges only",
            &[Uncertain],
        ),
        Rule::new(
            "`RetrieveAadUserPrivileges`, `RetrieveAadUserRoles` with the roles of group teams to come",
            &[Doc],
        ),
        Rule::new("`ReassignObjectsSystemUser`", &[Doc]).note("the body is uncertain"),
    ],
};
