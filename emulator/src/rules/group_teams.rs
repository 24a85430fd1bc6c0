//! Teams of Entra groups: made and filled just in time.

use std::sync::Arc;

use uuid::Uuid;

use super::teams::blank;
use super::users::root_unit;
use crate::access::Right;
use crate::call::Call;
use crate::errors::ApiError;
use crate::schema::TableId;
use crate::store::{PairKind, Row, Store, Val};
use crate::world::World;

/// Whether a team is that of an Entra group.
pub(crate) fn is_group_team(team: &Row) -> bool {
    matches!(team.int("teamtype"), Some(2 | 3))
}

/// The team of a group and membership type.
pub(crate) fn team_of(store: &Store, group: Uuid, membership: i64) -> Option<Arc<Row>> {
    let teams = store.rows_by(TableId::Team, "azureactivedirectoryobjectid", group);
    teams.into_iter().find(|team| team.int("membershiptype") == Some(membership))
}

/// The team of a group, created in the root business unit when there is none; nothing when the directory does
/// not know the group.
pub(crate) fn just_in_time(
    call: &mut Call<'_>,
    group: Uuid,
    membership: i64,
) -> Result<Option<Arc<Row>>, ApiError> {
    if let Some(team) = team_of(call.store(), group, membership) {
        return Ok(Some(team));
    }
    let Some(group) = call.world.directory.group(group).cloned() else { return Ok(None) };
    if !(0..=3).contains(&membership) {
        return Ok(None);
    }
    let unit = root_unit(call.store());
    call.caller.need(call.store(), TableId::Team, Right::Create)?;
    call.caller.need_create(call.store(), TableId::Team, Some(unit))?;
    let row = blank(call, Row::new(TableId::Team, Uuid::new_v4()))
        .with("name", Val::text(&group.display_name))
        .with("businessunitid", Val::Guid(unit))
        .with("teamtype", Val::Int(group.kind.team_type()))
        .with("membershiptype", Val::Int(membership))
        .with("azureactivedirectoryobjectid", Val::Guid(group.object_id))
        .with("organizationid", Val::Guid(call.world.organization()))
        .with("createdon", crate::read::now())
        .with("modifiedon", crate::read::now())
        .with("createdby", Val::Guid(call.caller.user))
        .with("modifiedby", Val::Guid(call.caller.user));
    Ok(Some(call.store_mut().put(row)))
}

/// Lets a user join the teams of the groups it is in and leave those of the others, as when it signs in.
pub(crate) fn gather(world: &mut World, user: Uuid) {
    let teams: Vec<Arc<Row>> =
        world.store.rows(TableId::Team).filter(|team| is_group_team(team)).cloned().collect();
    if let Some(user) = world.store.row(TableId::SystemUser, user) {
        teams.iter().for_each(|team| settle(world, team, &user));
    }
}

/// Settles who is in the team of a group: every user the environment has, but nobody who is no user yet.
pub(crate) fn gather_team(world: &mut World, team: &Row) {
    let users: Vec<Arc<Row>> = world.store.rows(TableId::SystemUser).cloned().collect();
    users.iter().for_each(|user| settle(world, team, user));
}

fn settle(world: &mut World, team: &Row, user: &Row) {
    let group = team.guid("azureactivedirectoryobjectid");
    let membership = team.int("membershiptype").unwrap_or_default();
    let belongs = user.int("deletedstate") != Some(1)
        && group
            .zip(user.guid("azureactivedirectoryobjectid"))
            .is_some_and(|(group, object_id)| world.directory.in_group(group, membership, object_id));
    if belongs {
        world.store.link(PairKind::TeamMember, team.id, user.id);
    } else {
        world.store.unlink(PairKind::TeamMember, team.id, user.id);
    }
}
