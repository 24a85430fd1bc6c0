//! Who may do what: privileges, depths and the messages of a refusal.

mod effective;

use std::sync::Arc;

use uuid::Uuid;

use crate::catalogue::{Catalogue, RIGHTS, catalogue};
use crate::errors::{ApiError, Code};
use crate::ownership::Identity;
use crate::schema::TableId;
use crate::store::{Depth, Grants, Row, Store};

pub(crate) use effective::{Effective, HeldRole, Place, roles_of, unit_disabled};

/// An access right on a table; the order of [`crate::catalogue::RIGHTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    Create,
    Read,
    Write,
    Delete,
    Append,
    AppendTo,
    Assign,
    Share,
}

impl Right {
    /// The member name of `AccessRights`.
    pub(crate) fn access_name(self) -> String {
        format!("{}Access", RIGHTS[self as usize].0)
    }

    /// The number of `AccessRights`.
    pub(crate) fn mask(self) -> i64 {
        RIGHTS[self as usize].1
    }
}

/// The privileges of a role row, which hang on its root copy.
pub(crate) fn grants_of(store: &Store, role: &Row) -> Arc<Grants> {
    store.grants(role.guid("parentrootroleid").unwrap_or(role.id))
}

/// Whether a business unit is another or one of its descendants.
pub(crate) fn within(store: &Store, unit: Uuid, ancestor: Uuid) -> bool {
    let mut current = Some(unit);
    while let Some(id) = current {
        if id == ancestor {
            return true;
        }
        current = store.row(TableId::BusinessUnit, id).and_then(|row| row.guid("parentbusinessunitid"));
    }
    false
}

/// The caller of a request: with impersonation, the privileges of both users.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The user the request acts as.
    pub(crate) user: Uuid,
    /// The user who signed in.
    pub(crate) real: Uuid,
    /// Every set of privileges that has to allow an operation.
    pub(crate) sets: Vec<Effective>,
}

/// The business unit a row belongs to, for depth checks.
pub(crate) fn unit_of(row: &Row) -> Option<Uuid> {
    match row.table {
        TableId::BusinessUnit => Some(row.id),
        TableId::SystemUser | TableId::UserSettings | TableId::Role | TableId::Team => {
            row.guid("businessunitid")
        }
        table if table.is_owned() => row.guid("owningbusinessunit"),
        _ => None,
    }
}

/// Where a row is, for depth checks. Users and teams are principals: nobody owns them.
pub(crate) fn place_of(row: &Row) -> Place {
    let principal = matches!(row.table, TableId::SystemUser | TableId::Team);
    let owner = if principal { None } else { row.guid("ownerid") };
    Place { unit: unit_of(row), owner }
}

/// The privileges that govern an operation on a table; empty when everybody may.
fn needed(table: TableId, right: Right) -> Vec<u16> {
    // The permissions of a profile are parts of it.
    let right = match (table, right) {
        (TableId::FieldPermission, Right::Create | Right::Delete) => Right::Write,
        _ => right,
    };
    let of = |logical: &str| catalogue().of_table(logical)[right as usize];
    let tables: &[&str] = match table {
        TableId::UserRole => &["systemuser", "role"],
        TableId::TeamMember => &["team", "systemuser"],
        TableId::TeamRole => &["team", "role"],
        TableId::RolePrivilege => &["role"],
        TableId::UserProfile => &["systemuser", "fieldsecurityprofile"],
        TableId::TeamProfile => &["team", "fieldsecurityprofile"],
        TableId::FieldPermission => &["fieldsecurityprofile"],
        TableId::Privilege | TableId::RoleTemplate => &[],
        table if table.is_metadata() => &[],
        other => &[other.def().logical],
    };
    tables.iter().filter_map(|logical| of(logical)).collect()
}

impl Caller {
    /// Whether the caller holds a privilege for a business unit.
    pub(crate) fn holds(&self, store: &Store, position: u16, unit: Option<Uuid>) -> bool {
        self.reaches(store, position, Place { unit, owner: None })
    }

