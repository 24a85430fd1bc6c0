//! Reading rows of every table alike, pair tables included.

use std::sync::Arc;

use uuid::Uuid;

use crate::column_security::is_administrator;
use crate::odata::{Expr, Operand, Rows};
use crate::schema::{Collection, Link, TableId};
use crate::seed::ADMIN_PROFILE;
use crate::store::{PairKind, Row, Store, Val};

fn kind(table: TableId) -> Option<PairKind> {
    match table {
        TableId::UserRole => Some(PairKind::UserRole),
        TableId::TeamMember => Some(PairKind::TeamMember),
        TableId::TeamRole => Some(PairKind::TeamRole),
        TableId::UserProfile => Some(PairKind::UserProfile),
        TableId::TeamProfile => Some(PairKind::TeamProfile),
        _ => None,
    }
}

fn pair_row(table: TableId, left: Uuid, right: Uuid, id: Uuid) -> Arc<Row> {
    let mut row = Row::new(table, id);
    row.values[1] = Val::Guid(left);
    row.values[2] = Val::Guid(right);
    Arc::new(row)
}

/// The rows of `roleprivilegescollection` of one root role.
fn privilege_rows(store: &Store, role: Uuid) -> Vec<Arc<Row>> {
    let grants = store.grants(role);
    let managed = store.row(TableId::Role, role).is_some_and(|row| row.flag("ismanaged"));
    grants
        .iter()
        .map(|(position, depth)| {
            let privilege = crate::catalogue::catalogue().privilege(*position).id;
            let id = Uuid::from_u128(role.as_u128() ^ privilege.as_u128());
            let mut row = Row::new(TableId::RolePrivilege, id);
            row.values[1] = Val::Guid(role);
            row.values[2] = Val::Guid(privilege);
            row.values[3] = Val::Int(depth.mask());
            row.values[5] = Val::Bool(managed);
            Arc::new(row)
        })
        .collect()
}

/// The rows of `systemuserprofilescollection`: System Administrators have their profile without being given it.
fn user_profiles(store: &Store) -> Vec<Arc<Row>> {
    let row = |left, right, id| pair_row(TableId::UserProfile, left, right, id);
    let given = store.pairs(PairKind::UserProfile).map(|(left, right, id)| row(left, right, id));
    let administrators = store.rows(TableId::SystemUser).map(|user| user.id).filter(|user| {
        is_administrator(store, *user) && !store.linked(PairKind::UserProfile, *user, ADMIN_PROFILE)
    });
    let own = |user: Uuid| row(user, ADMIN_PROFILE, Uuid::new_v5(&ADMIN_PROFILE, user.as_bytes()));
    given.chain(administrators.map(own)).collect()
}

/// Every row of a table.
pub(crate) fn all(store: &Store, table: TableId) -> Vec<Arc<Row>> {
    if table == TableId::RolePrivilege {
        return store.all_grants().flat_map(|(role, _)| privilege_rows(store, role)).collect();
    }
    if table == TableId::Metadata {
        return crate::metadata::rows().to_vec();
    }
    if table == TableId::UserProfile {
        return user_profiles(store);
    }
    match kind(table) {
        Some(kind) => store.pairs(kind).map(|(left, right, id)| pair_row(table, left, right, id)).collect(),
        None => store.rows(table).cloned().collect(),
    }
}

/// GUIDs a column must hold for a filter to pass, when the filter says so.
fn demanded(expr: &Expr, column: usize) -> Option<Vec<Uuid>> {
    match expr {
        Expr::And(a, b) => demanded(a, column).or_else(|| demanded(b, column)),
        Expr::Or(a, b) => {
            let mut both = demanded(a, column)?;
            both.extend(demanded(b, column)?);
            Some(both)
        }
        Expr::Compare(operator, Operand::Path(path), Operand::Value(Val::Guid(id)))
        | Expr::Compare(operator, Operand::Value(Val::Guid(id)), Operand::Path(path))
            if operator == "eq" && path.hops.is_empty() && path.column == column =>
        {
            Some(vec![*id])
        }
        Expr::In(path, values, false) if path.hops.is_empty() && path.column == column => {
            values.iter().map(Val::as_guid).collect()
        }
        _ => None,
    }
}

/// The rows that may pass a filter, without those that reads do not see yet.
pub(crate) fn candidates(store: &Store, table: TableId, filter: Option<&Expr>) -> Vec<Arc<Row>> {
    let mut rows = indexed(store, table, filter);
    if store.hides() {
        rows.retain(|row| store.shows(row.id));
    }
    rows
}

