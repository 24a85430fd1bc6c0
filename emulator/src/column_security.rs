//! Secured columns: which they are, and who may read, create and update them.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::roles_of;
use crate::call::Call;
use crate::catalogue::DERIVED;
use crate::errors::{ApiError, Code};
use crate::metadata::{metadata_id, securable};
use crate::odata::Rows;
use crate::payload::Changes;
use crate::rules::guard::is_admin_role;
use crate::schema::{Collection, Column, TableId};
use crate::seed::ADMIN_PROFILE;
use crate::store::{PairKind, Row, Store, Val};

/// What is done to a secured column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Reading it.
    Read,
    /// Setting it in a new row.
    Create,
    /// Setting it in a row that exists.
    Update,
}

impl Use {
    fn permission(self) -> &'static str {
        match self {
            Self::Read => "canread",
            Self::Create => "cancreate",
            Self::Update => "canupdate",
        }
    }
}

/// The positions of the secured columns of a table.
pub(crate) fn secured(store: &Store, table: TableId) -> Vec<usize> {
    let def = table.def();
    store
        .rows(TableId::Attribute)
        .filter(|row| row.text("EntityLogicalName") == Some(def.logical))
        .filter_map(|row| def.position(row.text("LogicalName")?))
        .collect()
}

/// Secures a column; the profile of System Administrators holds it from then on.
pub(crate) fn secure(store: &mut Store, table: TableId, position: usize) {
    let def = table.def();
    let column = &def.columns[position];
    let row = Row::new(TableId::Attribute, metadata_id(def, column))
        .with("EntityLogicalName", Val::text(def.logical))
        .with("LogicalName", Val::text(column.name))
        .with("IsSecured", Val::Bool(true));
    store.put(row);
    let id = Uuid::new_v5(&DERIVED, format!("administrator {}.{}", def.logical, column.name).as_bytes());
    let mut permission = Row::new(TableId::FieldPermission, id)
        .with("fieldsecurityprofileid", Val::Guid(ADMIN_PROFILE))
        .with("entityname", Val::text(def.logical))
        .with("attributelogicalname", Val::text(column.name))
        .with("componentstate", Val::Int(0))
        .with("ismanaged", Val::Bool(true))
        .with("canreadunmasked", Val::Int(0));
    for column in ["canread", "cancreate", "canupdate"] {
        permission.set(column, Val::Int(4));
    }
    store.put(permission);
}

/// Ends the security of a column, with its permissions and shares.
pub(crate) fn unsecure(store: &mut Store, table: TableId, position: usize) {
    let def = table.def();
    let column = &def.columns[position];
    let id = metadata_id(def, column);
    store.remove(TableId::Attribute, id);
    for permission in permissions(store, def.logical, column.name) {
        store.remove(TableId::FieldPermission, permission.id);
    }
    for share in store.rows_by(TableId::ColumnShare, "attributeid", id) {
        store.remove(TableId::ColumnShare, share.id);
    }
}

/// The permissions for a column in every profile.
pub(crate) fn permissions(store: &Store, table: &str, column: &str) -> Vec<Arc<Row>> {
    store
        .rows(TableId::FieldPermission)
        .filter(|row| {
            row.text("entityname") == Some(table) && row.text("attributelogicalname") == Some(column)
        })
        .cloned()
        .collect()
}

/// Whether a user holds System Administrator, itself or through a team, and with it the profile of that name.
pub(crate) fn is_administrator(store: &Store, user: Uuid) -> bool {
    roles_of(store, user).iter().any(|held| is_admin_role(&held.role))
}

/// The profiles of a user and of its teams.
fn profiles(store: &Store, user: Uuid) -> Vec<Uuid> {
    let mut found = store.rights(PairKind::UserProfile, user);
    for team in store.lefts(PairKind::TeamMember, user) {
        found.extend(store.rights(PairKind::TeamProfile, team));
    }
    found
}

