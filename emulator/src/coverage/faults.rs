//! What goes wrong on demand.

use super::rule::Evidence::{Assumed, Doc, Limit, Seen};
use super::rule::{Area, Rule};

pub(super) const AREA: Area = Area {
    title: "Faults",
    rules: &[
        Rule::new(
            "429 of the three limits: `0x80072322`, `0x80072321`, `0x80072326`, with `Retry-After`",
            &[Doc],
        ),
        Rule::new("429 without `Retry-After`, with an HTTP date, with text, in HTML", &[Seen, Assumed]),
        Rule::new(
            "401 with a challenge for an expired token, without a body or with `0x8005f101`",
            &[Doc, Seen],
        ),
        Rule::new("Entra: AADSTS7000215, 7000222, 700016, 90002, 90033", &[Doc]).note("statuses are assumed"),
        Rule::new("502, 503 and 504 in HTML, without a body, as text; 504 after the work was done", &[Seen]),
        Rule::new("answers lost after the work was done, cut short, slow, or never sent", &[Assumed])
            .note("what networks do"),
        Rule::new(
            "batch whose first failure is the whole answer: 400, multipart, the failed part alone",
            &[Doc, Assumed],
        )
        .note("the code of the failure is `0x80040216`"),
        Rule::new("answers to batches that lack their end or a part", &[Assumed]),
        Rule::new("a created row that is not visible yet: 404 `0x80040217`, absent from lists", &[Seen])
            .note("updates and deletes by id find it"),
        Rule::new("403 `0x80040220` and 412 `0x80060882` out of turn", &[Assumed]),
        Rule::new("names that are not resolved", &[Limit]).note("the emulator is no name server"),
    ],
};
