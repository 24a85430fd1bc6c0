//! Rows of business tables, their owners and shares.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Records and sharing",
    rules: &[
        Rule::new("accounts, contacts, leads, opportunities, incidents, campaigns, tasks, phonecalls, appointments, letters: names, owner, state and a few plain columns", &[Doc]).note("in part"),
        Rule::new("own rows and those of own teams at every depth; Local and Deep by `owningbusinessunit`", &[Doc]),
        Rule::new("Basic depth of a team's role: the team's rows only with `isinherited` 0, else as if held by the member", &[Doc]),
        Rule::new("`ownerid@odata.bind` to a user or a team; needs the right to assign; owner without Read 403 `0x80040299`", &[Doc, Seen]),
        Rule::new("creating for another owner: Create on the row, or Create and Assign on an own one", &[Assumed]),
        Rule::new("access team as owner `0x80048340`; disabled owner 403 `0x80040225`; disabled unit `0x8004032d`", &[Doc]).note("the second code and all statuses are assumed"),
        Rule::new("rows follow their owner into another business unit", &[Doc]),
        Rule::new("owner cannot be deleted: team `0x8004830e`, default team `0x80041d62`, user `0x80040227`", &[Doc]).note("the code for users is assumed"),
        Rule::new("`sharetopreviousowneronassign`: every right but Create", &[Doc]).note("which rights is assumed"),
        Rule::new("assign, share and delete go down to contacts, opportunities, incidents and activities of a row", &[Doc]),
        Rule::new("each cascaded row needs the right as well", &[Assumed]),
        Rule::new("statecode brings its first statuscode and the other way round; pairs that do not fit `0x80048408`", &[Doc]).note("code and status are assumed"),
        Rule::new("rights under impersonation: rows of the impersonated user, privileges of both", &[Doc]),
        Rule::new("a lookup needs Append on the row and AppendTo on what it refers to", &[Doc]),
        Rule::new("`GrantAccess`, `ModifyAccess`, `RevokeAccess` with users, teams, the organization", &[Doc]),
        Rule::new("`GrantAccess` adds to the rights", &[Uncertain]).note("the switch `grant_access_adds`"),
        Rule::new("a share without the table privilege gives nothing", &[Doc]),
        Rule::new("a share with a user without the table privilege is refused with 403 `0x80040231`", &[Uncertain]).note("the switch `share_needs_privilege`"),
        Rule::new("only rights the caller has on the row; else 403 `0x80048306`", &[Doc]).note("the code is assumed"),
        Rule::new("`ModifyAccess` without a share makes one; `RevokeAccess` without one is 204", &[Assumed]),
        Rule::new("`0x80040214`, `0x80040223`, `0x80040232`, `0x80048339`, `0x80048346`, `0x80048348`", &[Doc]).note("the status is assumed"),
        Rule::new("unknown right `0x80048d19`; CreateAccess `0x8004020d`; no right `0x80048347`", &[Assumed]),
        Rule::new("`RetrieveSharedPrincipalsAndAccess`, explicit shares only; both kinds of quotes", &[Doc, Seen]),
        Rule::new("`RetrievePrincipalAccess` on users, teams, the organization; the caller needs Read on the row", &[Doc, Assumed]),
        Rule::new("`RetrieveAccessOrigin`, always 200; its sentences besides the owner's", &[Doc, Assumed]),
        Rule::new("shares vanish with the row and with the principal", &[Assumed]),
        Rule::new("`principalobjectaccessset`", &[Limit]).note("refused"),
    ],
};
