//! What a plan wants to change, from the output of `show -json`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    json: Value,
    changes: BTreeMap<String, Change>,
    shown: String,
}

/// What a plan does to one resource instance.
#[derive(Debug, Clone)]
pub struct Change {
    /// `["no-op"]`, `["create"]`, `["update"]`, `["delete"]`, `["delete", "create"]`, `["create", "delete"]`.
    pub actions: Vec<String>,
    /// The object as it is; null if it is to be created.
    pub before: Value,
    /// The object as it will be; unknown values are absent, null if it is to be deleted.
    pub after: Value,
    /// True at each place of `after` that is known after apply only.
    pub after_unknown: Value,
    /// The attributes that force a replacement, as dotted paths.
    pub replace_paths: Vec<String>,
    /// Whether the object is to be imported.
    pub importing: bool,
}

impl Plan {
    /// Reads the JSON form of a plan. `shown` is the text for people, repeated in messages.
    #[must_use]
    pub fn new(json: Value, shown: String) -> Self {
        let changes = json["resource_changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|change| change["mode"] == "managed")
            .map(|change| (text(&change["address"]), Change::new(&change["change"])))
            .collect();
        Self { json, changes, shown }
    }

    /// The whole JSON form.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Every managed resource instance by address, those without a change included.
    #[must_use]
    pub fn changes(&self) -> &BTreeMap<String, Change> {
        &self.changes
    }

    /// The change of one resource instance.
    pub fn change(&self, address: &str) -> &Change {
        self.changes
            .get(address)
            .unwrap_or_else(|| panic!("the plan says nothing about {address}:\n{}", self.shown))
    }

    /// Whether applying would change nothing, outputs included.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let outputs = self.json["output_changes"].as_object().into_iter().flatten();
        self.changes.values().all(|change| change.is_no_op() && !change.importing)
            && outputs.into_iter().all(|(_, change)| change["actions"] == serde_json::json!(["no-op"]))
    }

    /// The addresses of what would change, with the actions joined by `,`.
    #[must_use]
    pub fn actions(&self) -> BTreeMap<&str, String> {
        let changing = self.changes.iter().filter(|(_, change)| !change.is_no_op());
        changing.map(|(address, change)| (address.as_str(), change.actions.join(","))).collect()
    }

    /// Fails unless exactly these instances change in exactly these ways, such as `[("a.b", "update")]`.
    pub fn assert_actions(&self, expected: &[(&str, &str)]) {
        let expected = expected.iter().map(|(address, actions)| (*address, (*actions).to_owned())).collect();
        assert_eq!(self.actions(), expected, "the plan:\n{}", self.shown);
    }

    /// The text for people.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl Change {
    fn new(json: &Value) -> Self {
        let paths = json["replace_paths"].as_array().into_iter().flatten();
        Self {
            actions: json["actions"].as_array().into_iter().flatten().map(text).collect(),
            before: json["before"].clone(),
            after: json["after"].clone(),
            after_unknown: json["after_unknown"].clone(),
            replace_paths: paths
                .map(|path| path.as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join("."))
                .collect(),
            importing: !json["importing"].is_null(),
        }
    }

    /// Whether nothing is done.
    #[must_use]
    pub fn is_no_op(&self) -> bool {
        self.actions == ["no-op"] || self.actions == ["read"]
    }

    /// The elements that differ: `name` for an attribute, `tables.account.read` for an element of a map, and
    /// `security_roles[Basic User]` for an element of a set or list that is on one side only. Values that are known
    /// after apply only are not among them.
    #[must_use]
    pub fn differences(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        differences("", &self.before, &self.after, &self.after_unknown, &mut found);
        found
    }
}

fn differences(path: &str, before: &Value, after: &Value, unknown: &Value, found: &mut BTreeSet<String>) {
    if unknown == &Value::Bool(true) || before == after {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let (old, new) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
                differences(&path, old, new, unknown.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Object(map), Value::Null) | (Value::Null, Value::Object(map)) => {
            for key in map.keys() {
                let (old, new) =
                    (before.get(key).unwrap_or(&Value::Null), after.get(key).unwrap_or(&Value::Null));
                differences(&format!("{path}.{key}"), old, new, &Value::Null, found);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let one_side = old
                .iter()
                .filter(|item| !new.contains(item))
                .chain(new.iter().filter(|item| !old.contains(item)));
            found.extend(one_side.map(|item| format!("{path}[{}]", text(item))));
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_named_per_element() {
        let change = Change::new(&json!({
            "actions": ["update"],
            "before": {"id": "1", "name": "a", "at": "x", "roles": ["A", "B"], "tables": {"account": {"read": "user"}}},
            "after": {"id": "1", "name": "b", "roles": ["B", "C"], "tables": {"contact": {"read": "user"}}},
            "after_unknown": {"at": true},
            "replace_paths": [["name"]],
        }));
        let found: Vec<_> = change.differences().into_iter().collect();
        assert_eq!(found, ["name", "roles[A]", "roles[C]", "tables.account.read", "tables.contact.read"]);
        assert_eq!(change.replace_paths, ["name"]);
    }

    #[test]
    fn a_plan_is_empty_when_nothing_is_done() {
        let plan = |action: &str| {
            let change = json!({"address": "a.b", "mode": "managed", "change": {"actions": [action], "before": {}, "after": {}}});
            Plan::new(json!({"resource_changes": [change]}), String::new())
        };
        assert!(plan("no-op").is_empty());
        assert!(!plan("update").is_empty());
        assert_eq!(plan("update").change("a.b").actions, ["update"]);
        assert_eq!(plan("update").actions().len(), 1);
    }
}
