//! Users the admin API has added: they exist after a while, not at once.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::rules::{entra_users, licenses};
use crate::schema::TableId;
use crate::seed::ADMIN_TEMPLATE;
use crate::store::PairKind;
use crate::world::World;

/// Who was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A person, by object id.
    Person(Uuid),
    /// An application, by client id.
    Application(Uuid),
}

/// A user on its way into the environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    who: Who,
    due: Instant,
    hidden_reads: u32,
}

/// Lets a user arrive as soon as the switches allow.
pub(super) fn announce(world: &mut World, who: Who) {
    if !world.arriving.iter().any(|arrival| arrival.who == who) {
        let due = Instant::now() + Duration::from_millis(world.switches.added_user_delay_ms);
        let hidden_reads = world.switches.added_user_hidden_reads;
        world.arriving.push(Arrival { who, due, hidden_reads });
    }
    settle(world, false);
}

/// Creates the users whose time has come. `reading_users` tells that the request reads users, which is counted.
pub(crate) fn settle(world: &mut World, reading_users: bool) {
    if world.arriving.is_empty() {
        return;
    }
    let now = Instant::now();
    let mut waiting = Vec::new();
    for mut arrival in std::mem::take(&mut world.arriving) {
        if arrival.hidden_reads == 0 && arrival.due <= now {
            arrive(world, arrival.who);
            continue;
        }
        arrival.hidden_reads = arrival.hidden_reads.saturating_sub(u32::from(reading_users));
        waiting.push(arrival);
    }
    world.arriving = waiting;
}

fn arrive(world: &mut World, who: Who) {
    match who {
        Who::Person(object_id) => {
            if entra_users::person_row(&world.store, object_id).is_none() {
                entra_users::add_person(world, object_id);
            }
            licenses::apply(world, object_id);
        }
        Who::Application(client_id) => {
            if !world.store.rows_by(TableId::SystemUser, "applicationid", client_id).is_empty() {
                return;
            }
            let Some(user) = entra_users::add_application(world, client_id) else { return };
            let unit = user.guid("businessunitid");
            let roles = world.store.rows_by(TableId::Role, "roletemplateid", ADMIN_TEMPLATE);
            let role = roles.iter().find(|role| role.guid("businessunitid") == unit);
            if let Some(role) = role.filter(|_| world.switches.added_application_is_administrator) {
                world.store.link(PairKind::UserRole, user.id, role.id);
            }
        }
    }
}
