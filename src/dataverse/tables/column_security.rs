//! `fieldsecurityprofiles` and their `fieldpermissions`: who may read and write secured columns.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Query, key, row};
use crate::dataverse::shared::{Loaded, Wave};

mod write;

pub use write::{NewProfile, ProfileChanges};

/// The profile of System Administrator, the same in every environment: it holds every secured column and cannot be changed.
pub const ADMINISTRATOR_PROFILE: Id = Id::from_u128(0x5723_29c1_a042_4e22_be47_367c_6374_ea45);

/// What a profile allows on one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Allowed {
    /// Read it.
    pub read: bool,
    /// Set it in new rows.
    pub create: bool,
    /// Change it.
    pub update: bool,
}

/// A column of a table, by logical names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column {
    /// Logical name of the table.
    pub table: String,
    /// Logical name of the column.
    pub column: String,
}

/// A permission: its row, and what it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// Primary key.
    pub id: Id,
    /// What is allowed.
    pub allowed: Allowed,
}

/// A profile with its permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Primary key.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Whether a managed solution brought it.
    pub is_managed: bool,
    /// The permissions.
    pub permissions: BTreeMap<Column, Permission>,
    /// Ids of the users who have the profile.
    pub users: BTreeSet<Id>,
    /// Ids of the teams that have the profile.
    pub teams: BTreeSet<Id>,
}

#[derive(Deserialize)]
struct ProfileRow {
    fieldsecurityprofileid: Id,
    name: Option<String>,
    description: Option<String>,
    ismanaged: Option<bool>,
    #[serde(default)]
    systemuserprofiles_association: Vec<UserRow>,
    #[serde(default)]
    teamprofiles_association: Vec<TeamRow>,
}

#[derive(Deserialize)]
struct UserRow {
    systemuserid: Id,
}

#[derive(Deserialize)]
struct TeamRow {
    teamid: Id,
}

#[derive(Deserialize)]
struct PermissionRow {
    fieldpermissionid: Id,
    entityname: Option<String>,
    attributelogicalname: Option<String>,
    _fieldsecurityprofileid_value: Option<Id>,
    canread: Option<i32>,
    cancreate: Option<i32>,
    canupdate: Option<i32>,
}

impl PermissionRow {
    fn read(self) -> Option<(Id, Column, Permission)> {
        let allowed = |value: Option<i32>| value == Some(write::ALLOWED);
        let column = Column { table: self.entityname?, column: self.attributelogicalname? };
        let allowed = Allowed {
            read: allowed(self.canread),
            create: allowed(self.cancreate),
            update: allowed(self.canupdate),
        };
        Some((
            self._fieldsecurityprofileid_value?,
            column,
            Permission { id: self.fieldpermissionid, allowed },
        ))
    }
}

impl ProfileRow {
    fn read(self) -> Profile {
        Profile {
            id: self.fieldsecurityprofileid,
            name: self.name.unwrap_or_default(),
            description: self.description.filter(|text| !text.is_empty()),
            is_managed: self.ismanaged.unwrap_or_default(),
            permissions: BTreeMap::new(),
            users: self.systemuserprofiles_association.into_iter().map(|row| row.systemuserid).collect(),
            teams: self.teamprofiles_association.into_iter().map(|row| row.teamid).collect(),
        }
    }
}

/// Operations on column security profiles.
#[derive(Debug, Clone, Copy)]
pub struct ColumnSecurityTable<'a>(&'a Client);

impl Client {
    /// Operations on column security profiles.
    pub fn column_security(&self) -> ColumnSecurityTable<'_> {
        ColumnSecurityTable(self)
    }
}

impl ColumnSecurityTable<'_> {
    /// All profiles with their permissions, users and teams; two queries per process until one is written.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all(self) -> Result<Arc<Vec<Profile>>, Error> {
        let load = |strong| async move {
            let query = Query::of("fieldsecurityprofiles")
                .select(&["fieldsecurityprofileid", "name", "description", "ismanaged"])
                .expand("systemuserprofiles_association($select=systemuserid),teamprofiles_association($select=teamid)")
                .strong_if(strong);
            let rows: Vec<ProfileRow> = self.0.rows(&query).await?;
            let mut profiles: Vec<Profile> = rows.into_iter().map(ProfileRow::read).collect();
            let permissions = Query::of("fieldpermissions")
                .select(&[
                    "fieldpermissionid",
                    "entityname",
                    "attributelogicalname",
                    "_fieldsecurityprofileid_value",
                    "canread",
                    "cancreate",
                    "canupdate",
                ])
                .strong_if(strong);
            let rows: Vec<PermissionRow> = self.0.rows(&permissions).await?;
            for (profile, column, permission) in rows.into_iter().filter_map(PermissionRow::read) {
                if let Some(profile) = profiles.iter_mut().find(|known| known.id == profile) {
                    profile.permissions.insert(column, permission);
                }
            }
            Ok(profiles)
        };
        self.0.shared().column_profiles.get(load).await
    }

    /// As [`ColumnSecurityTable::all`]; when the profile `id` is missing that this process has just created, the next one to
    /// ask reads them afresh.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all_showing(self, id: Id) -> Result<Arc<Vec<Profile>>, Error> {
        let profiles = self.all().await?;
        if profiles.iter().all(|profile| profile.id != id) && self.0.inner().recent.is_created(id) {
            self.0.shared().column_profiles.invalidate();
        }
        Ok(profiles)
    }

    /// As [`ColumnSecurityTable::all`], but never from what was read before.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all_fresh(self) -> Result<Arc<Vec<Profile>>, Error> {
        self.0.shared().column_profiles.invalidate();
        self.all().await
    }

    /// The columns of a table with whether they are secured, by logical name, or `None` when there is no such table.
    /// Tables asked for at the same time share one request.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn columns(self, table: &str) -> Result<Option<Arc<BTreeMap<String, bool>>>, Error> {
        self.0.shared().columns.get(&table.to_lowercase(), |wave| self.load_columns(wave)).await
    }

    async fn load_columns(self, wave: Wave<String>) -> Result<Loaded<String, BTreeMap<String, bool>>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Attribute {
            logical_name: String,
            is_secured: Option<bool>,
        }
        #[derive(Deserialize)]
        struct Attributes {
            value: Vec<Attribute>,
        }
        let path = |table: &String| {
            let table = key(table);
            Query::of(format!("EntityDefinitions(LogicalName={table})/Attributes"))
                .select(&["LogicalName", "IsSecured"])
                .path()
        };
        let requests = wave.keys.iter().map(path).map(Request::get);
        let answers = self.0.read_all::<Attributes>(requests.collect()).await?;
        let mut rows = HashMap::new();
        for (table, answer) in wave.keys.iter().zip(answers) {
            match answer {
                Ok(answer) => {
                    let columns = answer.value.into_iter();
                    let columns = columns.map(|it| (it.logical_name, it.is_secured == Some(true)));
                    rows.insert(table.clone(), columns.collect());
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }

    /// Deletes a profile with its permissions. A profile that is gone is a success.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn delete(self, id: Id) -> Result<(), Error> {
        let _changed = self.changing();
        let request = Request::delete(row("fieldsecurityprofiles", id)).replayable();
        match self.0.send(request).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}
