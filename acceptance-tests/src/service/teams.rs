//! Teams.

use reqwest::Method;
use serde_json::{Value, json};

use super::text;
use crate::target::Target;

/// Creates an owner team in a business unit and returns its id.
#[must_use]
pub fn create_team(target: &Target, name: &str, unit: &str) -> String {
    let body = json!({ "name": name, "businessunitid@odata.bind": format!("/businessunits({unit})") });
    text(&target.api().post("teams", &body), "teamid").to_owned()
}

/// Puts a user into a team.
pub fn join(target: &Target, team: &str, user: &str) {
    target.api().link(&format!("teams({team})/teammembership_association"), &format!("systemusers({user})"));
}

/// Takes a user out of a team.
pub fn leave(target: &Target, team: &str, user: &str) {
    target.api().unlink(&format!("teams({team})/teammembership_association"), user);
}

/// The ids of the users in a team; none when the team is gone.
#[must_use]
pub fn members_of(target: &Target, team: &str) -> Vec<String> {
    related(target, team, "teammembership_association", "systemuserid")
}

/// The ids of the role copies that a team holds; none when the team is gone.
#[must_use]
pub fn role_ids_of_team(target: &Target, team: &str) -> Vec<String> {
    related(target, team, "teamroles_association", "roleid")
}

fn related(target: &Target, team: &str, collection: &str, key: &str) -> Vec<String> {
    let path = format!("teams({team})/{collection}?$select={key}");
    let (status, answer) = target.api().send(&Method::GET, &path, None);
    assert!([200, 404].contains(&status), "{path}: {status} {answer:#}");
    let rows = answer["value"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| text(row, key).to_owned()).collect()
}

/// The id of the copy that a team holds of the role of this name.
#[must_use]
pub fn role_of_team(target: &Target, team: &str, name: &str) -> String {
    let roles = target.api().rows(&format!("teams({team})/teamroles_association?$select=roleid,name"));
    let found = roles.iter().find(|role| text(role, "name") == name);
    text(found.unwrap_or_else(|| panic!("the team does not hold {name}: {roles:?}")), "roleid").to_owned()
}

/// Gives a team a copy of a role.
pub fn assign_to_team(target: &Target, team: &str, role: &str) {
    target.api().link(&format!("teams({team})/teamroles_association"), &format!("roles({role})"));
}

/// Takes a copy of a role from a team.
pub fn unassign_from_team(target: &Target, team: &str, role: &str) {
    target.api().unlink(&format!("teams({team})/teamroles_association"), role);
}

/// The default team of a business unit.
#[must_use]
pub fn default_team(target: &Target, unit: &str) -> Value {
    let filter = format!("_businessunitid_value%20eq%20{unit}%20and%20isdefault%20eq%20true");
    target.api().rows(&format!("teams?$select=teamid,name&$filter={filter}"))[0].clone()
}

/// The id of the copy of an original role in a business unit.
#[must_use]
pub fn copy_in(target: &Target, role: &str, unit: &str) -> String {
    let filter = format!("_parentrootroleid_value%20eq%20{role}%20and%20_businessunitid_value%20eq%20{unit}");
    let found = target.api().rows(&format!("roles?$select=roleid&$filter={filter}"));
    text(found.first().expect("the unit has a copy of the role"), "roleid").to_owned()
}