    /// Whether the caller holds a privilege for a place.
    pub(crate) fn reaches(&self, store: &Store, position: u16, place: Place) -> bool {
        self.sets.iter().all(|set| set.reaches(store, position, place))
    }

    /// The depth of a privilege, the shallower of both users under impersonation.
    pub(crate) fn depth(&self, position: u16) -> Option<Depth> {
        self.sets.iter().map(|set| set.depth(position)).min().flatten()
    }

    /// Needs a right on a table at any depth.
    pub(crate) fn need(&self, store: &Store, table: TableId, right: Right) -> Result<(), ApiError> {
        for position in needed(table, right) {
            if !self.holds(store, position, None) {
                return Err(self.denied(position, Some(table)));
            }
        }
        Ok(())
    }

    /// Needs a right on a row: first the privilege, then its depth.
    pub(crate) fn need_on(&self, store: &Store, row: &Row, right: Right) -> Result<(), ApiError> {
        self.need(store, row.table, right)?;
        if self.may(store, row, right) {
            return Ok(());
        }
        let table = row.table.def().logical;
        Err(Code::UnmanagedAccessDenied.error(&[&self.user, &right.access_name(), &row.id, &table]))
    }

    /// Needs the right to create a row in a business unit.
    pub(crate) fn need_create(
        &self,
        store: &Store,
        table: TableId,
        unit: Option<Uuid>,
    ) -> Result<(), ApiError> {
        for position in needed(table, Right::Create) {
            if !self.holds(store, position, unit) {
                return Err(self.denied(position, Some(table)));
            }
        }
        Ok(())
    }

    /// Needs a task privilege by name.
    pub(crate) fn need_task(&self, store: &Store, name: &str, unit: Option<Uuid>) -> Result<(), ApiError> {
        match catalogue().position_of(name) {
            Some(position) if !self.holds(store, position, unit) => Err(self.denied(position, None)),
            _ => Ok(()),
        }
    }

    /// Whether the caller has a right on a row.
    pub(crate) fn may(&self, store: &Store, row: &Row, right: Right) -> bool {
        if row.table.is_owned() {
            return crate::ownership::may(
                store,
                &self.sets,
                &Identity::of_user(store, self.user),
                row,
                right,
            );
        }
        let place = place_of(row);
        needed(row.table, right).into_iter().all(|position| self.reaches(store, position, place))
    }

    /// Whether every row of a table is readable without a look at it.
    pub(crate) fn reads_all(&self, table: TableId) -> bool {
        needed(table, Right::Read).into_iter().all(|position| self.depth(position) == Some(Depth::Global))
    }

    /// The long message of a missing privilege.
    pub(crate) fn denied(&self, position: u16, table: Option<TableId>) -> ApiError {
        let Catalogue { privileges, .. } = catalogue();
        let privilege = &privileges[usize::from(position)];
        let lacking = self.sets.iter().find(|set| set.depth(position).is_none()).or(self.sets.first());
        let Some(set) = lacking else { return Code::Unexpected.error(&[]) };
        let mode = match set.mode {
            0 => "0 Read-Write",
            1 => "1 Administrative",
            2 => "2 Read",
            3 => "3 Support User",
            4 => "4 Non-interactive",
            _ => "5 Delegated Admin",
        };
        let mut text = format!(
            "Principal user (Id={}, type=8, roleCount={}, privilegeCount={}, accessMode='{mode}', AADObjectId='{}', MetadataCachePrivilegesCount={}, businessUnitId={}), is missing {} privilege (Id={})",
            set.user,
            set.roles(),
            set.privilege_count(),
            set.object_id.map_or_else(String::new, |id| id.to_string()),
            privileges.len(),
            set.unit,
            privilege.name,
            privilege.id,
        );
        if let Some(def) = table.map(TableId::def) {
            text += &format!(
                " on OTC={} for entity '{}' (LocalizedName='{}')",
                def.code, def.logical, def.display
            );
        }
        text += &format!(
            ". context.Caller={}. Consider adding missed privilege to one of the principal (user/team) roles.",
            self.user
        );
        Code::PrivilegeDenied.error(&[&text])
    }
}
