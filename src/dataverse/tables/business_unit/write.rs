//! Creating, changing and deleting business units.

use serde::Deserialize;

use super::BusinessUnitTable;
use crate::dataverse::error::Error;
use crate::dataverse::http::Request;
use crate::dataverse::id::Id;
use crate::dataverse::odata::{Query, row};
use crate::dataverse::shared::Afterwards;
use crate::dataverse::tables::changes::Changes;

/// Most users and teams that [`Occupants`] names.
const NAMED: usize = 20;

/// A business unit to be created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBusinessUnit {
    /// Primary key, chosen by us ([`Id::random`]), so that a lost answer is recognised.
    pub id: Id,
    /// Name.
    pub name: String,
    /// The unit above.
    pub parent_id: Id,
    /// Whether the unit is disabled at once.
    pub is_disabled: bool,
    /// Columns of [`TEXTS`](super::TEXTS) to set.
    pub texts: Changes,
}

/// What keeps a business unit from being deleted ("Delete a business unit"): each list holds names for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Occupants {
    /// Units directly below.
    pub units: Vec<String>,
    /// Some of the users in the unit.
    pub users: Vec<String>,
    /// Some of the deleted users whose rows are still there, which may be in the way too.
    pub deleted_users: Vec<String>,
    /// Some of the teams in the unit, the default team aside.
    pub teams: Vec<String>,
}

#[derive(Deserialize)]
struct UserRow {
    fullname: Option<String>,
    domainname: Option<String>,
    deletedstate: Option<i32>,
}

#[derive(Deserialize)]
struct TeamRow {
    name: Option<String>,
}

impl BusinessUnitTable<'_> {
    /// Creates a unit. The service gives it a default team and a copy of each role of the units above, which takes
    /// seconds.
    ///
    /// # Errors
    /// [`ErrorKind::NameTaken`](crate::dataverse::ErrorKind::NameTaken) when the unit above has one of that name.
    pub async fn create(self, unit: &NewBusinessUnit) -> Result<(), Error> {
        let columns = Changes(unit.texts.0.clone())
            .set("businessunitid", unit.id)
            .set("name", unit.name.as_str())
            .lookup("parentbusinessunitid", "businessunits", Some(unit.parent_id));
        let mut operations = vec![Request::post("businessunits", columns.into_value()).replayable()];
        if unit.is_disabled {
            operations.push(disabling(unit.id, true));
        }
        let _changed = self.changing(Written::Tree);
        let result = self.0.change_set(operations).await;
        self.0.settle_create(result, "businessunits", "businessunitid", unit.id).await
    }

    /// Changes columns. The roles below a unit that moves are made anew by the service, and with them go assignments.
    ///
    /// # Errors
    /// [`ErrorKind::LastAdministrator`](crate::dataverse::ErrorKind::LastAdministrator),
    /// [`ErrorKind::NameTaken`](crate::dataverse::ErrorKind::NameTaken) and others.
    pub async fn update(self, id: Id, changes: Changes) -> Result<(), Error> {
        if changes.is_empty() {
            return Ok(());
        }
        let moves = changes.0.contains_key("parentbusinessunitid@odata.bind");
        let _changed = self.changing(if moves { Written::Place } else { Written::Row });
        self.0.send(Request::patch(row("businessunits", id), changes.into_value())).await.map(drop)
    }

    /// Deletes a disabled unit with its default team and its copies of roles. A unit that is gone is a success.
    ///
    /// # Errors
    /// [`ErrorKind::InUse`](crate::dataverse::ErrorKind::InUse) while units, users or teams are in it.
    pub async fn delete(self, id: Id) -> Result<(), Error> {
        let _changed = self.changing(Written::Tree);
        match self.0.send(Request::delete(row("businessunits", id)).replayable()).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Enables or disables a unit, with all below it.
    ///
    /// # Errors
    /// [`ErrorKind::LastAdministrator`](crate::dataverse::ErrorKind::LastAdministrator) and others.
    pub async fn set_disabled(self, id: Id, is_disabled: bool) -> Result<(), Error> {
        let _changed = self.changing(Written::Row);
        self.0.send(disabling(id, is_disabled)).await.map(drop)
    }

    /// What is in a unit now.
    ///
    /// # Errors
    /// Those of a query.
    pub async fn occupants(self, id: Id) -> Result<Occupants, Error> {
        let units = self.all().await?;
        let users = Query::of("systemusers")
            .select(&["systemuserid", "fullname", "domainname", "deletedstate"])
            .filter(format!("_businessunitid_value eq {id}"))
            .order_by("deletedstate")
            .page_size(NAMED)
            .strong_if(true);
        let teams = Query::of("teams")
            .select(&["teamid", "name"])
            .filter(format!("_businessunitid_value eq {id} and isdefault eq false"))
            .page_size(NAMED)
            .strong_if(true);
        let (users, teams) =
            futures::future::try_join(self.0.page::<UserRow>(&users), self.0.page::<TeamRow>(&teams)).await?;
        let (deleted, users): (Vec<UserRow>, Vec<UserRow>) =
            users.value.into_iter().partition(|user| user.deletedstate.unwrap_or_default() != 0);
        let names = |users: Vec<UserRow>| {
            users.into_iter().filter_map(|user| user.fullname.or(user.domainname)).collect::<Vec<_>>()
        };
        Ok(Occupants {
            units: units
                .iter()
                .filter(|unit| unit.parent_id == Some(id))
                .map(|unit| unit.name.clone())
                .collect(),
            users: names(users),
            deleted_users: names(deleted),
            teams: teams.value.into_iter().filter_map(|team| team.name).collect(),
        })
    }

    /// Marks what a write touches, when it ends.
    fn changing(self, written: Written) -> impl Drop {
        let client = self.0.clone();
        Afterwards(move || {
            let shared = client.shared();
            shared.business_units.invalidate();
            // The default team bears the name of its unit.
            shared.teams.invalidate_where(|team| team.is_default);
            shared.teams_by_name.invalidate_where(|teams| teams.iter().any(|team| team.is_default));
            shared.teams_by_name.invalidate_absent();
            if written != Written::Row {
                // A new unit comes with a default team.
                shared.teams.forget_absence();
                shared.roles.invalidate();
            }
            if written == Written::Place {
                // Copies that go take their assignments along.
                shared.users.invalidate_where(|_| true);
                shared.teams.invalidate_where(|_| true);
            }
        })
    }
}

/// What a write touches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    /// The row of the unit.
    Row,
    /// That the unit is there, with copies of roles.
    Tree,
    /// Where the unit is in the tree, and with it the copies of roles below.
    Place,
}

fn disabling(id: Id, is_disabled: bool) -> Request {
    Request::patch(row("businessunits", id), Changes::new().set("isdisabled", is_disabled).into_value())
}
