//! The teams of users.

use std::collections::HashMap;
use std::sync::Arc;

use super::TeamTable;
use super::row::{COLUMNS, ROLES, Row, Team};
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Page, Query};
use crate::dataverse::shared::{Loaded, Wave};

/// Users per batch.
const USERS_PER_BATCH: usize = 100;

impl TeamTable<'_> {
    /// The teams of a user with their roles, or `None` when there is no such user. Never from what was read before, since
    /// members of teams change in many ways; users asked for at the same time share one request.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn of_member(self, user: Id) -> Result<Option<Arc<Vec<Team>>>, Error> {
        self.0.shared().teams_by_member.get_fresh(&user, |wave| self.load_of_members(wave)).await
    }

    async fn load_of_members(self, wave: Wave<Id>) -> Result<Loaded<Id, Vec<Team>>, Error> {
        let mut rows = HashMap::new();
        for chunk in wave.keys.chunks(USERS_PER_BATCH) {
            let requests = chunk.iter().map(|id| {
                let query = Query::of(format!("systemusers({id})/teammembership_association"));
                Request::get(query.select(&COLUMNS).expand(ROLES).path()).strong()
            });
            let answers = self.0.read_all::<Page<Row>>(requests.collect()).await?;
            for (id, answer) in chunk.iter().zip(answers) {
                match answer {
                    Ok(page) => {
                        rows.insert(*id, page.value.into_iter().map(Team::from).collect());
                    }
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Loaded { rows, whole: false, whole_refused: false })
    }
}
