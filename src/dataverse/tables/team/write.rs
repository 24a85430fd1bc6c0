//! Creating, changing and deleting teams.

use serde_json::{Value, json};

use super::TeamTable;
use super::read::name_key;
use super::row::NewTeam;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::row;
use crate::dataverse::shared::Afterwards;
use crate::dataverse::tables::changes::Changes;
use crate::dataverse::tables::pairs::{is_settled, unpairing};

/// Roles (ids of copies) or members to add to a team and to remove from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Exchange<'a> {
    /// To add.
    pub add: &'a [Id],
    /// To remove.
    pub remove: &'a [Id],
}

impl TeamTable<'_> {
    /// Creates a team with its roles and members: all or nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Duplicate`](crate::dataverse::ErrorKind::Duplicate) when the business unit has a team of that name or
    /// the group a team of that membership type,
    /// [`ErrorKind::WrongBusinessUnit`](crate::dataverse::ErrorKind::WrongBusinessUnit) and others.
    pub async fn create(self, team: &NewTeam, roles: &[Id], members: &[Id]) -> Result<(), Error> {
        let collection = roles_of(team.id);
        let mut operations = vec![Request::post("teams", team.columns().into_value()).replayable()];
        operations.extend(roles.iter().map(|role| self.0.role_pairing(&collection, *role)));
        operations.extend(membership("AddMembersTeam", team.id, members));
        let _changed = self.changing(team.id, Some(name_key(&team.name)), team.entra_group_id);
        let result = self.0.change_set(operations).await;
        self.0.settle_create(result, "teams", "teamid", team.id).await
    }

    /// Changes columns, then adds roles and members, then removes some: all or nothing. A change of business unit takes
    /// all roles away before the new ones are added.
    ///
    /// Roles that are there already, or gone already, are no error.
    ///
    /// # Errors
    /// As [`TeamTable::create`].
    pub async fn update(
        self,
        id: Id,
        changes: Changes,
        roles: Exchange<'_>,
        members: Exchange<'_>,
    ) -> Result<(), Error> {
        let name = changes.0.get("name").and_then(Value::as_str).map(name_key);
        let collection = roles_of(id);
        let mut operations = Vec::new();
        if !changes.is_empty() {
            operations.push(Request::patch(row("teams", id), changes.into_value()));
        }
        operations.extend(roles.add.iter().map(|role| self.0.role_pairing(&collection, *role)));
        operations.extend(membership("AddMembersTeam", id, members.add));
        operations.extend(roles.remove.iter().map(|role| unpairing(&collection, *role)));
        operations.extend(membership("RemoveMembersTeam", id, members.remove));
        let _changed = self.changing(id, name, None);
        match self.0.change_set(operations.clone()).await {
            // A pair that was there or gone fails the whole set; one by one it does not matter.
            Err(error) if (error.is_duplicate() || error.is_not_found()) && operations.len() > 1 => {
                self.0.send_settled(operations).await
            }
            Err(error) if is_settled(&error, &operations) => Ok(()),
            result => result,
        }
    }

    /// Deletes a team. A team that is gone is a success.
    ///
    /// # Errors
    /// [`ErrorKind::InUse`](crate::dataverse::ErrorKind::InUse) while it owns rows,
    /// [`ErrorKind::ProtectedRole`](crate::dataverse::ErrorKind::ProtectedRole) for a default team.
    pub async fn delete(self, id: Id) -> Result<(), Error> {
        let _changed = self.changing(id, None, None);
        match self.0.send(Request::delete(row("teams", id)).replayable()).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Marks what a write touches when it ends: the team, and those who asked for a name or group in vain.
    fn changing(self, id: Id, name: Option<String>, group: Option<Id>) -> impl Drop {
        let client = self.0.clone();
        Afterwards(move || {
            let shared = client.shared();
            shared.team_changed(id);
            if let Some(name) = &name {
                shared.teams_by_name.invalidate(name);
            }
            if let Some(group) = &group {
                shared.teams_by_entra_group.invalidate(group);
            }
        })
    }
}

fn roles_of(team: Id) -> String {
    format!("teams({team})/teamroles_association")
}

/// The action that adds or removes members, if there are any. Carrying it out twice leaves the same as once.
fn membership(action: &str, team: Id, members: &[Id]) -> Option<Request> {
    let members: Vec<Value> = members
        .iter()
        .map(|user| json!({ "@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": user.to_string() }))
        .collect();
    (!members.is_empty()).then(|| {
        let path = format!("teams({team})/Microsoft.Dynamics.CRM.{action}");
        Request::post(path, json!({ "Members": members })).replayable()
    })
}