/// The rows that may pass a filter: by key, by index, or all.
fn indexed(store: &Store, table: TableId, filter: Option<&Expr>) -> Vec<Arc<Row>> {
    let Some(expr) = filter else { return all(store, table) };
    let ids = |column: usize| {
        demanded(expr, column).map(|mut ids| {
            ids.sort_unstable();
            ids.dedup();
            ids
        })
    };
    if table == TableId::UserProfile {
        return all(store, table);
    }
    if let Some(kind) = kind(table) {
        if let Some(lefts) = ids(1) {
            return lefts
                .iter()
                .flat_map(|left| store.rights(kind, *left).into_iter().map(|right| (*left, right)))
                .filter_map(|(left, right)| {
                    Some(pair_row(table, left, right, store.pair_key(kind, left, right)?))
                })
                .collect();
        }
        if let Some(rights) = ids(2) {
            return rights
                .iter()
                .flat_map(|right| store.lefts(kind, *right).into_iter().map(|left| (left, *right)))
                .filter_map(|(left, right)| {
                    Some(pair_row(table, left, right, store.pair_key(kind, left, right)?))
                })
                .collect();
        }
        return all(store, table);
    }
    match table {
        TableId::RolePrivilege => match ids(1) {
            Some(roles) => roles.iter().flat_map(|role| privilege_rows(store, *role)).collect(),
            None => all(store, table),
        },
        TableId::Metadata => all(store, table),
        _ => {
            if let Some(keys) = ids(0) {
                return keys.into_iter().filter_map(|id| store.row(table, id)).collect();
            }
            let indexed = table.def().columns.iter().enumerate().filter(|(_, column)| column.indexed);
            for (position, column) in indexed {
                if let Some(values) = ids(position) {
                    let mut found: Vec<_> =
                        values.into_iter().flat_map(|id| store.rows_by(table, column.name, id)).collect();
                    found.sort_by_key(|row| row.id);
                    return found;
                }
            }
            all(store, table)
        }
    }
}

impl Rows for Store {
    fn find(&self, table: TableId, id: Uuid) -> Option<Arc<Row>> {
        if table.is_intersect() || table == TableId::Metadata {
            return all(self, table).into_iter().find(|row| row.id == id);
        }
        self.row(table, id).filter(|row| self.shows(row.id))
    }

    fn members(&self, row: &Row, collection: &Collection) -> Vec<Arc<Row>> {
        let ids = match collection.link {
            Link::Lookup(column) => {
                let mut rows = self.rows_by(collection.target, column, row.id);
                rows.retain(|row| self.shows(row.id));
                return rows;
            }
            Link::UserRoles(true) => self.rights(PairKind::UserRole, row.id),
            Link::UserRoles(false) => self.lefts(PairKind::UserRole, row.id),
            Link::TeamMembers(true) => self.rights(PairKind::TeamMember, row.id),
            Link::TeamMembers(false) => self.lefts(PairKind::TeamMember, row.id),
            Link::TeamRoles(true) => self.rights(PairKind::TeamRole, row.id),
            Link::TeamRoles(false) => self.lefts(PairKind::TeamRole, row.id),
            Link::UserProfiles(true) => {
                let mut profiles = self.rights(PairKind::UserProfile, row.id);
                if is_administrator(self, row.id) && !profiles.contains(&ADMIN_PROFILE) {
                    profiles.push(ADMIN_PROFILE);
                }
                profiles
            }
            Link::UserProfiles(false) => {
                let mut users = self.lefts(PairKind::UserProfile, row.id);
                if row.id == ADMIN_PROFILE {
                    let all = self.rows(TableId::SystemUser).map(|user| user.id);
                    users =
                        all.filter(|user| users.contains(user) || is_administrator(self, *user)).collect();
                }
                users
            }
            Link::TeamProfiles(true) => self.rights(PairKind::TeamProfile, row.id),
            Link::TeamProfiles(false) => self.lefts(PairKind::TeamProfile, row.id),
            Link::RolePrivileges(true) => crate::access::grants_of(self, row)
                .keys()
                .map(|position| crate::catalogue::catalogue().privilege(*position).id)
                .collect(),
            Link::RolePrivileges(false) => {
                let Some(position) = crate::catalogue::catalogue().position(row.id) else {
                    return Vec::new();
                };
                self.all_grants()
                    .filter(|(_, grants)| grants.contains_key(&position))
                    .map(|(role, _)| role)
                    .collect()
            }
        };
        ids.into_iter()
            .filter(|id| self.shows(*id))
            .filter_map(|id| self.row(collection.target, id))
            .collect()
    }
}
