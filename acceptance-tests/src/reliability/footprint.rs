//! What service and state hold, written so that two runs of the same configuration can be compared: ids become the names
//! of what they belong to, and times and versions go.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Map, Value};

use crate::target::Target;
use crate::workspace::Workspace;

/// Columns whose value is another one in each run.
const PASSING: [&str; 6] =
    ["createdon", "modifiedon", "changedon", "overriddencreatedon", "versionnumber", "disableddate"];

/// Columns that name a row, the first that has a value.
const NAMES: [&str; 5] = ["applicationid", "domainname", "fullname", "name", "title"];

/// Lists of pairs in a snapshot: their members are ids, and the id of the pair itself.
const PAIRS: [&str; 5] = ["user_roles", "team_members", "team_roles", "user_profiles", "team_profiles"];

/// What service and state hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footprint {
    /// What a line stands for, such as a row, and how often it is there.
    lines: BTreeMap<String, usize>,
    /// The names of rows and pairs, to see doubles.
    keys: BTreeMap<String, usize>,
}

/// How one footprint differs from another.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// One line per thing that is on one side only.
    pub lines: Vec<String>,
    /// The things that are there more often than they should.
    pub doubled: Vec<String>,
}

impl Footprint {
    /// Of the emulator's data and the workspace's state.
    #[must_use]
    pub fn take(target: &Target, workspace: &Workspace) -> Self {
        let snapshot = target.admin(Method::GET, "snapshot", None);
        Self::of(&snapshot, &workspace.state(), target.suffix())
    }

    fn of(snapshot: &Value, state: &Value, suffix: &str) -> Self {
        let labels = labels(snapshot, suffix);
        let plain = |text: &str| plain(text, &labels, suffix);
        let mut found = Self::default();
        for (table, rows) in snapshot["tables"].as_object().into_iter().flatten() {
            for row in rows.as_array().into_iter().flatten() {
                let mut values: Map<String, Value> = row["values"].as_object().cloned().unwrap_or_default();
                values.retain(|name, _| !PASSING.contains(&name.as_str()) && !name.ends_with("idunique"));
                // The key of a row that nothing refers to and that has no name says nothing.
                values.retain(|_, value| value["Guid"] != row["id"]);
                let label = row["id"].as_str().and_then(|id| labels.get(id)).cloned().unwrap_or_default();
                let values = plain(&Value::Object(values).to_string());
                let key = if label.is_empty() { format!("{table} {values}") } else { label.clone() };
                found.add(format!("{table} {label} {values}"), key);
            }
        }
        for (role, grants) in snapshot["role_privileges"].as_object().into_iter().flatten() {
            let role = plain(role);
            found.add(format!("privileges of {role} {grants}"), format!("privileges of {role}"));
        }
        for kind in PAIRS {
            for pair in snapshot[kind].as_array().into_iter().flatten() {
                let line = plain(&format!("{kind} {} - {}", pair[0], pair[1]));
                found.add(line.clone(), line);
            }
        }
        for resource in state["resources"].as_array().into_iter().flatten() {
            for instance in resource["instances"].as_array().into_iter().flatten() {
                let key =
                    format!("state {} {} {}", resource["type"], resource["name"], instance["index_key"]);
                found.add(format!("{key} {}", plain(&instance["attributes"].to_string())), key);
            }
        }
        found
    }

    fn add(&mut self, line: String, key: String) {
        *self.lines.entry(line).or_default() += 1;
        *self.keys.entry(key).or_default() += 1;
    }

    /// How this differs from what was wanted.
    #[must_use]
    pub fn against(&self, wanted: &Self) -> Difference {
        let mut difference = Difference::default();
        let mut compare = |side: &str, one: &Self, other: &Self| {
            for (line, count) in &one.lines {
                let more = count.saturating_sub(other.lines.get(line).copied().unwrap_or_default());
                difference.lines.extend((0..more).map(|_| format!("{side}: {}", shortened(line))));
            }
        };
        compare("too much", self, wanted);
        compare("missing", wanted, self);
        for (key, count) in &self.keys {
            if *count > 1 && *count > wanted.keys.get(key).copied().unwrap_or_default() {
                difference.doubled.push(shortened(key));
            }
        }
        difference
    }
}

