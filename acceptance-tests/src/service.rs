//! What an administrator does in the service, by hand and behind Terraform's back, and what the service then holds.

mod teams;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::literal;
use crate::target::Target;

pub use teams::*;

/// The names of the nine privileges that the platform gives to every new role, all at `Global`.
pub const DEFAULT_PRIVILEGES: [&str; 9] = [
    "prvCreateSharePointData",
    "prvReadPluginAssembly",
    "prvReadPluginType",
    "prvReadSdkMessage",
    "prvReadSdkMessageProcessingStep",
    "prvReadSdkMessageProcessingStepImage",
    "prvReadSharePointData",
    "prvReadSharePointDocument",
    "prvWriteSharePointData",
];

/// The text of an attribute.
#[must_use]
pub fn text<'a>(attributes: &'a Value, name: &str) -> &'a str {
    attributes[name].as_str().unwrap_or_else(|| panic!("{name} is no text in {attributes:#}"))
}

/// The privileges of a role: name, and depth in the API's words.
#[must_use]
pub fn privileges(target: &Target, role: &str) -> BTreeMap<String, String> {
    let answer = target.api().get(&format!("RetrieveRolePrivilegesRole(RoleId={role})"));
    let list = answer["RolePrivileges"].as_array().expect("a list of privileges");
    list.iter().map(|it| (text(it, "PrivilegeName").to_owned(), text(it, "Depth").to_owned())).collect()
}

/// Gives a role a privilege, or another depth of it.
pub fn grant(target: &Target, role: &str, privilege: &str, depth: &str) {
    let unit = target.api().get(&format!("roles({role})?$select=_businessunitid_value"));
    let added = json!({
        "PrivilegeId": privilege_id(target, privilege), "Depth": depth, "BusinessUnitId": unit["_businessunitid_value"],
    });
    target.api().post(
        &format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole"),
        &json!({ "Privileges": [added] }),
    );
}

/// Takes a privilege from a role.
pub fn revoke(target: &Target, role: &str, privilege: &str) {
    let privilege = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.privilege", "privilegeid": privilege_id(target, privilege),
    });
    target.api().post(
        &format!("roles({role})/Microsoft.Dynamics.CRM.RemovePrivilegeRole"),
        &json!({ "Privilege": privilege }),
    );
}

fn privilege_id(target: &Target, name: &str) -> Value {
    let found =
        target.api().rows(&format!("privileges?$select=privilegeid&$filter=name%20eq%20{}", literal(name)));
    found.first().unwrap_or_else(|| panic!("no privilege {name}"))["privilegeid"].clone()
}

/// The id of the root business unit.
#[must_use]
pub fn root_unit(target: &Target) -> String {
    let roots = target
        .api()
        .rows("businessunits?$select=businessunitid&$filter=_parentbusinessunitid_value%20eq%20null");
    text(&roots[0], "businessunitid").to_owned()
}

/// Creates a business unit below the root and returns its id.
#[must_use]
pub fn create_unit(target: &Target, name: &str) -> String {
    let parent = format!("/businessunits({})", root_unit(target));
    let unit = target
        .api()
        .post("businessunits", &json!({ "name": name, "parentbusinessunitid@odata.bind": parent }));
    text(&unit, "businessunitid").to_owned()
}

/// Disables an empty business unit and deletes it.
pub fn delete_unit(target: &Target, unit: &str) {
    let path = format!("businessunits({unit})");
    target.api().patch(&path, &json!({ "isdisabled": true }));
    target.api().delete(&path);
}

/// Creates a role in a business unit and returns its id.
#[must_use]
pub fn create_role(target: &Target, name: &str, unit: &str) -> String {
    let body = json!({ "name": name, "businessunitid@odata.bind": format!("/businessunits({unit})") });
    text(&target.api().post("roles", &body), "roleid").to_owned()
}

