//! The business rules of the tables, in the order the service checks them.

pub(crate) mod entra_users;
pub(crate) mod group_teams;
pub(crate) mod guard;
pub(crate) mod licenses;
mod organization;
pub(crate) mod owners;
pub(crate) mod ownership;
mod profiles;
mod records;
pub(crate) mod roles;
pub(crate) mod settings;
pub(crate) mod teams;
mod units;
pub(crate) mod user_changes;
pub(crate) mod users;
mod views;

use crate::access::Right;
use crate::call::Call;
use crate::errors::{ApiError, Code};
use crate::payload::Changes;
use crate::schema::TableId;
use crate::store::{Row, Val};

/// Creates a row that has its key and its stamps.
pub(crate) fn create(call: &mut Call<'_>, row: Row, changes: &Changes) -> Result<(), ApiError> {
    match row.table {
        TableId::SystemUser => users::create(call, row, changes),
        TableId::Role => roles::create(call, row, changes),
        TableId::BusinessUnit => units::create(call, row, changes),
        TableId::Team => teams::create(call, row, changes),
        TableId::Solution => organization::create_solution(call, row, changes),
        TableId::UserQuery => views::create_personal(call, row, changes),
        TableId::FieldSecurityProfile => profiles::create(call, row, changes),
        TableId::FieldPermission => profiles::create_permission(call, row, changes),
        TableId::ColumnShare => profiles::create_share(call, row, changes),
        TableId::SavedQuery => views::create(call, row, changes),
        table if table.is_owned() => records::create(call, row, changes),
        other => Err(Code::MethodNotSupported.error(&[&"Create", &other.def().logical])),
    }
}

/// Changes a row.
pub(crate) fn update(call: &mut Call<'_>, row: &Row, changes: &Changes) -> Result<(), ApiError> {
    if row.table == TableId::UserQuery {
        return views::update_personal(call, row, changes);
    }
    if row.table.is_owned() {
        return records::update(call, row, changes);
    }
    call.caller.need(call.store(), row.table, Right::Write)?;
    match row.table {
        TableId::SystemUser => user_changes::update(call, row, changes),
        TableId::Role => roles::update(call, row, changes),
        TableId::BusinessUnit => units::update(call, row, changes),
        TableId::Team => teams::update(call, row, changes),
        TableId::Organization => organization::update(call, row, changes),
        TableId::UserSettings => settings::update(call, row, changes),
        TableId::FieldSecurityProfile => profiles::update(call, row, changes),
        TableId::FieldPermission => profiles::update_permission(call, row, changes),
        TableId::ColumnShare => profiles::update_share(call, row, changes),
        TableId::SavedQuery => views::update(call, row, changes),
        other => Err(Code::MethodNotSupported.error(&[&"Update", &other.def().logical])),
    }
}

/// Deletes a row.
pub(crate) fn delete(call: &mut Call<'_>, row: &Row) -> Result<(), ApiError> {
    match row.table {
        TableId::SystemUser => users::delete(call, row),
        TableId::Role => roles::delete(call, row),
        TableId::BusinessUnit => units::delete(call, row),
        TableId::Team => teams::delete(call, row),
        TableId::FieldSecurityProfile => profiles::delete(call, row),
        TableId::FieldPermission => profiles::delete_permission(call, row),
        TableId::ColumnShare => profiles::delete_share(call, row),
        TableId::SavedQuery => views::delete(call, row),
        table if table.is_owned() => records::delete(call, row),
        other => Err(Code::MethodNotSupported.error(&[&"Delete", &other.def().logical])),
    }
}

/// Writes the changes into a row and stamps who changed it and when.
pub(crate) fn applied(call: &Call<'_>, row: &Row, changes: &Changes) -> Row {
    let mut row = row.clone();
    changes.apply(&mut row);
    row.set("modifiedon", crate::read::now());
    row.set("modifiedby", Val::Guid(call.caller.user));
    row
}
