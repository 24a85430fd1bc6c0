//! Status reasons and the state each belongs to.

use super::TableId;

/// Rows that are active or inactive.
pub(super) const ACTIVE: &[(i64, &str)] = &[(0, "Active"), (1, "Inactive")];
/// The status reasons of such rows.
pub(super) const ACTIVE_REASON: &[(i64, &str)] = &[(1, "Active"), (2, "Inactive")];

/// Status reason and its state; the first reason of a state is the one a row gets when only the state is set.
fn reasons(table: TableId) -> &'static [(i64, i64)] {
    match table {
        TableId::Lead => &[(1, 0), (2, 0), (3, 1), (4, 2), (5, 2), (6, 2), (7, 2)],
        TableId::Opportunity => &[(1, 0), (2, 0), (3, 1), (4, 2), (5, 2)],
        TableId::Incident => &[(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (1000, 1), (6, 2), (2000, 2)],
        TableId::Campaign => &[(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 1)],
        TableId::Task => &[(2, 0), (3, 0), (4, 0), (7, 0), (5, 1), (6, 2)],
        TableId::PhoneCall => &[(1, 0), (2, 1), (4, 1), (3, 2)],
        TableId::Letter => &[(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)],
        TableId::Appointment => &[(1, 0), (2, 0), (3, 1), (4, 2), (5, 3), (6, 3)],
        _ => &[(1, 0), (2, 1)],
    }
}

/// The status reason a state starts with.
pub(crate) fn default_status(table: TableId, state: i64) -> Option<i64> {
    reasons(table).iter().find(|(_, of)| *of == state).map(|(reason, _)| *reason)
}

/// The state a status reason belongs to.
pub(crate) fn state_of(table: TableId, reason: i64) -> Option<i64> {
    reasons(table).iter().find(|(known, _)| *known == reason).map(|(_, state)| *state)
}
