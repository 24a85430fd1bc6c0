//! Rows with an owner: who reaches them by ownership, by the depth of a privilege, and by shares.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::{Effective, Place, Right, place_of};
use crate::catalogue::catalogue;
use crate::schema::{Kind, TableId};
use crate::store::{PairKind, Row, Store};

/// A principal with the teams it acts through.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The user, team or organization.
    pub(crate) id: Uuid,
    /// The teams of a user.
    pub(crate) teams: Vec<Uuid>,
}

impl Identity {
    /// A user with its teams.
    pub(crate) fn of_user(store: &Store, user: Uuid) -> Self {
        Self { id: user, teams: store.lefts(PairKind::TeamMember, user) }
    }

    /// A team or the organization.
    pub(crate) fn alone(id: Uuid) -> Self {
        Self { id, teams: Vec::new() }
    }
}

/// The privilege that governs a right on rows with an owner.
pub(crate) fn privilege(table: TableId, right: Right) -> Option<u16> {
    catalogue().of_table(table.def().logical)[right as usize]
}

/// Whether sets of privileges, all of them, give a right on a row: by depth, or by a share with the principal.
pub(crate) fn may(store: &Store, sets: &[Effective], who: &Identity, row: &Row, right: Right) -> bool {
    let Some(position) = privilege(row.table, right) else { return true };
    if !sets.iter().all(|set| set.reaches(store, position, Place::default())) {
        return false;
    }
    sets.iter().all(|set| set.reaches_as(store, position, place_of(row), who))
        || shared(store, row, who) & right.mask() != 0
}

/// The lookup along which a table inherits shares, owners and deletions.
pub(crate) fn parental(table: TableId) -> Option<&'static str> {
    match table {
        TableId::Contact => Some("parentcustomerid"),
        TableId::Opportunity | TableId::Incident => Some("customerid"),
        TableId::Task | TableId::PhoneCall | TableId::Appointment | TableId::Letter => {
            Some("regardingobjectid")
        }
        _ => None,
    }
}

/// The row above, along the parental lookup.
fn parent(store: &Store, row: &Row) -> Option<Arc<Row>> {
    let def = row.table.def();
    let column = def.position(parental(row.table)?)?;
    let id = row.values[column].as_guid()?;
    let Kind::Any(targets) = def.columns[column].kind else { return None };
    targets.iter().find_map(|(_, target)| store.row(*target, id))
}

/// The rows below, along parental lookups.
pub(crate) fn children(store: &Store, row: &Row) -> Vec<Arc<Row>> {
    TableId::all()
        .filter_map(|table| Some((table, parental(table)?)))
        .flat_map(|(table, column)| store.rows_by(table, column, row.id))
        .collect()
}

/// The rights a principal has by shares: of the row, and of the rows above it.
pub(crate) fn shared(store: &Store, row: &Row, who: &Identity) -> i64 {
    let mut seen = vec![row.id];
    let mut mask = direct(store, row.id, who);
    let mut current = parent(store, row);
    while let Some(above) = current {
        if seen.contains(&above.id) {
            break;
        }
        seen.push(above.id);
        mask |= direct(store, above.id, who);
        current = parent(store, &above);
    }
    mask
}

/// The rights a principal has by shares of one row.
pub(crate) fn direct(store: &Store, object: Uuid, who: &Identity) -> i64 {
    store
        .rows_by(TableId::Share, "objectid", object)
        .iter()
        .filter(|share| {
            let with = share.guid("principalid").unwrap_or_default();
            with == who.id
                || who.teams.contains(&with)
                || share.text("principaltypecode") == Some("organization")
        })
        .fold(0, |mask, share| mask | share.int("accessrightsmask").unwrap_or_default())
}