/// The id of the role of this name in the root business unit.
#[must_use]
pub fn role_named(target: &Target, name: &str) -> String {
    let filter = format!("name%20eq%20{}%20and%20_parentroleid_value%20eq%20null", literal(name));
    let found = target.api().rows(&format!("roles?$select=roleid&$filter={filter}"));
    text(found.first().unwrap_or_else(|| panic!("no role {name}")), "roleid").to_owned()
}

/// The names of the direct roles of a user, sorted.
#[must_use]
pub fn roles_of(target: &Target, user: &str) -> Vec<String> {
    let roles = target.api().rows(&format!("systemusers({user})/systemuserroles_association?$select=name"));
    let mut names: Vec<String> = roles.iter().map(|role| text(role, "name").to_owned()).collect();
    names.sort();
    names
}

/// Gives a user a role.
pub fn assign(target: &Target, user: &str, role: &str) {
    target.api().link(&format!("systemusers({user})/systemuserroles_association"), &format!("roles({role})"));
}

/// Takes a role from a user.
pub fn unassign(target: &Target, user: &str, role: &str) {
    target.api().unlink(&format!("systemusers({user})/systemuserroles_association"), role);
}

/// Whether a user is there and may sign in.
#[must_use]
pub fn is_enabled(target: &Target, user: &str) -> bool {
    let path = format!("systemusers({user})?$select=isdisabled");
    target.api().exists(&path) && target.api().get(&path)["isdisabled"] == false
}

/// Disables an application user and deletes it for good.
pub fn delete_application_user(target: &Target, attributes: &Value) {
    let path = format!("systemusers({})", text(attributes, "id"));
    let disabled = json!({ "isdisabled": true, "applicationid": text(attributes, "application_id") });
    target.api().patch(&path, &disabled);
    target.api().delete(&path);
    target.api().delete(&path);
}

/// Creates the user row of a person of the directory, as the service does when the person signs in; returns its id.
pub fn sign_in(target: &Target, person: &str) -> String {
    let unit = format!("/businessunits({})", root_unit(target));
    let body = json!({ "azureactivedirectoryobjectid": person, "businessunitid@odata.bind": unit });
    text(&target.api().post("systemusers", &body), "systemuserid").to_owned()
}

/// Deletes a person from Entra for good, or brings the person back; emulator only.
pub fn set_in_entra(target: &Target, person: &str, exists: bool) {
    let directory = target.admin(Method::GET, "directory", None);
    let people = directory["people"].as_array().expect("a list of people");
    let mut found =
        people.iter().find(|it| it["object_id"] == person).expect("a person of the directory").clone();
    found["state"] = if exists { "exists" } else { "hard_deleted" }.into();
    target.admin(Method::POST, "directory", Some(&json!({ "people": [found], "service_principals": [] })));
    let organization = &target.api().rows("organizations?$select=organizationid,orgdborgsettings")[0];
    let settings = organization["orgdborgsettings"].as_str().unwrap_or("<orgSettings></orgSettings>");
    if settings.contains("<EnableSystemUserDelete>true<") {
        return;
    }
    let (start, end) = settings.rsplit_once("</").expect("settings are XML");
    let settings = format!("{start}<EnableSystemUserDelete>true</EnableSystemUserDelete></{end}");
    let path = format!("organizations({})", text(organization, "organizationid"));
    target.api().patch(&path, &json!({ "orgdborgsettings": settings }));
}

/// Removes the user row of a person for good; the person stays in Entra. Emulator only.
pub fn delete_person(target: &Target, user: &str) {
    let path = format!("systemusers({user})");
    let person = target.api().get(&format!("{path}?$select=azureactivedirectoryobjectid"));
    let person = text(&person, "azureactivedirectoryobjectid");
    set_in_entra(target, person, false);
    target.api().patch(&path, &json!({ "isdisabled": true }));
    target.api().delete(&path);
    target.api().delete(&path);
    set_in_entra(target, person, true);
}
