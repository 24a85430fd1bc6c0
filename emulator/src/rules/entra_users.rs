//! Users that Entra brings: people addressed by their key, and whoever the admin API adds.

use std::sync::Arc;

use uuid::Uuid;

use super::users::{join_default_team, root_unit};
use crate::directory::{Existence, Person};
use crate::errors::ApiError;
use crate::schema::TableId;
use crate::seed::{add_settings, fill_application, fill_person, full_name, user_defaults};
use crate::store::{Row, Store, Val};
use crate::world::World;

/// The user of a person: the one that is not deleted, if there are several rows.
pub(crate) fn person_row(store: &Store, object_id: Uuid) -> Option<Arc<Row>> {
    let rows = store.rows_by(TableId::SystemUser, "azureactivedirectoryobjectid", object_id);
    rows.iter().find(|row| row.int("deletedstate") != Some(1)).or(rows.first()).cloned()
}

/// Adds a person who is addressed by the Entra key, to the root business unit.
pub(crate) fn just_in_time(world: &mut World, object_id: Uuid) -> Result<Option<Arc<Row>>, ApiError> {
    let Some(row) = add_person(world, object_id) else { return Ok(None) };
    super::licenses::apply(world, object_id);
    super::group_teams::gather(world, row.id);
    Ok(world.store.row(TableId::SystemUser, row.id))
}

/// Adds a person of the directory to the root business unit, if the person may be a user: enabled in Entra, and
/// licensed or a tenant administrator. An administrator without a license only administers.
pub(crate) fn add_person(world: &mut World, object_id: Uuid) -> Option<Arc<Row>> {
    let person = world.directory.person(object_id).cloned()?;
    let entitled = person.licensed || person.tenant_admin;
    if person.state != Existence::Exists || !entitled || !admitted(world, &person) {
        return None;
    }
    Some(add(world, |row| {
        fill_person(row, &person);
        full_name(row);
        if !person.licensed {
            row.set("accessmode", Val::Int(1));
            row.set("setupuser", Val::Bool(true));
        }
    }))
}

/// Adds an application of the directory to the root business unit.
pub(crate) fn add_application(world: &mut World, client_id: Uuid) -> Option<Arc<Row>> {
    let principal = world.directory.application(client_id).cloned()?;
    Some(add(world, |row| fill_application(row, &principal)))
}

fn add(world: &mut World, fill: impl FnOnce(&mut Row)) -> Arc<Row> {
    let unit = root_unit(&world.store);
    let mut row = Row::new(TableId::SystemUser, Uuid::new_v4());
    user_defaults(&mut row);
    fill(&mut row);
    row.set("businessunitid", Val::Guid(unit));
    row.set("organizationid", Val::Guid(world.organization()));
    row.set("createdon", crate::read::now());
    row.set("modifiedon", crate::read::now());
    let row = world.store.put(row);
    add_settings(&mut world.store, &row);
    join_default_team(&mut world.store, row.id, unit);
    row
}

/// Whether the security group of the environment admits a person; it does not hold for tenant administrators.
pub(crate) fn admitted(world: &World, person: &Person) -> bool {
    let group = world.switches.environment_security_group;
    person.tenant_admin || group.is_none_or(|group| world.directory.in_group(group, 0, person.object_id))
}
