//! The Power Platform admin API.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Power Platform admin API",
    rules: &[
        Rule::new("`POST ../scopes/admin/environments/{id}/addUser` and `addAppUser`", &[Seen]).note("the body of the 200 is assumed"),
        Rule::new("tokens for the scopes of five clouds; the audience of another service is 401", &[Seen]).note("the body of the 401 is assumed"),
        Rule::new("an application that is no management application: 403 `Forbidden`", &[Seen]),
        Rule::new("the id is that of the environment, not of the organization; another one 404 `EnvironmentNotFound`", &[Doc])
            .note("the code is assumed"),
        Rule::new("a person without a license, or whose license is on its way: `userNotLicensed`", &[Seen]).note("status 400 is assumed"),
        Rule::new("unknown person 404 `UserNotFound`, unknown application 404 `ApplicationNotFound`", &[Assumed]),
        Rule::new("the row is visible after some reads or some time", &[Seen]).note("switches"),
        Rule::new("`addUser` for a user who is there runs the license process", &[Assumed]),
        Rule::new("`addAppUser` gives System Administrator", &[Uncertain]).note("a switch"),
        Rule::new("every `api-version` that is a date is served", &[Assumed]),
        Rule::new("everything else of the admin API is refused with `emulator.unsupported`", &[Limit]),
    ],
};
