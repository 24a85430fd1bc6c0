//! What a user may do: the privileges of its own roles and of the roles of its teams, with the ways by which they come.

use std::collections::BTreeMap;

use futures::future::try_join_all;

use crate::dataverse::tables::Depth;
use crate::dataverse::tables::role::{Inheritance, Role};
use crate::dataverse::tables::system_user::SystemUser;
use crate::dataverse::tables::team::Team;
use crate::dataverse::{Error, Id};
use crate::provider::Api;

/// One way by which a user holds a privilege.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// How far it reaches.
    pub depth: Depth,
    /// Original of the role.
    pub role_id: Id,
    /// Name of the role.
    pub role_name: String,
    /// Id and name of the team that holds the role; `None` for a role of the user itself.
    pub team: Option<(Id, String)>,
    /// The privilege is for rows of the team alone, and not for the user's own: it comes through a team, at Basic depth, and
    /// the role's Basic privileges are not inherited by members (`isinherited` 0).
    pub team_rows_only: bool,
}

/// The privileges of a user: name, and all ways.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held(pub BTreeMap<Id, (String, Vec<Way>)>);

impl Held {
    /// The deepest level at which a privilege is held.
    pub fn deepest(&self, privilege: Id) -> Option<Depth> {
        self.0.get(&privilege)?.1.iter().map(|way| way.depth).max()
    }
}

/// The privileges of `user`. Rights are additive and the deepest level wins; there is no denial.
///
/// # Errors
/// Those of the queries.
pub async fn of_user(api: &Api, user: &SystemUser) -> Result<Held, Error> {
    let own = user.role_ids.iter().map(|role| (*role, None));
    let teams = api.client.teams().of_member(user.id).await?.unwrap_or_default();
    of_roles(api, own.chain(teams.iter().flat_map(through)).collect()).await
}

/// The privileges of a team, which its own rows are reached by.
///
/// # Errors
/// Those of the queries.
pub async fn of_team(api: &Api, team: &Team) -> Result<Held, Error> {
    of_roles(api, through(team).collect()).await
}

fn through(team: &Team) -> impl Iterator<Item = (Id, Option<&Team>)> {
    team.role_ids.iter().map(move |role| (*role, Some(team)))
}

/// The privileges of roles, each held by the user itself or by a team.
async fn of_roles(api: &Api, held: Vec<(Id, Option<&Team>)>) -> Result<Held, Error> {
    let roles = api.client.roles().all().await?;
    // A copy has the privileges of its original.
    let held: Vec<(&Role, Option<&Team>)> =
        held.into_iter().filter_map(|(id, team)| Some((roles.root_of(id)?, team))).collect();
    let table = api.client.role_privileges();
    let grants = try_join_all(held.iter().map(|(role, _)| table.get(role.id))).await?;
    let mut all = Held::default();
    for ((role, team), grants) in held.iter().zip(grants) {
        for grant in grants.iter().flat_map(|grants| grants.iter()) {
            let way = Way {
                depth: grant.depth,
                role_id: role.id,
                role_name: role.name.clone(),
                team: team.map(|team| (team.id, team.name.clone())),
                team_rows_only: team.is_some()
                    && grant.depth == Depth::Basic
                    && role.inheritance == Inheritance::TeamOnly,
            };
            let entry = all.0.entry(grant.privilege_id);
            entry.or_insert_with(|| (grant.privilege_name.clone(), Vec::new())).1.push(way);
        }
    }
    Ok(all)
}
