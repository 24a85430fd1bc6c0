//! Privileges as configurations write them, to and from privileges as roles hold them.

use std::collections::BTreeMap;

use tf_provider::framework::{Diagnostic, Diagnostics, Path, Tf, Validator, Value};

use super::{allows, find_table, home, named, on_table};
use crate::dataverse::Id;
use crate::dataverse::tables::Depth;
use crate::dataverse::tables::catalogue::{Catalogue, Privilege};
use crate::dataverse::tables::default_privileges::is_default;
use crate::dataverse::tables::role_privileges::Grant;
use crate::terms;

/// Table, then right, then level.
pub type Tables = BTreeMap<String, Tf<BTreeMap<String, Tf<String>>>>;
/// Name of a privilege, then level.
pub type Names = BTreeMap<String, Tf<String>>;
/// The two maps of a configuration or state.
pub type Maps<'m> = (&'m Tf<Tables>, &'m Tf<Names>);

/// The rule for the access levels of `privileges`.
pub fn levels() -> Validator {
    Validator::each(Validator::text("", |text| {
        terms::level(text).map(|_| ()).ok_or_else(|| terms::not_a_level(text))
    }))
}

/// The rule for the inner maps of `tables`: keys are rights, values are levels. Terraform marks a line of a map and nothing
/// below it, so the message says which right of which table is meant.
pub fn rights() -> Validator {
    Validator::new("", |value, path, diagnostics| {
        let Value::Map(tables) = value else { return };
        for (table, rights) in tables {
            let Value::Map(rights) = rights else { continue };
            for (right, level) in rights {
                let wrong_right = terms::right(right).is_none().then(|| terms::not_a_right(right));
                let wrong_level =
                    level.as_str().filter(|text| terms::level(text).is_none()).map(terms::not_a_level);
                for fault in wrong_right.into_iter().chain(wrong_level) {
                    let text = format!("In {table}.{right}: {fault}");
                    diagnostics.push(Diagnostic::error(text).titled("Invalid value").at(path.key(table)));
                }
            }
        }
    })
}

/// What a configuration asks for.
#[derive(Debug, Default)]
pub struct Wish {
    /// Privileges and their levels.
    pub grants: BTreeMap<Id, Depth>,
    /// Whether parts of it are known only after apply.
    pub is_incomplete: bool,
}

impl Wish {
    /// Reads the configured maps; what does not exist or is not allowed is reported where it stands.
    pub fn read(catalogue: &Catalogue, (tables, privileges): Maps<'_>, faults: &mut Diagnostics) -> Wish {
        let mut wish =
            Wish { is_incomplete: tables.is_unknown() || privileges.is_unknown(), ..Wish::default() };
        let mut places: BTreeMap<Id, (String, Depth)> = BTreeMap::new();
        let mut entries = Vec::new();
        for (table, rights) in tables.known().into_iter().flatten() {
            let at = Path::attribute("tables").key(table);
            if let Err(text) = find_table(catalogue, table) {
                faults.push(Diagnostic::error(text).at(at));
                continue;
            }
            wish.is_incomplete |= rights.is_unknown();
            for (right, level) in rights.known().into_iter().flatten() {
                let found = on_table(catalogue, table, right);
                let found = found.map_err(|text| faults.push(Diagnostic::error(text).at(at.clone()))).ok();
                entries.push((at.clone(), format!("{table}.{right}"), found, level));
            }
        }
        for (name, level) in privileges.known().into_iter().flatten() {
            let at = Path::attribute("privileges").key(name);
            let found = named(catalogue, name);
            let found = found.map_err(|text| faults.push(Diagnostic::error(text).at(at.clone()))).ok();
            entries.push((at, name.clone(), found, level));
        }
        for (at, place, privilege, level) in entries {
            wish.is_incomplete |= level.is_unknown();
            let (Some(privilege), Some(depth)) = (privilege, level.text().and_then(terms::level)) else {
                continue;
            };
            if let Err(text) = allows(privilege, depth) {
                faults.push(Diagnostic::error(format!("In {place}: {text}")).at(at));
                continue;
            }
            if let Some((other, held)) = places.get(&privilege.id)
                && *held != depth
            {
                let text = format!(
                    "{place} and {other} are the same privilege, {}, but ask for different levels. Write it once.",
                    privilege.name
                );
                faults.push(Diagnostic::error(text).at(at));
                continue;
            }
            places.insert(privilege.id, (place, depth));
            wish.grants.insert(privilege.id, depth);
        }
        wish
    }
}

/// The privileges that a role holds as the two maps of the configuration: at the places and in the spelling of `state`
/// where it lists them, else by table and right, or by name where no table has them.
pub fn write(
    catalogue: &Catalogue,
    state: Maps<'_>,
    held: &[Grant],
    leave_defaults: bool,
) -> (Tf<Tables>, Tf<Names>) {
    let held: BTreeMap<Id, &Grant> = held.iter().map(|grant| (grant.privilege_id, grant)).collect();
    let mut listed = std::collections::BTreeSet::new();
    let mut current = |privilege: Option<&Privilege>, level: &Tf<String>| {
        let grant = held.get(&privilege?.id)?;
        listed.insert(grant.privilege_id);
        let same = level.text().and_then(terms::level) == Some(grant.depth);
        Some(if same { level.clone() } else { terms::level_word(grant.depth).into() })
    };
    let mut tables = Tables::new();
    for (table, rights) in state.0.known().into_iter().flatten() {
        let known = rights.known().cloned().unwrap_or_default();
        let was_empty = known.is_empty();
        let kept: BTreeMap<String, Tf<String>> = known
            .into_iter()
            .filter_map(|(right, level)| {
                let privilege = terms::right(&right).and_then(|right| catalogue.right(table, right));
                current(privilege, &level).map(|level| (right, level))
            })
            .collect();
        if was_empty || !kept.is_empty() {
            tables.insert(table.clone(), Tf::Known(kept));
        }
    }
    let mut names: Names = state
        .1
        .known()
        .into_iter()
        .flatten()
        .filter_map(|(name, level)| Some((name.clone(), current(catalogue.privilege(name), level)?)))
        .collect();
    for (id, grant) in &held {
        if listed.contains(id) || (leave_defaults && is_default(*id)) {
            continue;
        }
        let level: Tf<String> = terms::level_word(grant.depth).into();
        match home(catalogue, *id, &grant.privilege_name) {
            Some((table, right)) => {
                let spelled =
                    tables.keys().find(|key| key.eq_ignore_ascii_case(table)).unwrap_or(table).clone();
                let rights = tables.entry(spelled).or_insert(Tf::Null);
                let mut map = std::mem::take(rights).into_known().unwrap_or_default();
                map.insert(terms::right_word(right).to_owned(), level);
                *rights = Tf::Known(map);
            }
            None => {
                let name =
                    catalogue.privilege_by_id(*id).map_or(&grant.privilege_name, |privilege| &privilege.name);
                names.insert(name.clone(), level);
            }
        }
    }
    let kept = |empty: bool, was_there: bool| !empty || was_there;
    let tables = kept(tables.is_empty(), state.0.known().is_some_and(BTreeMap::is_empty)).then_some(tables);
    let names = kept(names.is_empty(), state.1.known().is_some_and(BTreeMap::is_empty)).then_some(names);
    (tables.into(), names.into())
}

#[cfg(test)]
mod tests;
