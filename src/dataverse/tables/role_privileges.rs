//! The privileges of a role: read by function, written by actions.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::OwnedMutexGuard;

use super::access::Depth;
use super::default_privileges::DEFAULT_PRIVILEGES;
use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::shared::{Afterwards, Loaded, Wave};

/// A privilege in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The privilege.
    pub privilege_id: Id,
    /// Its name; empty only in answers of a service that leaves it out.
    pub privilege_name: String,
    /// How far it reaches.
    pub depth: Depth,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RolePrivileges {
    role_privileges: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    depth: Depth,
    privilege_id: Id,
    #[serde(default)]
    privilege_name: Option<String>,
}

impl From<RolePrivileges> for Vec<Grant> {
    fn from(answer: RolePrivileges) -> Vec<Grant> {
        let grant = |row: Row| Grant {
            privilege_id: row.privilege_id,
            privilege_name: row.privilege_name.unwrap_or_default(),
            depth: row.depth,
        };
        answer.role_privileges.into_iter().map(grant).collect()
    }
}

/// Roles per batch. Most answers are small, but that of System Administrator is about 1 MB.
const ROLES_PER_BATCH: usize = 100;

/// Operations on the privileges of roles.
#[derive(Debug, Clone, Copy)]
pub struct RolePrivilegeTable<'a>(&'a Client);

impl Client {
    /// Operations on the privileges of roles.
    pub fn role_privileges(&self) -> RolePrivilegeTable<'_> {
        RolePrivilegeTable(self)
    }
}

impl RolePrivilegeTable<'_> {
    /// All privileges of a role, or `None` when there is no such role. Roles asked for at the same time share one
    /// request; see [`shared`](crate::dataverse::shared).
    ///
    /// # Errors
    /// Those of a query.
    pub async fn get(self, role: Id) -> Result<Option<Arc<Vec<Grant>>>, Error> {
        self.0.shared().role_privileges.get(&role, |wave| self.load(wave)).await
    }

    /// A turn at changing a role: who holds it is the only one in this process to read its privileges and write them.
    pub async fn turn(self, role: Id) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.shared().role_turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(role).or_default())
        };
        turn.lock_owned().await
    }

    /// Gives a role one privilege, or another depth of it, and leaves the others as they are: of the four SharePoint
    /// privileges that come with each addition, those are taken away again that were not there.
    ///
    /// `held` are the privileges before, read in the same [turn](RolePrivilegeTable::turn).
    ///
    /// # Errors
    /// As [`RolePrivilegeTable::add`].
    pub async fn add_only(self, role: Id, grant: Grant, held: &[Grant]) -> Result<(), Error> {
        let wanted = grant.privilege_id;
        self.add(role, &[grant]).await?;
        let uninvited = DEFAULT_PRIVILEGES.iter().filter(|default| default.survives_replace).map(|it| it.id);
        for id in uninvited {
            if id != wanted && !held.iter().any(|grant| grant.privilege_id == id) {
                self.remove(role, id).await?;
            }
        }
        Ok(())
    }

    /// Adds privileges, and sets the depth of those already present. The four SharePoint ones of
    /// [`DEFAULT_PRIVILEGES`](super::default_privileges::DEFAULT_PRIVILEGES) come back with it.
    ///
    /// # Errors
    /// [`ErrorKind::DepthNotAllowed`](crate::dataverse::ErrorKind::DepthNotAllowed),
    /// [`ErrorKind::ElevationRefused`](crate::dataverse::ErrorKind::ElevationRefused).
    pub async fn add(self, role: Id, grants: &[Grant]) -> Result<(), Error> {
        if grants.is_empty() {
            return Ok(());
        }
        self.act(role, "AddPrivilegesRole", json!({ "Privileges": wire(grants) })).await
    }

    /// Makes `grants` all privileges of the role, except that those which
    /// [survive](super::default_privileges::survives_replace) stay.
    ///
    /// # Errors
    /// As [`RolePrivilegeTable::add`].
    pub async fn replace(self, role: Id, grants: &[Grant]) -> Result<(), Error> {
        self.act(role, "ReplacePrivilegesRole", json!({ "Privileges": wire(grants) })).await
    }

    /// Takes one privilege away.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn remove(self, role: Id, privilege: Id) -> Result<(), Error> {
        // The parameter is an entity reference; a bare id is refused with 0x80048d19.
        let reference =
            json!({ "@odata.type": "Microsoft.Dynamics.CRM.privilege", "privilegeid": privilege });
        self.act(role, "RemovePrivilegeRole", json!({ "Privilege": reference })).await
    }

    async fn act(self, role: Id, action: &str, body: Value) -> Result<(), Error> {
        let client = self.0.clone();
        let _changed = Afterwards(move || client.shared().role_privileges.invalidate(&role));
        let request =
            Request::post(format!("roles({role})/Microsoft.Dynamics.CRM.{action}"), body).replayable();
        self.0.send(request).await.map(drop)
    }

    async fn load(self, wave: Wave<Id>) -> Result<Loaded<Id, Vec<Grant>>, Error> {
        let mut ids = wave.keys.clone();
        if wave.reads_ahead() {
            let roles = self.0.roles().all().await?;
            let unread = |id: &Id| !wave.known.contains(id) && !wave.keys.contains(id);
            let unmanaged = roles.originals().filter(|role| !role.is_managed && role.template_id.is_none());
            ids.extend(unmanaged.map(|role| role.id).filter(unread).take(wave.asked.max(10)));
        }
        let mut rows = HashMap::new();
        for chunk in ids.chunks(ROLES_PER_BATCH) {
            let answers = self.read(chunk, wave.strong).await?;
            for (id, answer) in chunk.iter().zip(answers) {
                match answer {
                    Ok(answer) => {
                        rows.insert(*id, Vec::from(answer));
                    }
                    Err(error) if error.is_not_found() || !wave.keys.contains(id) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }

    async fn read(self, roles: &[Id], strong: bool) -> Result<Vec<Result<RolePrivileges, Error>>, Error> {
        let paths = roles.iter().map(|role| format!("RetrieveRolePrivilegesRole(RoleId={role})"));
        let requests = paths.map(Request::get).map(|request| if strong { request.strong() } else { request });
        self.0.read_all(requests.collect()).await
    }
}

fn wire(grants: &[Grant]) -> Vec<Value> {
    grants.iter().map(|grant| json!({ "PrivilegeId": grant.privilege_id, "Depth": grant.depth })).collect()
}
