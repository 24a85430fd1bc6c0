//! Who holds a role: a user or a team.

use std::fmt;
use std::sync::Arc;

use tf_provider::framework::Fault;

use super::RoleAssignment;
use crate::dataverse::tables::system_user::SystemUser;
use crate::dataverse::tables::team::{Exchange, Team};
use crate::dataverse::{Error, Id};
use crate::provider::Api;
use crate::references::Unresolved;

/// The key of a user or team. Shown as `user/<id>` or `team/<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A user.
    User(Id),
    /// A team.
    Team(Id),
}

/// A user or team that is there.
pub(super) enum Principal {
    /// A user.
    User(Arc<SystemUser>),
    /// A team.
    Team(Arc<Team>),
}

impl Principal {
    /// Its id.
    pub(super) fn id(&self) -> Id {
        match self {
            Principal::User(user) => user.id,
            Principal::Team(team) => team.id,
        }
    }

    /// Its business unit.
    pub(super) fn unit(&self) -> Id {
        match self {
            Principal::User(user) => user.business_unit_id,
            Principal::Team(team) => team.business_unit_id,
        }
    }

    /// Ids of the copies that it holds itself.
    pub(super) fn roles(&self) -> &[Id] {
        match self {
            Principal::User(user) => &user.role_ids,
            Principal::Team(team) => &team.role_ids,
        }
    }
}

impl Who {
    /// Whom a model names, once that is known.
    pub(super) fn of(model: &RoleAssignment) -> Option<Who> {
        let id = |text: Option<&str>| text.and_then(|text| Id::parse(text).ok());
        id(model.user_id.text()).map(Who::User).or_else(|| id(model.team_id.text()).map(Who::Team))
    }

    /// `user` or `team`.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Who::User(_) => "user",
            Who::Team(_) => "team",
        }
    }

    /// The attribute that names it.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Who::User(_) => "user_id",
            Who::Team(_) => "team_id",
        }
    }

    /// The id.
    pub(super) fn id(self) -> Id {
        match self {
            Who::User(id) | Who::Team(id) => id,
        }
    }

    /// The row.
    pub(super) async fn find(self, api: &Api) -> Result<Option<Principal>, Error> {
        Ok(match self {
            Who::User(id) => api.client.system_users().get(id).await?.map(Principal::User),
            Who::Team(id) => api.client.teams().get(id).await?.map(Principal::Team),
        })
    }

    /// The user or team of an id.
    pub(super) async fn search(api: &Api, id: Id) -> Result<Option<(Who, Principal)>, Error> {
        for who in [Who::User(id), Who::Team(id)] {
            if let Some(principal) = who.find(api).await? {
                return Ok(Some((who, principal)));
            }
        }
        Ok(None)
    }

    /// Gives it a copy of a role.
    pub(super) async fn assign(self, api: &Api, role: Id) -> Result<(), Error> {
        match self {
            Who::User(id) => api.client.system_users().assign_role(id, role).await,
            Who::Team(id) => {
                let roles = Exchange { add: &[role], remove: &[] };
                api.client.teams().update(id, Default::default(), roles, Exchange::default()).await
            }
        }
    }

    /// Takes a copy of a role away from it.
    pub(super) async fn unassign(self, api: &Api, role: Id) -> Result<(), Error> {
        match self {
            Who::User(id) => api.client.system_users().unassign_role(id, role).await,
            Who::Team(id) => {
                let roles = Exchange { add: &[], remove: &[role] };
                api.client.teams().update(id, Default::default(), roles, Exchange::default()).await
            }
        }
    }

    /// What to say when it is not there.
    pub(super) fn missing(self) -> Fault {
        Unresolved::Missing(self.missing_text()).into()
    }

    /// As [`Who::missing`].
    pub(super) fn missing_text(self) -> String {
        let hint = match self {
            Who::User(_) => "Use the id of a user or application user.",
            Who::Team(_) => "Use the id of a team.",
        };
        format!("The environment has no {} with the id {}. {hint}", self.noun(), self.id())
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.noun(), self.id())
    }
}
