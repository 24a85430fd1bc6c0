//! The counts as tables: on the screen, and between two marks of docs/reliability.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use acceptance_tests::reliability::faults::{Ending, FAULTS, Fault};
use acceptance_tests::reliability::life::Operation;
use acceptance_tests::reliability::subjects::SUBJECTS;

use super::counts::{Kills, Outcome, Sum};
use crate::cargo;
use crate::error::{Doing, Error, Result};

/// The page, below the workspace.
const PAGE: &str = "docs/reliability.md";

/// What is between these is written by the command.
const MARKS: [&str; 2] = ["<!-- measured: begin -->", "<!-- measured: end -->"];

/// The tables.
pub(crate) fn summary(outcome: &Outcome) -> String {
    let mut text = String::new();
    if !outcome.cells.is_empty() {
        faults(outcome, &mut text);
        absent(outcome, &mut text);
        resources(outcome, &mut text);
    }
    if !outcome.deaths.is_empty() {
        kills(outcome, &mut text);
    }
    if let Some((users, weather)) = &outcome.crowd {
        let _ = write!(
            text,
            "\n{users} application users with two roles each: {} requests, of which {} were answered with 429 and {} \
             carried out with the answer lost ({} requests without faults). {} differences.\n",
            weather.requests,
            weather.throttled,
            weather.lost,
            weather.calm_requests,
            weather.differences.len(),
        );
    }
    text
}

fn faults(outcome: &Outcome, text: &mut String) {
    text.push_str(
        "\n| fault | what the wire shows | injected | operations | commands repeated | differences | doubles |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let sums = outcome.sums(|scenario, _| scenario.fault.name);
    let mut total = Sum::default();
    for fault in FAULTS {
        let Some(sum) = sums.get(fault.name) else { continue };
        let _ = writeln!(text, "| `{}` | {} | {} |", fault.name, fault.shown, numbers(sum));
        total.injected += sum.injected;
        total.operations += sum.operations;
        total.repeated += sum.repeated;
        total.differences += sum.differences;
        total.doubled += sum.doubled;
    }
    let _ = writeln!(text, "| all | | {} |", numbers(&total));
}

fn numbers(sum: &Sum) -> String {
    let numbers = [sum.injected, sum.operations, sum.repeated, sum.differences, sum.doubled];
    numbers.map(|number| number.to_string()).join(" | ")
}

/// What is not in the table: faults that an operation cannot meet, and those that did not come.
fn absent(outcome: &Outcome, text: &mut String) {
    let sums = outcome.sums(|scenario, _| scenario.fault.name);
    let of = |keep: fn(&Sum) -> u64| {
        let kept = FAULTS.iter().filter_map(|fault| Some((fault, keep(sums.get(fault.name)?))));
        kept.filter(|(_, count)| *count > 0).collect::<Vec<(&Fault, u64)>>()
    };
    let list = |text: &mut String, head: &str, items: Vec<String>| {
        if !items.is_empty() {
            let _ = writeln!(text, "\n{head}\n");
            items.iter().for_each(|item| text.push_str(&format!("- {item}\n")));
        }
    };
    let without = of(|sum| sum.without).into_iter();
    list(
        text,
        "Where a fault does not apply:",
        without
            .map(|(fault, count)| {
                format!("`{}`, {count} operations: the operation {}.", fault.name, fault.lacks)
            })
            .collect(),
    );
    let missed = of(|sum| sum.missed).into_iter();
    list(
        text,
        "Where a fault might have come and did not, which counts as nothing:",
        missed.map(|(fault, count)| format!("`{}`, {count} operations.", fault.name)).collect(),
    );
    let ending = FAULTS.iter().filter(|fault| sums.contains_key(fault.name));
    list(
        text,
        "Faults that may end a command with an error, which is then repeated; they come once in an operation:",
        ending
            .filter_map(|fault| match fault.ending {
                Ending::Survived => None,
                Ending::Justified(reason) => Some(format!("`{}`: {reason}.", fault.name)),
            })
            .collect(),
    );
}

fn resources(outcome: &Outcome, text: &mut String) {
    text.push_str(
        "\n| resource | operation | injected | operations | commands repeated | differences | doubles |\n",
    );
    text.push_str("| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
    let sums = outcome.sums(|scenario, operation| (scenario.subject.resource, operation));
    for ((resource, operation), sum) in sums {
        let _ = writeln!(text, "| `{resource}` | {} | {} |", operation.name(), numbers(&sum));
    }
}

fn kills(outcome: &Outcome, text: &mut String) {
    text.push_str(
        "\n| resource | killed in create | in update | in delete | imports asked for | differences | doubles |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let kills: BTreeMap<(&str, Operation), Kills> = outcome.kills();
    let mut rows: Vec<(String, [u64; 6])> = Vec::new();
    for subject in &SUBJECTS {
        let of = |operation| kills.get(&(subject.resource, operation)).copied();
        let found = Operation::WRITES.map(of);
        if found.iter().all(Option::is_none) {
            continue;
        }
        let [create, update, delete] = found.map(Option::unwrap_or_default);
        let sum = |of: fn(&Kills) -> u64| of(&create) + of(&update) + of(&delete);
        let numbers = [
            create.killed,
            update.killed,
            delete.killed,
            sum(|it| it.hints),
            sum(|it| it.differences),
            sum(|it| it.doubled),
        ];
        rows.push((format!("`{}`", subject.resource), numbers));
    }
    let total = std::array::from_fn(|column| rows.iter().map(|(_, numbers)| numbers[column]).sum());
    rows.push(("all".to_owned(), total));
    for (name, numbers) in rows {
        let _ = writeln!(text, "| {name} | {} |", numbers.map(|number| number.to_string()).join(" | "));
    }
}

/// Writes the tables into the page.
///
/// # Errors
///
/// When the page cannot be read or written, or has no place for them.
pub(crate) fn write(outcome: &Outcome) -> Result<()> {
    let path = cargo::root().join(PAGE);
    let page = fs::read_to_string(&path).doing(|| format!("Cannot read {PAGE}"))?;
    let text = format!("Measured on {}.\n{}", today(), summary(outcome));
    let page =
        placed(&page, &text).ok_or_else(|| Error::said(format!("{PAGE} lacks the marks {MARKS:?}.")))?;
    fs::write(&path, page).doing(|| format!("Cannot write {PAGE}"))
}

fn placed(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(MARKS[0])?;
    let (_, after) = rest.split_once(MARKS[1])?;
    Some(format!("{before}{}\n\n{}\n\n{}{after}", MARKS[0], text.trim(), MARKS[1]))
}

/// The date in UTC (days to date by the algorithm of Howard Hinnant).
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    date(seconds)
}

fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_take_the_place_between_the_marks() {
        let page = format!("before\n{}\nold\n{}\nafter", MARKS[0], MARKS[1]);
        let placed = placed(&page, "new").unwrap();
        assert!(placed.starts_with("before") && placed.ends_with("after") && placed.contains("\nnew\n"));
        assert!(!placed.contains("old"));
        assert!(super::placed("no marks", "new").is_none());
    }

    #[test]
    fn the_page_has_its_marks() {
        let page = fs::read_to_string(cargo::root().join(PAGE)).unwrap();
        assert!(placed(&page, "new").is_some());
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(1_709_210_096), "2024-02-29");
    }
}
