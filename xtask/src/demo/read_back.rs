//! Reading over the Web API what stands.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::picture::{Level, Role, Row, User};
use super::role::Managed;
use crate::api::Api;
use crate::error::Result;

/// The users whose ids are in `managed`, with their roles, and the number of the others.
///
/// # Errors
///
/// When a request fails.
pub(crate) fn users(api: &Api, managed: &BTreeSet<String>) -> Result<(Vec<User>, usize)> {
    let columns = "fullname,domainname,applicationid,accessmode,isdisabled";
    let rows = api.rows(&format!("systemusers?$select={columns}&$orderby=fullname"))?;
    let total = rows.len();
    let mut users = Vec::new();
    for row in rows {
        let id = text(&row, "systemuserid").to_lowercase();
        if !managed.contains(&id) {
            continue;
        }
        let roles =
            api.rows(&format!("systemusers({id})/systemuserroles_association?$select=name&$orderby=name"))?;
        users.push(User {
            name: text(&row, "fullname"),
            sign_in: text(&row, if row["applicationid"].is_null() { "domainname" } else { "applicationid" }),
            kind: kind(&row),
            roles: roles.iter().map(|role| text(role, "name")).collect(),
        });
    }
    let others = total - users.len();
    Ok((users, others))
}

fn kind(row: &Value) -> String {
    let kind = if row["applicationid"].is_null() { "person" } else { "application" };
    let mode = match row["accessmode"].as_i64() {
        Some(1) => ", administrative",
        Some(2) => ", read only",
        Some(3) => ", support",
        Some(4) if kind == "person" => ", non-interactive",
        Some(5) => ", delegated administrator",
        _ => "",
    };
    let disabled = if row["isdisabled"] == true { ", disabled" } else { "" };
    format!("{kind}{mode}{disabled}")
}

/// The privileges of a role as the service tells them: id, name and depth.
///
/// # Errors
///
/// When the request fails.
pub(crate) fn grants(api: &Api, role_id: &str) -> Result<Vec<Value>> {
    let answer = api.get(&format!("RetrieveRolePrivilegesRole(RoleId={role_id})"))?;
    Ok(answer["RolePrivileges"].as_array().cloned().unwrap_or_default())
}

/// The role with its privileges, sorted into tables and rights.
///
/// # Errors
///
/// When a request fails.
pub(crate) fn role(api: &Api, managed: &Managed) -> Result<Role> {
    let name = text(&api.get(&format!("roles({})?$select=name", managed.role_id))?, "name");
    let tables = api.rows("EntityDefinitions?$select=LogicalName,Privileges")?;
    let grants: Vec<(String, Level)> = grants(api, &managed.role_id)?
        .iter()
        .map(|grant| {
            (text(grant, "PrivilegeName"), Level::of_depth(grant["Depth"].as_str().unwrap_or_default()))
        })
        .collect();
    Ok(sort(name, &grants, &tables, managed))
}

/// Puts privileges into the tables that the configuration names; the rest is what it names by themselves, and what
/// the platform gave the role.
fn sort(name: String, grants: &[(String, Level)], tables: &[Value], managed: &Managed) -> Role {
    let mut places: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for table in tables {
        let logical = text(table, "LogicalName");
        if !managed.tables.contains(&logical) {
            continue;
        }
        for privilege in table["Privileges"].as_array().into_iter().flatten() {
            if let Some(right) = right(&privilege["PrivilegeType"]) {
                places
                    .entry(text(privilege, "Name").to_lowercase())
                    .or_default()
                    .push((logical.clone(), right));
            }
        }
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut role = Role { name, ..Role::default() };
    for (privilege, level) in grants {
        let key = privilege.to_lowercase();
        match places.get(&key) {
            Some(cells) => {
                for (table, right) in cells {
                    let row = rows.entry(table.clone()).or_insert_with(|| Row::new(table));
                    row.levels[*right] = Some(*level);
                }
            }
            None if managed.privileges.contains(&key) => role.others.push((privilege.clone(), *level)),
            None => role.by_platform.push(privilege.clone()),
        }
    }
    role.rows = rows.into_values().collect();
    role.others.sort();
    role.by_platform.sort();
    role
}

/// The column of the matrix for a `PrivilegeType`, which the service gives as a name or a number.
fn right(kind: &Value) -> Option<usize> {
    let names = ["Create", "Read", "Write", "Delete", "Append", "AppendTo", "Assign", "Share"];
    let numbers = [1, 2, 3, 4, 7, 8, 5, 6];
    match kind.as_str() {
        Some(name) => names.iter().position(|it| *it == name),
        None => numbers.iter().position(|it| Some(*it) == kind.as_i64()),
    }
}

fn text(row: &Value, column: &str) -> String {
    row[column].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn privileges_go_to_the_tables_that_the_configuration_names() {
        let tables = [
            json!({ "LogicalName": "account", "Privileges": [{ "Name": "prvReadAccount", "PrivilegeType": "Read" }] }),
            json!({ "LogicalName": "customeraddress", "Privileges": [{ "Name": "prvReadAccount", "PrivilegeType": "Read" }] }),
        ];
        let managed = Managed {
            role_id: String::new(),
            tables: vec!["account".to_owned()],
            privileges: ["prvbulkedit".to_owned()].into(),
        };
        let grants = ["prvReadAccount", "prvBulkEdit", "prvReadPluginType"]
            .map(|it| (it.to_owned(), Level::Organization));
        let role = sort("R".to_owned(), &grants, &tables, &managed);
        assert_eq!(role.rows.len(), 1);
        assert_eq!(role.rows[0].table, "account");
        assert_eq!(role.rows[0].levels[1], Some(Level::Organization));
        assert_eq!(role.others, [("prvBulkEdit".to_owned(), Level::Organization)]);
        assert_eq!(role.by_platform, ["prvReadPluginType"]);
    }

    #[test]
    fn people_and_applications_are_told_apart() {
        assert_eq!(kind(&json!({ "accessmode": 4, "isdisabled": false })), "person, non-interactive");
        assert_eq!(
            kind(&json!({ "accessmode": 4, "applicationid": "1", "isdisabled": true })),
            "application, disabled"
        );
    }
}
