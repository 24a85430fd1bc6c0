//! What Terraform's state says it manages.

use std::collections::BTreeSet;

use serde_json::Value;

/// A role whose privileges Terraform manages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Managed {
    /// The role's id.
    pub(crate) role_id: String,
    /// The tables that the configuration names, in its order.
    pub(crate) tables: Vec<String>,
    /// The privileges that the configuration names, in lower case.
    pub(crate) privileges: BTreeSet<String>,
}

/// The roles of all `dataverse_role_privileges` in a state as `show -json` tells it.
pub(crate) fn managed(state: &Value) -> Vec<Managed> {
    let keys =
        |value: &Value| value.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect::<Vec<_>>();
    resources(state, "dataverse_role_privileges")
        .into_iter()
        .map(|values| Managed {
            role_id: values["role_id"].as_str().unwrap_or_default().to_owned(),
            tables: keys(&values["tables"]),
            privileges: keys(&values["privileges"]).iter().map(|name| name.to_lowercase()).collect(),
        })
        .collect()
}

/// The ids of the users in a state.
pub(crate) fn managed_users(state: &Value) -> BTreeSet<String> {
    ["dataverse_application_user", "dataverse_system_user"]
        .iter()
        .flat_map(|kind| resources(state, kind))
        .filter_map(|values| values["id"].as_str().map(str::to_lowercase))
        .collect()
}

/// The values of all managed resources of a type, in modules too.
fn resources<'a>(state: &'a Value, kind: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    let mut modules = vec![&state["values"]["root_module"]];
    while let Some(module) = modules.pop() {
        let of_kind = |it: &&Value| it["type"] == kind && it["mode"] == "managed";
        let resources = module["resources"].as_array().into_iter().flatten();
        found.extend(resources.filter(of_kind).map(|it| &it["values"]));
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn roles_and_users_are_found_in_modules_too() {
        let role = json!({ "mode": "managed", "type": "dataverse_role_privileges", "values": {
            "role_id": "r1", "tables": { "account": { "read": "organization" } }, "privileges": { "prvBulkEdit": "organization" },
        } });
        let user =
            json!({ "mode": "managed", "type": "dataverse_application_user", "values": { "id": "AB" } });
        let looked_up = json!({ "mode": "data", "type": "dataverse_system_user", "values": { "id": "CD" } });
        let state = json!({ "values": { "root_module": {
            "resources": [user, looked_up],
            "child_modules": [{ "resources": [role] }],
        } } });
        let expected = Managed {
            role_id: "r1".to_owned(),
            tables: vec!["account".to_owned()],
            privileges: ["prvbulkedit".to_owned()].into(),
        };
        assert_eq!(managed(&state), [expected]);
        assert_eq!(managed_users(&state), ["ab".to_owned()].into());
    }
}