/// Whether a user may use a secured column of a row: by a profile, or by a share of the column.
fn permits(store: &Store, user: Uuid, row: &Row, column: &Column, what: Use) -> bool {
    if is_administrator(store, user) {
        return true;
    }
    let def = row.table.def();
    let held = profiles(store, user);
    let by_profile = permissions(store, def.logical, column.name).iter().any(|permission| {
        permission.int(what.permission()) == Some(4)
            && permission.guid("fieldsecurityprofileid").is_some_and(|profile| held.contains(&profile))
    });
    if by_profile || what == Use::Create {
        return by_profile;
    }
    let flag = if what == Use::Read { "readaccess" } else { "updateaccess" };
    let teams = store.lefts(PairKind::TeamMember, user);
    store.rows_by(TableId::ColumnShare, "attributeid", metadata_id(def, column)).iter().any(|share| {
        let with = share.guid("principalid").unwrap_or_default();
        share.guid("objectid") == Some(row.id) && share.flag(flag) && (with == user || teams.contains(&with))
    })
}

/// Whether the caller may use a column; with impersonation both users must.
fn caller_may(call: &Call<'_>, row: &Row, column: &Column, what: Use) -> bool {
    call.caller.sets.iter().all(|set| permits(call.store(), set.user, row, column, what))
}

/// A row as the caller sees it: secured columns without permission are null.
pub(crate) fn visible(call: &Call<'_>, row: Arc<Row>) -> Arc<Row> {
    if !row.table.is_owned() {
        return row;
    }
    let hidden: Vec<usize> = secured(call.store(), row.table)
        .into_iter()
        .filter(|at| !row.values[*at].is_null())
        .filter(|at| !caller_may(call, &row, &row.table.def().columns[*at], Use::Read))
        .collect();
    if hidden.is_empty() {
        return row;
    }
    let mut masked = row.as_ref().clone();
    for position in hidden {
        masked.values[position] = Val::Null;
    }
    Arc::new(masked)
}

/// Filters and sort orders see what the caller sees.
impl Rows for Call<'_> {
    fn find(&self, table: TableId, id: Uuid) -> Option<Arc<Row>> {
        self.store().find(table, id).map(|row| visible(self, row))
    }

    fn members(&self, row: &Row, collection: &Collection) -> Vec<Arc<Row>> {
        self.store().members(row, collection).into_iter().map(|row| visible(self, row)).collect()
    }
}

/// Refuses to set secured columns without permission.
pub(crate) fn may_set(call: &Call<'_>, row: &Row, changes: &Changes, what: Use) -> Result<(), ApiError> {
    let def = row.table.def();
    let secured = secured(call.store(), row.table);
    for (column, _) in changes.iter() {
        let at = def.position(column.name);
        if at.is_some_and(|at| secured.contains(&at)) && !caller_may(call, row, column, what) {
            let code = if what == Use::Create { Code::SecuredCreate } else { Code::SecuredUpdate };
            return Err(code.error(&[&call.caller.user, &column.name, &def.display]));
        }
    }
    Ok(())
}

/// The column a permission or a share is about: it must exist and be secured.
pub(crate) fn secured_column(store: &Store, logical: &str, name: &str) -> Result<(TableId, usize), ApiError> {
    let Some(table) = TableId::by_logical(logical) else {
        if crate::catalogue::catalogue().tables.iter().any(|known| known.fields[0] == logical) {
            return Err(ApiError::unsupported(format!("the columns of the table {logical}")));
        }
        return Err(Code::UnknownTable.error(&[&logical]));
    };
    let position = table.def().position(name).ok_or_else(|| Code::UnknownColumn.error(&[&logical, &name]))?;
    let can = securable(table, &table.def().columns[position]);
    if !can || !secured(store, table).contains(&position) {
        return Err(Code::ColumnNotSecured.error(&[]));
    }
    Ok((table, position))
}
