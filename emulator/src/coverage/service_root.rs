//! What every request meets, and functions about the organization.

use super::rule::Evidence::{Assumed, Doc, Seen};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Service root",
    rules: &[
        Rule::new(
            "v9.0, v9.1, v9.2; later ones 501 `0x8006088a`; doubled slash; `{\"Message\":..}` without version",
            &[Seen],
        ),
        Rule::new(
            "`WhoAmI`, `RetrieveVersion`, `RetrieveCurrentOrganization`, `RetrieveOrganizationInfo`",
            &[Doc, Seen],
        )
        .note("`Endpoints` is uncertain"),
        Rule::new("`GetOrgDbOrgSetting`", &[Seen]),
        Rule::new("`RetrieveSettingList`: member `SettingDetailCollection`", &[Assumed]),
        Rule::new(
            "headers `OData-EntityId`, `Location`, `ETag`, `Preference-Applied`, `OData-Version`, throttle headers, `REQ_ID`",
            &[Doc, Seen],
        ),
        Rule::new("richer error members with `odata.include-annotations=\"*\"`", &[Doc]),
    ],
};
