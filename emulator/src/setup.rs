//! What an environment holds beyond the seed: people, groups and applications of its tenant, users and rows.

mod role;
mod step;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use uuid::Uuid;

use crate::directory::{Directory, Group, Machine, Person, ServicePrincipal};
use crate::entra::Certificate;
use crate::rules::entra_users::person_row;
use crate::rules::licenses;
use crate::schema::TableId;
use crate::store::{PairKind, Row};
use crate::world::World;
use role::Role;
use step::Step;

/// A document that sets up an environment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Setup {
    people: Vec<Person>,
    groups: Vec<Group>,
    service_principals: Vec<ServicePrincipal>,
    machine: Machine,
    /// Object ids or user principal names of people who sign in, and so become users.
    sign_ins: Vec<String>,
    /// Roles of the root business unit, as a solution brings them.
    roles: Vec<Role>,
    /// The roles, by name, that such users get in their business unit.
    security_roles: BTreeMap<String, Vec<String>>,
    /// Requests of the Web API, carried out in their order.
    requests: Vec<Step>,
}

impl Setup {
    /// Reads a document.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let setup: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        for pem in setup.service_principals.iter().flat_map(|principal| &principal.certificates) {
            Certificate::parse(pem)?;
        }
        Ok(setup)
    }

    /// Adds what the document says. An error names what was refused; what came before it stays.
    pub(crate) fn apply(&self, world: &mut World) -> Result<(), String> {
        world.directory.merge(Directory {
            people: self.people.clone(),
            groups: self.groups.clone(),
            service_principals: self.service_principals.clone(),
            machine: self.machine.clone(),
        });
        self.people.iter().for_each(|person| licenses::apply(world, person.object_id));
        world.store.commit();
        // Nothing of this is a request that somebody made.
        let watch = std::mem::take(&mut world.watch);
        let done = self.carry_out(world);
        world.watch = watch;
        world.store.commit();
        done
    }

    fn carry_out(&self, world: &mut World) -> Result<(), String> {
        for (position, name) in self.sign_ins.iter().enumerate() {
            let person =
                object_id(world, name).ok_or_else(|| format!("sign_ins[{position}]: {}", nobody(name)))?;
            if licenses::sign_in(world, person).is_none() {
                return Err(format!("sign_ins[{position}]: the person '{name}' may not be a user"));
            }
            world.store.commit();
        }
        for (position, role) in self.roles.iter().enumerate() {
            role.make(world).map_err(|why| format!("roles[{position}]: {why}"))?;
        }
        for (name, roles) in &self.security_roles {
            let given =
                user(world, name).and_then(|user| roles.iter().try_for_each(|role| give(world, &user, role)));
            given.map_err(|why| format!("security_roles['{name}']: {why}"))?;
        }
        world.store.commit();
        for (position, step) in self.requests.iter().enumerate() {
            step.carry_out(world).map_err(|why| format!("requests[{position}]: {why}"))?;
        }
        Ok(())
    }
}

fn object_id(world: &mut World, name: &str) -> Option<Uuid> {
    world.directory.person_mut(name).map(|person| person.object_id)
}

fn nobody(name: &str) -> String {
    format!("the directory has no person '{name}'")
}

/// The user of a person.
fn user(world: &mut World, name: &str) -> Result<Arc<Row>, String> {
    let person = object_id(world, name).ok_or_else(|| nobody(name))?;
    person_row(&world.store, person)
        .ok_or_else(|| format!("'{name}' is no user yet; add the name to 'sign_ins'"))
}

/// Gives a user the copy of a role in the user's business unit.
fn give(world: &mut World, user: &Row, name: &str) -> Result<(), String> {
    let unit = user.guid("businessunitid");
    let mut roles = world.store.rows(TableId::Role);
    let role = roles.find(|role| role.text("name") == Some(name) && role.guid("businessunitid") == unit);
    let role = role.map(|role| role.id).ok_or_else(|| format!("there is no role '{name}'"))?;
    drop(roles);
    world.store.link(PairKind::UserRole, user.id, role);
    Ok(())
}
