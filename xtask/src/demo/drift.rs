//! A change behind Terraform's back.

use serde_json::{Value, json};

use super::read_back::grants;
use super::role::Managed;
use crate::api::Api;
use crate::error::{Error, Result};

/// Narrows one of the role's privileges from the whole organization to the user's own rows, and tells the story.
///
/// # Errors
///
/// When the role holds no privilege that can be narrowed, or a request fails.
pub(crate) fn cause(api: &Api, role: &Managed) -> Result<String> {
    let unit = api.get(&format!("roles({})?$select=name,_businessunitid_value", role.role_id))?;
    let allowed = api.rows("privileges?$select=name,privilegeid&$filter=canbebasic eq true")?;
    let own_rows = |id: &Value| allowed.iter().any(|privilege| privilege["privilegeid"] == *id);
    let held = grants(api, &role.role_id)?;
    let wide = |grant: &&Value| grant["Depth"] == "Global" && own_rows(&grant["PrivilegeId"]);
    let named = |name: &str| held.iter().find(|grant| grant["PrivilegeName"] == name && wide(grant));
    let grant = named("prvWriteAccount").or_else(|| held.iter().find(wide)).ok_or_else(|| {
        Error::said("The role has no privilege on the whole organization that could be narrowed.")
    })?;
    let body = json!({ "Privileges": [{
        "PrivilegeId": grant["PrivilegeId"],
        "PrivilegeName": grant["PrivilegeName"],
        "Depth": "Basic",
        "BusinessUnitId": unit["_businessunitid_value"],
    }] });
    api.post(&format!("roles({})/Microsoft.Dynamics.CRM.AddPrivilegesRole", role.role_id), &body)?;
    Ok(format!(
        "{} of the role \"{}\" is now on level user instead of organization.\n\
         (POST roles({})/Microsoft.Dynamics.CRM.AddPrivilegesRole with Depth \"Basic\")",
        grant["PrivilegeName"].as_str().unwrap_or_default(),
        unit["name"].as_str().unwrap_or_default(),
        role.role_id,
    ))
}
