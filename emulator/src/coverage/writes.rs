//! Writing.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Writes and batches",
    rules: &[
        Rule::new("upsert table, `If-Match`, `If-None-Match`, `return=representation`", &[Doc, Seen]),
        Rule::new("undeclared property 400 `0x80048d19`", &[Seen]),
        Rule::new(
            "writing a read-only column refused with `emulator.unsupported`; ignored on the organization",
            &[Assumed, Seen],
        )
        .note("for the organization"),
        Rule::new("`@odata.bind` with slash, without, absolute, by alternate key; null clears", &[Doc, Seen]),
        Rule::new("length `0x80044331`, choice `0x8004431a`, required `0x80040200`", &[Doc, Seen]),
        Rule::new("deep insert refused with `emulator.unsupported`", &[Limit]),
        Rule::new(
            "`$batch`: change sets, `Content-ID`, `$1`, continue-on-error, 1,000 requests, LF and CRLF",
            &[Doc, Seen],
        ),
        Rule::new("batch over the limit: `0x80060888`", &[Assumed]),
    ],
};
