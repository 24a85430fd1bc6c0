//! `docs/performance.md`: the results as a page. What is written by hand around them stays.

mod expectations;
mod tables;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::results::Results;
use crate::error::{Doing, Error, Result};
use crate::screen;

/// Where the generated part begins.
const BEGIN: &str = "<!-- Written by `cargo xtask bench --write` from here -->";

/// Where it ends.
const END: &str = "<!-- to here; what follows is written by hand -->";

/// The page before anything was written by hand.
const NEW: &str = "# Performance\n";

/// Writes the generated part of the page at `path`.
///
/// # Errors
///
/// When the page has no such part, or cannot be read or written.
pub(super) fn write(path: &Path, results: &Results) -> Result<()> {
    let before = if path.exists() {
        std::fs::read_to_string(path).doing(|| format!("Cannot read {}", path.display()))?
    } else {
        format!("{NEW}\n{BEGIN}\n{END}\n")
    };
    let page = filled(&before, &generated(results)).ok_or_else(|| {
        let name = path.display();
        Error::said(format!("{name} lacks the lines {BEGIN} and {END}, between which the results belong."))
    })?;
    std::fs::write(path, page).doing(|| format!("Cannot write {}", path.display()))?;
    screen::note(&format!("wrote {}", path.display()));
    Ok(())
}

/// The page with another generated part.
fn filled(page: &str, generated: &str) -> Option<String> {
    let (head, rest) = page.split_once(BEGIN)?;
    let (_, tail) = rest.split_once(END)?;
    Some(format!("{head}{BEGIN}\n\n{}\n\n{END}{tail}", generated.trim()))
}

fn generated(results: &Results) -> String {
    let sections = [
        machine(results),
        format!("## Expectations\n\n{}", expectations::table(results)),
        format!("## The process\n\n{}", tables::process(results)),
        format!("## Commands\n\n{}\n\n{METHOD}", tables::commands(results)),
    ];
    sections.join("\n\n")
}

/// How it is measured.
const METHOD: &str = "\
How these are measured: Terraform runs with the provider and the emulator, and then with a provider that calls nobody \
(`tf-provider/examples/idle.rs`) and has as many resources in the same modules of 50; the state is kept by a small HTTP \
server. The ratio is the time with this provider over the time with that one, within one round; of several rounds every \
figure is the median. The time includes what the emulator takes, on the same cores. CPU is user and system time of the \
provider alone, over all processes that Terraform starts for a command: a small program stands in the place of the \
provider's binary, starts it, waits for it, and asks the kernel what it used (`getrusage`). Peak memory is the largest \
resident memory of any of these processes, by the same count; it includes those pages of the program's file that were \
touched. Requests are counted by the emulator and include those for tokens. MB are 10^6 bytes.

With 10 resources at a time, which is Terraform's default, 1,000 resources that take at least one request each cannot be \
done in less than 1,000 / 10 x 0.1 s = 10 s if each answer takes 100 ms, whatever the provider does; the provider that does \
nothing knows no such bound. `-parallelism=50` lowers the bound to 2 s.";

fn machine(results: &Results) -> String {
    let Some(machine) = results.named("machine").next() else {
        return "The machine is not known.".to_owned();
    };
    let text = |name: &str| match &machine.figures[name] {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => "unknown".to_owned(),
        other => other.to_string(),
    };
    format!(
        "Measured on {}: {}, {} cores, {} of memory, {}, kernel {}; {}, {}. Load before the start: {}.",
        text("date"),
        text("cpu"),
        text("cores"),
        memory(&text("memory")),
        text("system"),
        text("kernel"),
        text("terraform"),
        text("rustc"),
        text("load"),
    )
}

/// Memory as the system tells it, in kB, as a number that says something.
fn memory(text: &str) -> String {
    let kib = text.strip_suffix(" kB").and_then(|kib| kib.trim().parse::<f64>().ok());
    kib.map_or_else(|| text.to_owned(), |kib| format!("{:.0} GB", kib * 1024.0 / 1e9))
}
