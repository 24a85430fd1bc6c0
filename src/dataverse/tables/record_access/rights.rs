//! Rights on one row (`AccessRights`).

use std::collections::BTreeSet;

/// What a share allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessRight {
    /// `ReadAccess`
    Read,
    /// `WriteAccess`
    Write,
    /// `AppendAccess`
    Append,
    /// `AppendToAccess`
    AppendTo,
    /// `CreateAccess`
    Create,
    /// `DeleteAccess`
    Delete,
    /// `ShareAccess`
    Share,
    /// `AssignAccess`
    Assign,
}

const NAMES: [(AccessRight, &str); 8] = [
    (AccessRight::Read, "ReadAccess"),
    (AccessRight::Write, "WriteAccess"),
    (AccessRight::Append, "AppendAccess"),
    (AccessRight::AppendTo, "AppendToAccess"),
    (AccessRight::Create, "CreateAccess"),
    (AccessRight::Delete, "DeleteAccess"),
    (AccessRight::Share, "ShareAccess"),
    (AccessRight::Assign, "AssignAccess"),
];

/// Reads `ReadAccess, WriteAccess`; `None` is the name for no right.
pub(super) fn read(mask: &str) -> BTreeSet<AccessRight> {
    let parts = mask.split(',').map(str::trim);
    parts
        .filter_map(|part| NAMES.iter().find(|(_, name)| name.eq_ignore_ascii_case(part)))
        .map(|(right, _)| *right)
        .collect()
}

/// Writes rights in the order in which the service does.
pub(super) fn write(rights: &BTreeSet<AccessRight>) -> String {
    let names = NAMES.iter().filter(|(right, _)| rights.contains(right)).map(|(_, name)| *name);
    let text = names.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "None".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_survive_the_round_trip() {
        for mask in ["None", "ReadAccess", "ReadAccess, AppendAccess, AppendToAccess, AssignAccess"] {
            assert_eq!(write(&read(mask)), mask);
        }
    }
}
