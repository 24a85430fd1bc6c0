//! A role that an environment starts with.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::step::send;
use crate::catalogue::catalogue;
use crate::rules::users::root_unit;
use crate::schema::TableId;
use crate::store::{Depth, Val};
use crate::world::World;

/// A role of the root business unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    name: String,
    /// Whether a managed solution brings it.
    #[serde(default)]
    managed: bool,
    /// Depths by the names of privileges, in addition to what every new role has.
    #[serde(default)]
    privileges: BTreeMap<String, Depth>,
}

impl Role {
    /// Makes the role the way an administrator would.
    pub(super) fn make(&self, world: &mut World) -> Result<(), String> {
        let privileges = self.privileges.iter().map(|(name, depth)| privilege(name, *depth));
        let privileges = privileges.collect::<Result<Vec<_>, _>>()?;
        let id = Uuid::new_v5(&world.organization(), format!("set up role {}", self.name).as_bytes());
        let unit = format!("businessunits({})", root_unit(&world.store));
        let role = json!({ "roleid": id, "name": self.name, "businessunitid@odata.bind": unit });
        send(world, "POST", "roles", None, &members(role))?;
        if !privileges.is_empty() {
            let action = format!("roles({id})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
            send(world, "POST", &action, None, &members(json!({ "Privileges": privileges })))?;
        }
        let row = world.store.row(TableId::Role, id).filter(|_| self.managed);
        if let Some(row) = row {
            let mut row = row.as_ref().clone();
            row.set("ismanaged", Val::Bool(true));
            world.store.put(row);
            world.store.commit();
        }
        Ok(())
    }
}

fn privilege(name: &str, depth: Depth) -> Result<Value, String> {
    let position = catalogue().position_of(name).ok_or_else(|| format!("there is no privilege '{name}'"))?;
    Ok(json!({ "PrivilegeId": catalogue().privilege(position).id, "Depth": depth.name() }))
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
