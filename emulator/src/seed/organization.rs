//! The organization, its root business unit and the solutions.

use super::{Ids, stamp};
use crate::schema::TableId;
use crate::store::{Row, Store, Val};

/// The name of the organization and of its root business unit.
const NAME: &str = "contoso";

/// Solutions every environment has: unique name, friendly name, public id where it is the same everywhere.
const SOLUTIONS: [(&str, &str, &str); 3] = [
    ("System", "System Solution", "fd140aad-4df4-11dd-bd17-0019b9312238"),
    ("Active", "Active Solution", "fd140aae-4df4-11dd-bd17-0019b9312238"),
    ("Default", "Default Solution", "fd140aaf-4df4-11dd-bd17-0019b9312238"),
];

pub(super) fn add(store: &mut Store, ids: Ids, modern: bool) {
    let mut settings = String::from("<orgSettings></orgSettings>");
    if modern {
        settings = settings_with(&settings, "EnableOwnershipAcrossBusinessUnits", "true");
    }
    let organization = Row::new(TableId::Organization, ids.organization())
        .with("name", Val::text(NAME))
        .with("orgdborgsettings", Val::text(settings))
        .with("languagecode", Val::Int(1033))
        .with("localeid", Val::Int(1033))
        .with("isauditenabled", Val::Bool(false))
        .with("isuseraccessauditenabled", Val::Bool(false))
        .with("sharetopreviousowneronassign", Val::Bool(false))
        .with("isdisabled", Val::Bool(false))
        .with("schemanameprefix", Val::text("new"));
    store.put(stamp(organization, ids));

    let unit = Row::new(TableId::BusinessUnit, ids.root_unit())
        .with("name", Val::text(NAME))
        .with("isdisabled", Val::Bool(false))
        .with("inheritancemask", Val::Int(1023))
        .with("workflowsuspended", Val::Bool(false));
    store.put(stamp(unit, ids));

    let system = ids.of("SYSTEM");
    let team_id = ids.of("default team");
    let team = Row::new(TableId::Team, team_id)
        .with("ownerid", Val::Guid(team_id))
        .with("name", Val::text(NAME))
        .with("businessunitid", Val::Guid(ids.root_unit()))
        .with("administratorid", Val::Guid(system))
        .with("teamtype", Val::Int(0))
        .with("membershiptype", Val::Int(0))
        .with("isdefault", Val::Bool(true))
        .with("systemmanaged", Val::Bool(false));
    store.put(stamp(team, ids));

    for (unique, friendly, id) in SOLUTIONS {
        let row = Row::new(TableId::Solution, crate::directory::parse(id))
            .with("uniquename", Val::text(unique))
            .with("friendlyname", Val::text(friendly))
            .with("version", Val::text("1.0"))
            .with("ismanaged", Val::Bool(unique == "System"))
            .with("isvisible", Val::Bool(unique == "Default"));
        store.put(stamp(row, ids));
    }
}

/// A setting of the `orgdborgsettings` document, if it is set.
pub(crate) fn orgdb_setting(document: &str, name: &str) -> Option<String> {
    let start = document.find(&format!("<{name}>"))? + name.len() + 2;
    let length = document[start..].find(&format!("</{name}>"))?;
    Some(document[start..start + length].to_owned())
}

/// The document with a setting set to a value.
pub(crate) fn settings_with(document: &str, name: &str, value: &str) -> String {
    let rest = match orgdb_setting(document, name) {
        Some(old) => document.replace(&format!("<{name}>{old}</{name}>"), ""),
        None => document.to_owned(),
    };
    let body = if rest.is_empty() { "<orgSettings></orgSettings>" } else { &rest };
    body.replace("</orgSettings>", &format!("<{name}>{value}</{name}></orgSettings>"))
}
