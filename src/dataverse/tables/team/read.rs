//! Finding teams and their members.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::TeamTable;
use super::row::{COLUMNS, ROLES, Row, Team};
use crate::dataverse::error::Error;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{IDS_PER_QUERY, Query, are_one_of_texts, is_one_of};
use crate::dataverse::shared::{Loaded, Wave};
use crate::dataverse::tables::whole::whole;

#[derive(Deserialize)]
struct Membership {
    teamid: Id,
    systemuserid: Id,
}

impl TeamTable<'_> {
    /// The team of this id with its roles. Teams asked for at the same time share one request; see
    /// [`shared`](crate::dataverse::shared).
    ///
    /// # Errors
    /// Those of a query.
    pub async fn get(self, id: Id) -> Result<Option<Arc<Team>>, Error> {
        self.0.shared().teams.get(&id, |wave| self.load(wave)).await
    }

    /// As [`TeamTable::get`], but never from what was read before.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn get_fresh(self, id: Id) -> Result<Option<Arc<Team>>, Error> {
        self.0.shared().teams.get_fresh(&id, |wave| self.load(wave)).await
    }

    /// Ids of the users in a team; none for a team that does not exist. Shared as [`TeamTable::get`] is.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn members(self, id: Id) -> Result<Arc<BTreeSet<Id>>, Error> {
        let members = self.0.shared().team_members.get(&id, |wave| self.load_members(wave)).await?;
        Ok(members.unwrap_or_default())
    }

    /// As [`TeamTable::members`], but never from what was read before.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn members_fresh(self, id: Id) -> Result<Arc<BTreeSet<Id>>, Error> {
        let members = self.0.shared().team_members.get_fresh(&id, |wave| self.load_members(wave)).await?;
        Ok(members.unwrap_or_default())
    }

    /// All teams of a name, whatever its case. Names asked for at the same time share one request.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn named(self, name: &str) -> Result<Vec<Team>, Error> {
        let load = |wave: Wave<String>| async move {
            let filters = are_one_of_texts("name", &wave.keys);
            self.load_by(filters, wave.strong, |team| Some(name_key(&team.name))).await
        };
        let rows = self.0.shared().teams_by_name.get(&name_key(name), load).await?;
        Ok(rows.map(|rows| rows.to_vec()).unwrap_or_default())
    }

    /// All teams of an Entra group, of any membership type. Asks by `$filter`: the alternate key would create a team.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn of_entra_group(self, group: Id) -> Result<Vec<Team>, Error> {
        let load = |wave: Wave<Id>| async move {
            let column = "azureactivedirectoryobjectid";
            let filters = wave.keys.chunks(IDS_PER_QUERY).map(|chunk| is_one_of(column, chunk)).collect();
            self.load_by(filters, wave.strong, |team| team.entra_group_id).await
        };
        let rows = self.0.shared().teams_by_entra_group.get(&group, load).await?;
        Ok(rows.map(|rows| rows.to_vec()).unwrap_or_default())
    }

    /// All teams but the access teams, which the service makes by itself when rows are shared.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn all(self) -> Result<Vec<Team>, Error> {
        self.rows(&teams().filter("teamtype ne 1")).await
    }

    /// All access teams.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn access(self) -> Result<Vec<Team>, Error> {
        self.rows(&teams().filter("teamtype eq 1")).await
    }

    async fn load(self, wave: Wave<Id>) -> Result<Loaded<Id, Team>, Error> {
        let mut loaded = Loaded { rows: HashMap::new(), whole: false, whole_refused: false };
        if wave.tries_whole() {
            let trial = whole::<_, Row>(self.0, teams().strong_if(wave.strong), &wave).await?;
            loaded.rows = trial.rows.into_iter().map(Team::from).map(|team| (team.id, team)).collect();
            (loaded.whole, loaded.whole_refused) = (trial.whole, !trial.whole);
        }
        if loaded.whole {
            return Ok(loaded);
        }
        let missing: Vec<Id> = wave.keys.iter().filter(|id| !loaded.rows.contains_key(id)).copied().collect();
        for chunk in missing.chunks(IDS_PER_QUERY) {
            let rows = self.rows(&teams().filter(is_one_of("teamid", chunk)).strong_if(wave.strong)).await?;
            loaded.rows.extend(rows.into_iter().map(|team| (team.id, team)));
        }
        Ok(loaded)
    }

    async fn load_members(self, wave: Wave<Id>) -> Result<Loaded<Id, BTreeSet<Id>>, Error> {
        let mut loaded = Loaded { rows: HashMap::new(), whole: false, whole_refused: false };
        if wave.tries_whole() {
            let trial = whole(self.0, memberships().strong_if(wave.strong), &wave).await?;
            if trial.whole {
                return Ok(Loaded { rows: by_team(trial.rows), whole: true, whole_refused: false });
            }
            // A page of pairs may hold a part of a team only, so it tells nothing.
            loaded.whole_refused = true;
        }
        for chunk in wave.keys.chunks(IDS_PER_QUERY) {
            let query = memberships().filter(is_one_of("teamid", chunk)).strong_if(wave.strong);
            loaded.rows.extend(by_team(self.0.rows(&query).await?));
        }
        Ok(loaded)
    }

    async fn load_by<K: Eq + std::hash::Hash>(
        self,
        filters: Vec<String>,
        strong: bool,
        key: impl Fn(&Team) -> Option<K>,
    ) -> Result<Loaded<K, Vec<Team>>, Error> {
        let mut rows: HashMap<K, Vec<Team>> = HashMap::new();
        for filter in filters {
            for team in self.rows(&teams().filter(filter).strong_if(strong)).await? {
                if let Some(key) = key(&team) {
                    rows.entry(key).or_default().push(team);
                }
            }
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }

    async fn rows(self, query: &Query) -> Result<Vec<Team>, Error> {
        let rows: Vec<Row> = self.0.rows(query).await?;
        Ok(rows.into_iter().map(Team::from).collect())
    }
}

fn teams() -> Query {
    Query::of("teams").select(&COLUMNS).expand(ROLES)
}

fn memberships() -> Query {
    Query::of("teammemberships").select(&["teamid", "systemuserid"])
}

fn by_team(rows: Vec<Membership>) -> HashMap<Id, BTreeSet<Id>> {
    let mut teams: HashMap<Id, BTreeSet<Id>> = HashMap::new();
    for row in rows {
        teams.entry(row.teamid).or_default().insert(row.systemuserid);
    }
    teams
}

/// What the service takes for the same name: it passes over case and spaces at the end.
pub(super) fn name_key(name: &str) -> String {
    name.trim_end().to_lowercase()
}
