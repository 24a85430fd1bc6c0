//! What an integration's documentation lists, beside what the roles of its module hold after an apply.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use super::{Module, variable};
use crate::service::{self, DEFAULT_PRIVILEGES};
use crate::target::Target;

/// The page of a module, which has the table.
pub const README: &str = "README.md";

/// The list of the documentation, in the folder of a module.
const LIST: &str = "permissions.csv";

/// Its columns.
const COLUMNS: &str = "version,role,tab,row,rights,level,table,privileges";

/// The variable of modules whose list has several versions.
const VERSION: &str = "product_version";

/// A row of the documentation.
#[derive(Debug, Clone)]
pub struct Source {
    version: String,
    role: String,
    tab: String,
    row: String,
    rights: String,
    /// In the provider's words; empty where the documentation names none.
    level: String,
    /// The names of the privileges behind the rights.
    privileges: Vec<String>,
}

/// Levels by the names of privileges in lower case, with the names as the service writes them.
pub type Held = BTreeMap<String, (String, &'static str)>;

impl Module {
    /// The rows of the documentation; none when the module has no list.
    ///
    /// # Panics
    ///
    /// When the list has another form.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let Ok(text) = fs::read_to_string(self.folder().join(LIST)) else { return Vec::new() };
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(COLUMNS), "the columns of {LIST} of {}", self.name());
        lines.map(source).collect()
    }
}

fn source(line: &str) -> Source {
    let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
    let [version, role, tab, row, rights, level, _, privileges] =
        <[String; 8]>::try_from(cells).unwrap_or_else(|cells| panic!("eight cells, not {cells:?}"));
    let privileges = privileges.split(' ').map(str::to_owned).collect();
    Source { version, role, tab, row, rights, level, privileges }
}

fn level(depth: &str) -> &'static str {
    match depth {
        "Basic" => "user",
        "Local" => "business_unit",
        "Deep" => "parent_child_business_unit",
        "Global" => "organization",
        other => panic!("no depth {other:?}"),
    }
}

/// The table for the page of a module: each row of the documentation, and what the role holds for it after an apply in a
/// fresh emulated environment.
///
/// # Errors
///
/// What is missing, at another level than listed, or held beyond the list and the nine privileges of every role.
///
/// # Panics
///
/// When the module cannot be applied.
pub fn page(module: &Module) -> Result<String, Vec<String>> {
    let sources = module.sources();
    let mut sections = Vec::<(&str, &str)>::new();
    for row in &sources {
        if !sections.contains(&(&row.version, &row.role)) {
            sections.push((&row.version, &row.role));
        }
    }
    let versions: BTreeSet<&str> = sections.iter().map(|(version, _)| *version).collect();
    let mut held = BTreeMap::new();
    for version in versions {
        let target = applied(module, version);
        for (_, role) in sections.iter().filter(|(of, _)| *of == version) {
            held.insert((version, *role), of_role(&target, role));
        }
        target.assert_nothing_was_refused();
    }
    let (mut text, mut faults) = (String::new(), Vec::new());
    for section in sections {
        let rows: Vec<&Source> = sources.iter().filter(|it| (&*it.version, &*it.role) == section).collect();
        faults.extend(check(&rows, &held[&section]));
        write(&mut text, section, &rows, &held[&section]);
    }
    let nine = DEFAULT_PRIVILEGES.map(|name| format!("`{name}`")).join(", ");
    writeln!(
        text,
        "Beyond that the platform gives nine privileges to every new role, at `organization`: {nine}."
    )
    .unwrap();
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

fn applied(module: &Module, version: &str) -> Target {
    let target = module.emulated();
    let copy = module.workspace(&target);
    let (variables, chosen) = (module.variables(&target), variable(VERSION, version));
    let mut args = vec!["apply", "-input=false", "-no-color", "-auto-approve"];
    args.extend(variables.as_deref());
    if !version.is_empty() {
        args.push(&chosen);
    }
    copy.run(&args).ok();
    target
}

fn of_role(target: &Target, name: &str) -> Held {
    let held = service::privileges(target, &service::role_named(target, name));
    held.into_iter().map(|(name, depth)| (name.to_lowercase(), (name, level(&depth)))).collect()
}

fn check(rows: &[&Source], held: &Held) -> Vec<String> {
    let mut faults = Vec::new();
    let mut listed: BTreeSet<String> = DEFAULT_PRIVILEGES.iter().map(|name| name.to_lowercase()).collect();
    for row in rows {
        for privilege in &row.privileges {
            listed.insert(privilege.to_lowercase());
            match held.get(&privilege.to_lowercase()) {
                None => faults.push(format!("{}, {}: {privilege} is missing", row.role, row.row)),
                Some((_, level)) if !row.level.is_empty() && row.level != *level => {
                    let said = format!("{privilege} at {level}, not {}", row.level);
                    faults.push(format!("{}, {}: {said}", row.role, row.row));
                }
                Some(_) => {}
            }
        }
    }
    let more = held.iter().filter(|(name, _)| !listed.contains(*name));
    faults.extend(more.map(|(_, (name, level))| format!("{}: holds {name} at {level} too", rows[0].role)));
    faults
}

fn write(text: &mut String, (version, role): (&str, &str), rows: &[&Source], held: &Held) {
    let of = if version.is_empty() { String::new() } else { format!(", `{version}`") };
    let total: BTreeSet<&String> = rows.iter().flat_map(|row| &row.privileges).collect();
    let counts = format!("{} rows of the documentation, {} privileges.", rows.len(), total.len());
    writeln!(text, "### {role}{of}\n\n{counts}\n").unwrap();
    writeln!(
        text,
        "| tab | row | rights | listed level | held after apply |\n| --- | --- | --- | --- | --- |"
    )
    .unwrap();
    let mut tab = None;
    for row in rows {
        let first = if tab == Some(&row.tab) { "" } else { &row.tab };
        tab = Some(&row.tab);
        let rights = row.rights.split(' ').collect::<Vec<_>>().join(", ");
        let listed = if row.level.is_empty() { "none" } else { &row.level };
        let mut levels = BTreeMap::<&str, Vec<String>>::new();
        for privilege in &row.privileges {
            if let Some((name, level)) = held.get(&privilege.to_lowercase()) {
                levels.entry(*level).or_default().push(format!("`{name}`"));
            }
        }
        let held: Vec<String> =
            levels.into_iter().map(|(level, names)| format!("{level}: {}", names.join(", "))).collect();
        writeln!(text, "| {first} | {} | {rights} | {listed} | {} |", row.row, held.join("; ")).unwrap();
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(level: &str) -> Source {
        source(&format!(",Reader,Core Records,Account,read,{level},account,prvReadAccount"))
    }

    fn held(names: &[(&str, &'static str)]) -> Held {
        names.iter().map(|(name, level)| (name.to_lowercase(), ((*name).to_owned(), *level))).collect()
    }

    #[test]
    fn what_is_missing_at_another_level_or_more_is_a_fault() {
        let row = row("organization");
        assert!(check(&[&row], &held(&[("prvReadAccount", "organization")])).is_empty());
        assert!(check(&[&row], &held(&[]))[0].contains("prvReadAccount is missing"));
        assert!(
            check(&[&row], &held(&[("prvReadAccount", "user")]))[0].contains("at user, not organization")
        );
        let more = held(&[("prvReadAccount", "organization"), ("prvReadLead", "user")]);
        assert!(check(&[&row], &more)[0].contains("holds prvReadLead"));
    }

    #[test]
    fn a_list_without_levels_takes_any() {
        assert!(check(&[&row("")], &held(&[("prvReadAccount", "user")])).is_empty());
    }
}
