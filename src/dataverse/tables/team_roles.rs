//! Teams with the roles that they hold, by team and by member.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::dataverse::client::Client;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{IDS_PER_QUERY, Page, Query, is_one_of};
use crate::dataverse::shared::{Loaded, Wave};

/// Users per batch.
const USERS_PER_BATCH: usize = 100;
/// `teamtype` of a team that can hold no roles and own no rows.
const ACCESS: i32 = 1;

/// A team and its roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRoles {
    /// Primary key.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Whether it is an access team, which can hold no roles.
    pub is_access_team: bool,
    /// Ids of the role copies that the team holds. Sorted.
    pub role_ids: Vec<Id>,
}

#[derive(Deserialize)]
struct Row {
    teamid: Id,
    name: Option<String>,
    teamtype: Option<i32>,
    #[serde(default)]
    teamroles_association: Vec<RoleRow>,
}

#[derive(Deserialize)]
struct RoleRow {
    roleid: Id,
}

impl From<Row> for TeamRoles {
    fn from(row: Row) -> TeamRoles {
        let mut role_ids: Vec<Id> = row.teamroles_association.into_iter().map(|role| role.roleid).collect();
        role_ids.sort_unstable();
        TeamRoles {
            id: row.teamid,
            name: row.name.unwrap_or_default(),
            is_access_team: row.teamtype == Some(ACCESS),
            role_ids,
        }
    }
}

/// Reads of teams with their roles. Nothing is given from what was read before, since members and roles of teams change
/// in many ways; those who ask at the same time share one request.
#[derive(Debug, Clone, Copy)]
pub struct TeamRoleTable<'a>(&'a Client);

impl Client {
    /// Reads of teams with their roles.
    pub fn team_roles(&self) -> TeamRoleTable<'_> {
        TeamRoleTable(self)
    }
}

impl TeamRoleTable<'_> {
    /// A team, or `None` when there is no such team.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn of_team(self, id: Id) -> Result<Option<Arc<TeamRoles>>, Error> {
        self.0.shared().team_roles.get_fresh(&id, |wave| self.load_teams(wave)).await
    }

    /// The teams of a user, or `None` when there is no such user.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn of_member(self, user: Id) -> Result<Option<Arc<Vec<TeamRoles>>>, Error> {
        self.0.shared().user_teams.get_fresh(&user, |wave| self.load_members(wave)).await
    }

    async fn load_teams(self, wave: Wave<Id>) -> Result<Loaded<Id, TeamRoles>, Error> {
        let mut rows = HashMap::new();
        for chunk in wave.keys.chunks(IDS_PER_QUERY) {
            let query = teams("teams").filter(is_one_of("teamid", chunk)).strong_if(wave.strong);
            let found: Vec<Row> = self.0.rows(&query).await?;
            rows.extend(found.into_iter().map(TeamRoles::from).map(|team| (team.id, team)));
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }

    async fn load_members(self, wave: Wave<Id>) -> Result<Loaded<Id, Vec<TeamRoles>>, Error> {
        let mut rows = HashMap::new();
        for chunk in wave.keys.chunks(USERS_PER_BATCH) {
            let paths =
                chunk.iter().map(|id| teams(&format!("systemusers({id})/teammembership_association")).path());
            let requests = paths.map(|path| Request::get(path).strong()).collect();
            let answers = self.0.read_all::<Page<Row>>(requests).await?;
            for (id, answer) in chunk.iter().zip(answers) {
                match answer {
                    Ok(page) => {
                        rows.insert(*id, page.value.into_iter().map(TeamRoles::from).collect());
                    }
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }
}

fn teams(path: &str) -> Query {
    Query::of(path).select(&["teamid", "name", "teamtype"]).expand("teamroles_association($select=roleid)")
}
