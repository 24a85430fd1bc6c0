//! Business units and teams.

use serde_json::{Value, json};

use super::name_of;
use super::users::label;
use crate::schema::TableId;
use crate::store::{PairKind, Row};
use crate::world::World;

/// The business units with their parents, and the teams with members and roles.
pub(super) fn list(world: &World) -> Value {
    let store = &world.store;
    let unit = |row: &Row, column| row.guid(column).and_then(|id| name_of(store, TableId::BusinessUnit, id));
    let units: Vec<Value> = store
        .rows(TableId::BusinessUnit)
        .map(|row| {
            json!({ "id": row.id, "name": row.text("name"), "parent": unit(row, "parentbusinessunitid"),
                "enabled": !row.flag("isdisabled"),
                "users": store.rows_by(TableId::SystemUser, "businessunitid", row.id).len() })
        })
        .collect();
    let teams: Vec<Value> = store
        .rows(TableId::Team)
        .map(|team| {
            let roles: Vec<Value> = store
                .rights(PairKind::TeamRole, team.id)
                .into_iter()
                .filter_map(|id| store.row(TableId::Role, id))
                .map(|role| {
                    json!({ "id": role.guid("parentrootroleid").unwrap_or(role.id), "name": role.text("name") })
                })
                .collect();
            json!({ "id": team.id, "name": team.text("name"), "kind": label(team, "teamtype"),
                "default": team.flag("isdefault"), "business_unit": unit(team, "businessunitid"),
                "members": store.rights(PairKind::TeamMember, team.id).len(), "roles": roles })
        })
        .collect();
    json!({ "business_units": units, "teams": teams })
}