/// The name of each row by its id: table, name, and the business unit that it is in.
fn labels(snapshot: &Value, suffix: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut units = BTreeMap::new();
    for (table, rows) in snapshot["tables"].as_object().into_iter().flatten() {
        for row in rows.as_array().into_iter().flatten() {
            let (Some(id), values) = (row["id"].as_str(), &row["values"]) else { continue };
            let text = |column: &str| {
                let value = &values[column];
                value["Text"].as_str().or_else(|| value["Guid"].as_str()).filter(|text| !text.is_empty())
            };
            let Some(name) = NAMES.iter().find_map(|column| text(column)) else { continue };
            let name = name.replace(suffix, "*");
            labels.insert(id.to_owned(), format!("<{table} {name}>"));
            if let Some(unit) = values["businessunitid"]["Guid"].as_str().filter(|unit| *unit != id) {
                units.insert(id.to_owned(), unit.to_owned());
            }
        }
    }
    let names = labels.clone();
    for (id, unit) in units {
        if let (Some(label), Some(unit)) = (labels.get_mut(&id), names.get(&unit)) {
            *label = format!("<{} in {unit}>", label.trim_matches(['<', '>']));
        }
    }
    labels
}

/// A text with labels for ids, and without times and the suffix of the run's names.
fn plain(text: &str, labels: &BTreeMap<String, String>, suffix: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(id) = rest.get(..36).filter(|id| is_guid(id)) {
            match labels.get(&id.to_lowercase()) {
                Some(label) => plain.push_str(label),
                None => plain.push_str(id),
            }
            rest = &rest[36..];
        } else if let Some(time) = rest.get(..20).filter(|time| is_time(time)) {
            plain.push_str("<time>");
            rest = &rest[time.len()..];
        } else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    plain.replace(suffix, "*")
}

fn is_guid(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// Whether it is an instant as the service writes it, `2024-01-01T00:00:00Z`.
fn is_time(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    })
}

fn shortened(line: &str) -> String {
    const LONGEST: usize = 600;
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    format!("{} ...", line.chars().take(LONGEST).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: &str = "11111111-0000-4000-8000-000000000001";
    const TWO: &str = "11111111-0000-4000-8000-000000000002";

    fn service(rows: &[(&str, &str, &str)], state_id: &str) -> Footprint {
        let rows: Vec<Value> = rows
            .iter()
            .map(|(id, name, time)| {
                json!({ "id": id, "version": 1, "values": {
                    "teamid": { "Guid": id }, "name": { "Text": name }, "createdon": { "Text": time },
                } })
            })
            .collect();
        let state = json!({ "resources": [{ "type": "t", "name": "it", "instances": [{ "attributes": { "id": state_id } }] }] });
        Footprint::of(
            &json!({ "tables": { "team": rows }, "team_members": [[ONE, TWO, TWO]] }),
            &state,
            "1f3c",
        )
    }

    #[test]
    fn other_ids_and_times_make_no_difference() {
        let one = service(&[(ONE, "A 1f3c", "2024-01-01T00:00:00Z"), (TWO, "B", "")], ONE);
        let plain = service(&[(ONE, "A 1f3c", "2025-01-01T00:00:00Z"), (TWO, "B", "")], ONE);
        assert!(one.against(&plain).lines.is_empty());
        assert_eq!(one, plain);
    }

    #[test]
    fn a_second_row_is_a_double_and_a_wrong_state_a_difference() {
        let wanted = service(&[(ONE, "A", "")], ONE);
        let found = service(&[(ONE, "A", ""), (TWO, "A", "")], ONE).against(&wanted);
        assert_eq!(found.doubled, ["<team A>"]);
        let found = service(&[(ONE, "A", "")], TWO).against(&wanted);
        assert_eq!((found.lines.len(), found.doubled.len()), (2, 0), "{found:?}");
        let gone = Footprint::default().against(&wanted);
        assert!(gone.lines.iter().all(|line| line.starts_with("missing")), "{gone:?}");
    }
}
