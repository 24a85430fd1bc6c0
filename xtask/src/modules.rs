//! `cargo xtask modules` and `cargo xtask permissions`: the tests of the modules below `examples`, and the tables of their
//! pages.

use std::fs;
use std::time::Instant;

use acceptance_tests::modules::{self, Module};

use crate::error::{Doing, Error, Result};
use crate::screen;

/// What stands before and behind a table.
const MARKERS: [&str; 2] = ["<!-- permissions: begin -->\n", "<!-- permissions: end -->\n"];

fn chosen(only: &[String]) -> Result<Vec<Module>> {
    let all = modules::all();
    let is =
        |module: &Module, name: &str| module.name() == name || module.name().ends_with(&format!("/{name}"));
    if let Some(unknown) = only.iter().find(|name| !all.iter().any(|module| is(module, name))) {
        let names: Vec<&str> = all.iter().map(Module::name).collect();
        return Err(Error::said(format!("There is no module {unknown}. There are: {}.", names.join(", "))));
    }
    Ok(all.into_iter().filter(|module| only.is_empty() || only.iter().any(|name| is(module, name))).collect())
}

/// Runs `terraform test` of each module in an emulated environment of its own, where nothing may be refused as unknown.
///
/// # Errors
///
/// When one of them fails.
pub(crate) fn test(only: &[String]) -> Result<()> {
    let mut failed = Vec::new();
    for module in chosen(only)? {
        let begin = Instant::now();
        let target = module.emulated();
        let report = module.test(&target);
        let outcome = if report.faults.is_empty() { "passed" } else { "FAILED" };
        let seconds = begin.elapsed().as_secs_f32();
        screen::line(&format!("  {outcome}  {:<40} {seconds:>5.1} s  {report}", module.name()));
        if report.faults.is_empty() {
            target.assert_nothing_was_refused();
        } else {
            failed.push(module.name().to_owned());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Error::said(format!("These failed: {}", failed.join(", ")))) }
}

/// Applies each module that has a list of permissions, and writes what its roles then hold into its page.
///
/// # Errors
///
/// When a role does not hold what is listed, or more, or with `check` when a page is stale.
pub(crate) fn permissions(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for module in modules::all().into_iter().filter(|module| !module.sources().is_empty()) {
        let table = modules::page(&module).map_err(|faults| Error::said(faults.join("\n")))?;
        let path = module.folder().join(modules::README);
        let page = fs::read_to_string(&path).doing(|| format!("Cannot read {}", path.display()))?;
        let renewed = between(&page, &table)
            .ok_or_else(|| Error::said(format!("{} lacks the lines {MARKERS:?}", path.display())))?;
        screen::line(&format!("  {:<40} {} rows listed", module.name(), module.sources().len()));
        if renewed == page {
            continue;
        }
        if check {
            stale.push(module.name().to_owned());
        } else {
            fs::write(&path, renewed).doing(|| format!("Cannot write {}", path.display()))?;
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Error::said(format!("Stale: {}. Run cargo xtask permissions.", stale.join(", "))))
}

/// The page with another table between the markers.
fn between(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(MARKERS[0])?;
    let (_, after) = rest.split_once(MARKERS[1])?;
    Some(format!("{before}{}\n{table}\n{}{after}", MARKERS[0], MARKERS[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_replaces_what_is_between_the_markers() {
        let page = format!("# Page\n\n{}old\n{}\nmore\n", MARKERS[0], MARKERS[1]);
        let renewed = between(&page, "| new |\n").unwrap();
        assert_eq!(renewed, format!("# Page\n\n{}\n| new |\n\n{}\nmore\n", MARKERS[0], MARKERS[1]));
        assert_eq!(between(&renewed, "| new |\n"), Some(renewed.clone()));
        assert_eq!(between("# Page\n", ""), None);
    }

    #[test]
    fn a_module_is_known_by_its_last_name_too() {
        let names = ["testing-with-the-emulator".to_owned()];
        assert_eq!(chosen(&names).unwrap()[0].name(), "guides/testing-with-the-emulator");
        assert!(
            chosen(&["nothing".to_owned()]).unwrap_err().to_string().contains("There is no module nothing")
        );
    }
}
