//! The column security profile of System Administrators and the columns that are secured at the start.

use uuid::Uuid;

use super::{Ids, stamp};
use crate::column_security::secure;
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// The profile that holds every secured column.
pub(crate) const ADMIN_PROFILE: Uuid = Uuid::from_u128(0x572329c1_a042_4e22_be47_367c6374ea45);

/// Columns secured at the start: custom ones, as a maker would add them.
const SECURED: [(TableId, &str); 3] = [
    (TableId::Account, "new_creditrating"),
    (TableId::Contact, "new_bankaccount"),
    (TableId::Contact, "new_salary"),
];

pub(super) fn add(store: &mut Store, ids: Ids) {
    let row = Row::new(TableId::FieldSecurityProfile, ADMIN_PROFILE)
        .with("name", Val::text("System Administrator"))
        .with("fieldsecurityprofileidunique", Val::Guid(ids.of("administrator profile")))
        .with("componentstate", Val::Int(0))
        .with("ismanaged", Val::Bool(true));
    store.put(stamp(row, ids));
    for (table, column) in SECURED {
        if let Some(position) = table.def().position(column) {
            secure(store, table, position);
        }
    }
}
