//! How callers are recognised.

use super::rule::Evidence::{Assumed, Doc, Seen, Uncertain};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Signing in",
    rules: &[
        Rule::new("`POST /{tenant}/oauth2/v2.0/token`, client credentials in the form or HTTP Basic", &[Doc]),
        Rule::new("`POST /{tenant}/oauth2/token` with `resource`", &[Seen]),
        Rule::new("AADSTS7000215, 700016, 90002, 500011, 900144 with their error members", &[Seen]),
        Rule::new(
            "`client_assertion` with a registered certificate (`x5t`, `x5t#S256`; RS256, PS256), its `aud`, `exp`, `nbf`",
            &[Doc],
        )
        .note("the order of the checks is assumed"),
        Rule::new("an assertion is used once (`jti`)", &[Assumed]),
        Rule::new("`client_assertion` of a federated issuer, subject and audience", &[Doc])
            .note("the emulator plays the issuers: `POST /emulator/workloads`"),
        Rule::new(
            "AADSTS7000222, 700027, 700024, 700023, 700021, 70025, 700211, 700212, 700213, 50013, 50027, 5002738",
            &[Doc],
        )
        .note("statuses are assumed"),
        Rule::new("managed identities: `/metadata/identity/oauth2/token`, and App Service at `/msi/token`", &[Doc]),
        Rule::new("tokens for the Power Platform admin API, which the Web API refuses", &[Doc]),
        Rule::new("`/{tenant}/v2.0/.well-known/openid-configuration`, `/common/discovery/instance`", &[Seen]),
        Rule::new("401 with empty body and challenge headers", &[Seen]),
        Rule::new("no user row 403 `0x80072560`", &[Seen]),
        Rule::new("no role 403 `0x80042f09`", &[Doc]).note("the status is uncertain"),
        Rule::new("disabled user, or user of a disabled unit, 403 `0x80040225`", &[Uncertain]),
        Rule::new("`CallerObjectId`, `MSCRMCallerID`, intersection of rights, `createdonbehalfby`", &[Doc]),
        Rule::new(
            "impersonation refused 403 `0x8004a110`; unknown impersonated user 403 `0x80072560`",
            &[Doc, Assumed],
        ),
    ],
};
