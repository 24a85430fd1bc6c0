//! Privileges as configurations name them, found in the catalogue; what is wrong with a name is said in words.

pub mod matrix;

use crate::dataverse::Id;
use crate::dataverse::tables::catalogue::{Catalogue, Privilege, Table};
use crate::dataverse::tables::{Depth, Right};
use crate::terms;

/// The privilege of this name.
///
/// # Errors
/// When the environment has none.
pub fn named<'c>(catalogue: &'c Catalogue, name: &str) -> Result<&'c Privilege, String> {
    catalogue.privilege(name).ok_or_else(|| {
        let near = meant(&catalogue.similar_privileges(name));
        format!("The environment has no privilege named \"{name}\".{near}")
    })
}

/// The table of this logical name.
///
/// # Errors
/// When the environment has none.
pub fn find_table<'c>(catalogue: &'c Catalogue, name: &str) -> Result<&'c Table, String> {
    catalogue.table(name).ok_or_else(|| {
        let near = meant(&catalogue.similar_tables(name));
        format!("The environment has no table with the logical name \"{name}\".{near}")
    })
}

/// The privilege for a right on a table that exists.
///
/// # Errors
/// When the right is none, or the table has no privilege for it.
pub fn on_table<'c>(catalogue: &'c Catalogue, table: &str, right: &str) -> Result<&'c Privilege, String> {
    let found = terms::right(right).ok_or_else(|| terms::not_a_right(right))?;
    catalogue.right(table, found).ok_or_else(|| {
        let has: Vec<&str> = catalogue
            .table(table)
            .map(|table| table.rights.keys().map(|right| terms::right_word(*right)).collect())
            .unwrap_or_default();
        if has.is_empty() {
            return format!(
                "The table \"{table}\" has no privileges of its own, so roles cannot hold any on it."
            );
        }
        let word = terms::right_word(found);
        format!("The table \"{table}\" has no privilege for \"{word}\". It has {}.", has.join(", "))
    })
}

/// Whether a privilege can be given at a level.
///
/// # Errors
/// When it cannot; the text lists the levels that it allows.
pub fn allows(privilege: &Privilege, depth: Depth) -> Result<(), String> {
    if privilege.allows(depth) {
        return Ok(());
    }
    let allowed: Vec<&str> = privilege.depths.iter().map(|depth| terms::level_word(*depth)).collect();
    Err(format!(
        "The privilege {} cannot be given at the level \"{}\". It allows {}.",
        privilege.name,
        terms::level_word(depth),
        allowed.join(", ")
    ))
}

/// The table under which a privilege is shown. Several tables may share it, as all activities do: then the one that the
/// privilege is named after, else the table of which all the others are kinds, `activitypointer`, else the first.
pub fn home<'c>(catalogue: &'c Catalogue, privilege: Id, name: &str) -> Option<(&'c String, Right)> {
    let uses = catalogue.uses(privilege);
    let named_after =
        |table: &str, right: Right| name.eq_ignore_ascii_case(&format!("prv{}{table}", right.name()));
    uses.iter()
        .find(|(table, right)| named_after(table, *right))
        .or_else(|| uses.iter().find(|(table, _)| table == "activitypointer"))
        .or_else(|| uses.first())
        .map(|(table, right)| (table, *right))
}

/// A sentence that proposes `candidates`, if there are any.
pub fn meant(candidates: &[&str]) -> String {
    match candidates {
        [] => String::new(),
        names => format!(
            " Did you mean {}?",
            names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ")
        ),
    }
}
