//! The tables as Markdown.

use super::rule::{Area, Evidence};
use super::{
    admin_api, column_security, faults, metadata, people, queries, roles, service_root, sharing, signing_in,
    teams, units, users, views, writes,
};

/// Every area, in the order of the document.
const AREAS: &[&Area] = &[
    &signing_in::AREA,
    &service_root::AREA,
    &queries::AREA,
    &writes::AREA,
    &users::AREA,
    &people::AREA,
    &admin_api::AREA,
    &teams::AREA,
    &units::AREA,
    &roles::AREA,
    &sharing::AREA,
    &views::AREA,
    &column_security::AREA,
    &metadata::AREA,
    &faults::AREA,
];

const HEAD: &str = "# Coverage

How well each behaviour is known: **doc** by Microsoft documentation, a sample or the published error-code list;
**seen** in recorded answers or in client code that runs against the service; **uncertain** by contradictory or
indirect evidence; **assumed** by analogy. A **limit** is something the emulator leaves out. Behaviours marked
uncertain are often switches.

Written by `dataverse-emulator coverage` from the tables in `src/coverage`.
";

/// What the emulator does and how well each behaviour is known, as the text of COVERAGE.md.
#[must_use]
pub fn coverage() -> String {
    let mut text = format!("{HEAD}\n{}\n", summary());
    for area in AREAS {
        text += &format!("\n## {}\n\n| route or rule | evidence |\n|---|---|\n", area.title);
        for rule in area.rules {
            let marks: Vec<&str> = rule.evidence.iter().map(|mark| mark.word()).collect();
            let note = if rule.note.is_empty() { String::new() } else { format!("; {}", rule.note) };
            text += &format!("| {} | {}{note} |\n", rule.what, marks.join(", "));
        }
    }
    text
}

/// How many behaviours have which evidence; one with two marks counts for the better.
fn summary() -> String {
    let rules: Vec<_> = AREAS.iter().flat_map(|area| area.rules).collect();
    let counts: Vec<String> = Evidence::ALL
        .into_iter()
        .map(|mark| {
            let best = |evidence: &[Evidence]| Evidence::ALL.into_iter().find(|mark| evidence.contains(mark));
            let count = rules.iter().filter(|rule| best(rule.evidence) == Some(mark)).count();
            format!("{count} {}", mark.word())
        })
        .collect();
    format!("{} entries by their best evidence: {}.", rules.len(), counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::AREAS;

    #[test]
    fn every_behaviour_is_said_once_and_has_evidence() {
        for area in AREAS {
            for (index, rule) in area.rules.iter().enumerate() {
                assert!(!rule.evidence.is_empty(), "{}", rule.what);
                assert!(!rule.what.contains('|') && !rule.note.contains('|'), "{}", rule.what);
                let twice = area.rules[..index].iter().any(|other| other.what == rule.what);
                assert!(!twice, "{}", rule.what);
            }
        }
    }
}
