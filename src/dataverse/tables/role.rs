//! `roles`: security roles, originals and their copies in business units.

use std::sync::Arc;

use serde::Deserialize;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{IDS_PER_QUERY, Query, is_one_of};

mod list;
mod snapshot;
mod write;

pub use list::RoleFilter;
pub use snapshot::Roles;

/// Whether members of a team get a role's Basic rights as their own (`isinherited`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inheritance {
    /// 0: team privileges only.
    TeamOnly,
    /// 1: direct user (Basic) access level and team privileges.
    DirectUserAndTeam,
}

impl Inheritance {
    /// The number in the column.
    pub fn value(self) -> i32 {
        match self {
            Inheritance::TeamOnly => 0,
            Inheritance::DirectUserAndTeam => 1,
        }
    }

    fn of(value: Option<i32>) -> Inheritance {
        if value == Some(1) { Inheritance::DirectUserAndTeam } else { Inheritance::TeamOnly }
    }
}

/// One security role, or a copy of one in a business unit below its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Primary key; each copy has its own.
    pub id: Id,
    /// Name; unique in its business unit.
    pub name: String,
    /// Business unit of this copy.
    pub business_unit_id: Id,
    /// The copy one business unit above; `None` for the original.
    pub parent_role_id: Option<Id>,
    /// The original; its own id for the original.
    pub root_role_id: Id,
    /// Description.
    pub description: Option<String>,
    /// Free text on whom the role is for.
    pub applies_to: Option<String>,
    /// What members of teams get.
    pub inheritance: Inheritance,
    /// Whether a managed solution brought the role.
    pub is_managed: bool,
    /// Whether the role may be changed.
    pub is_customizable: bool,
    /// Whether the role may be deleted.
    pub can_be_deleted: bool,
    /// Whether the platform gives and takes the role by licence.
    pub is_auto_assigned: bool,
    /// Template of a platform role, the same in all environments.
    pub template_id: Option<Id>,
}

impl Role {
    /// Whether this is the original and not a copy.
    pub fn is_original(&self) -> bool {
        self.parent_role_id.is_none()
    }
}

#[derive(Deserialize)]
struct Row {
    roleid: Id,
    name: Option<String>,
    _businessunitid_value: Id,
    _parentroleid_value: Option<Id>,
    _parentrootroleid_value: Option<Id>,
    description: Option<String>,
    appliesto: Option<String>,
    isinherited: Option<i32>,
    ismanaged: Option<bool>,
    iscustomizable: Option<ManagedProperty>,
    canbedeleted: Option<ManagedProperty>,
    isautoassigned: Option<i32>,
    _roletemplateid_value: Option<Id>,
}

#[derive(Deserialize)]
struct ManagedProperty {
    #[serde(rename = "Value")]
    value: bool,
}

const COLUMNS: [&str; 13] = [
    "roleid",
    "name",
    "_businessunitid_value",
    "_parentroleid_value",
    "_parentrootroleid_value",
    "description",
    "appliesto",
    "isinherited",
    "ismanaged",
    "iscustomizable",
    "canbedeleted",
    "isautoassigned",
    "_roletemplateid_value",
];

impl From<Row> for Role {
    fn from(row: Row) -> Role {
        let allowed = |property: Option<ManagedProperty>| property.is_none_or(|property| property.value);
        Role {
            id: row.roleid,
            name: row.name.unwrap_or_default(),
            business_unit_id: row._businessunitid_value,
            parent_role_id: row._parentroleid_value,
            root_role_id: row._parentrootroleid_value.unwrap_or(row.roleid),
            description: row.description,
            applies_to: row.appliesto,
            inheritance: Inheritance::of(row.isinherited),
            is_managed: row.ismanaged.unwrap_or_default(),
            is_customizable: allowed(row.iscustomizable),
            can_be_deleted: allowed(row.canbedeleted),
            is_auto_assigned: row.isautoassigned == Some(1),
            template_id: row._roletemplateid_value,
        }
    }
}

/// A role to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRole {
    /// Primary key, chosen by us ([`Id::random`]), so that a lost answer is recognised.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Business unit of the original; copies appear in all below.
    pub business_unit_id: Id,
    /// Description.
    pub description: Option<String>,
    /// Free text on whom the role is for.
    pub applies_to: Option<String>,
    /// What members of teams get.
    pub inheritance: Inheritance,
    /// Unmanaged solution to put the role into.
    pub solution_unique_name: Option<String>,
}

/// Changes of a role: outer `None` leaves, inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleChanges {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New free text on whom the role is for.
    pub applies_to: Option<Option<String>>,
    /// What members of teams get from now on.
    pub inheritance: Option<Inheritance>,
}

/// Operations on security roles.
#[derive(Debug, Clone, Copy)]
pub struct RoleTable<'a>(&'a Client);

impl Client {
    /// Operations on security roles.
    pub fn roles(&self) -> RoleTable<'_> {
        RoleTable(self)
    }
}

#[derive(Deserialize)]
struct Holder {
    systemuserid: Id,
}

impl RoleTable<'_> {
    /// The users that hold any of these copies themselves, asked for anew each time.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn holders(self, copies: &[Id]) -> Result<Vec<Id>, Error> {
        let mut holders = Vec::new();
        for chunk in copies.chunks(IDS_PER_QUERY) {
            let query = Query::of("systemuserrolescollection")
                .select(&["systemuserid"])
                .filter(is_one_of("roleid", chunk));
            let rows: Vec<Holder> = self.0.rows(&query).await?;
            holders.extend(rows.into_iter().map(|row| row.systemuserid));
        }
        holders.sort();
        holders.dedup();
        Ok(holders)
    }

    /// All roles with all their copies; one query per process until a business unit is written. Own writes of roles are
    /// put into what was read where their outcome is certain, and otherwise lead to another query.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all(self) -> Result<Arc<Roles>, Error> {
        let load = |strong| async move {
            let query = Query::of("roles").select(&COLUMNS).filter("componentstate eq 0").strong_if(strong);
            let rows: Vec<Row> = self.0.rows(&query).await?;
            Ok(Roles::new(rows.into_iter().map(Role::from).collect()))
        };
        self.0.shared().roles.get(load).await
    }
}
