//! What the plan of a profile checks.

use std::collections::BTreeMap;

use tf_provider::framework::{Diagnostic, Path, Planning, Tf};

use super::{ColumnSecurityProfile, Ids, built_in, permissions};
use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::tables::column_security::{ADMINISTRATOR_PROFILE, Column};
use crate::dataverse::tables::team::TeamType;
use crate::dataverse::{Error, Id};
use crate::privileges;
use crate::provider::Api;
use crate::terms::did_you_mean;

/// Checks what is known by now: columns, users, teams, and for a new profile its name.
pub(super) async fn plan(api: &Api, plan: &mut Planning<ColumnSecurityProfile>) -> Result<(), Error> {
    use tf_provider::framework::Model;
    let own = plan.prior.as_ref().and_then(|prior| Id::parse(prior.id.text()?).ok());
    if plan.prior.as_ref().is_some_and(|prior| prior.to_value() == plan.planned.to_value()) {
        claim_own(api, plan, own);
        return Ok(());
    }
    if own == Some(ADMINISTRATOR_PROFILE) {
        plan.refuse("name", built_in());
        return Ok(());
    }
    claim_own(api, plan, own);
    if own.is_none() {
        check_name(api, plan).await?;
    }
    check_columns(api, plan).await?;
    let (users, teams) = (plan.planned.users.clone(), plan.planned.teams.clone());
    for (text, id) in elements(&users) {
        if api.client.system_users().get(id).await?.is_none() {
            plan.refuse("users", format!("The environment has no user with the id {text}."));
        }
    }
    for (text, id) in elements(&teams) {
        match api.client.teams().get(id).await? {
            None => plan.refuse("teams", format!("The environment has no team with the id {text}.")),
            Some(team) if team.team_type == TeamType::Access => plan.refuse(
                "teams",
                format!("\"{}\" is an access team, which can have no column security profile.", team.name),
            ),
            Some(_) => {}
        }
    }
    Ok(())
}

fn claim_own(api: &Api, plan: &mut Planning<ColumnSecurityProfile>, own: Option<Id>) {
    if let Some(id) = own {
        let shown = format!("the column security profile {id}");
        claim(api, plan, "name", (Aspect::Object, &id.to_string(), Extent::All), &shown);
    }
}

/// Names are not unique, so another profile of that name is no fault, but perhaps the one that is meant.
async fn check_name(api: &Api, plan: &mut Planning<ColumnSecurityProfile>) -> Result<(), Error> {
    let Some(name) = plan.planned.name.text().map(str::to_lowercase) else { return Ok(()) };
    let profiles = api.client.column_security().all().await?;
    let Some(other) = profiles.iter().find(|profile| profile.name.to_lowercase() == name) else {
        return Ok(());
    };
    if !plan.replaces(&[&other.id.to_string()]) {
        let text = format!(
            "The environment has a column security profile named \"{}\" already, with the id {}. Import it if that one is \
             meant; otherwise there will be two of one name.",
            other.name, other.id
        );
        plan.diagnostics.push(Diagnostic::warning("A second profile of that name", text).at("name"));
    }
    Ok(())
}

/// Each column must exist and be secured.
async fn check_columns(api: &Api, plan: &mut Planning<ColumnSecurityProfile>) -> Result<(), Error> {
    let catalogue = api.client.catalogue().all().await?;
    let prior = plan.prior.as_ref().map(|prior| permissions::read(&prior.permissions)).unwrap_or_default();
    let wanted = plan.planned.permissions.clone();
    let mut seen: BTreeMap<Column, String> = BTreeMap::new();
    for key in wanted.known().into_iter().flatten().map(|(key, _)| key) {
        let at = Path::attribute("permissions").key(key);
        let Some(column) = permissions::column(key) else { continue };
        if let Some(other) = seen.insert(column.clone(), key.clone()) {
            plan.refuse(at, format!("\"{other}\" and \"{key}\" are the same column. Name it once."));
            continue;
        }
        if prior.contains_key(&column) {
            continue;
        }
        if let Err(text) = privileges::find_table(&catalogue, &column.table) {
            plan.refuse(at, text);
            continue;
        }
        let columns = api.client.column_security().columns(&column.table).await?.unwrap_or_default();
        match columns.get(&column.column) {
            Some(true) => {}
            Some(false) => plan.refuse(
                at,
                format!(
                    "The column \"{}\" of the table \"{}\" is not secured, so everybody with the privileges on the table \
                     may use it. Turn on column security for it first.{}",
                    column.column,
                    column.table,
                    secured(&columns)
                ),
            ),
            None => plan.refuse(
                at,
                format!(
                    "The table \"{}\" has no column with the logical name \"{}\".{}",
                    column.table,
                    column.column,
                    did_you_mean(&column.column, columns.keys().map(String::as_str))
                ),
            ),
        }
    }
    Ok(())
}

fn secured(columns: &BTreeMap<String, bool>) -> String {
    let secured: Vec<&str> =
        columns.iter().filter(|(_, secured)| **secured).map(|(name, _)| name.as_str()).take(10).collect();
    if secured.is_empty() { String::new() } else { format!(" Secured are {}.", secured.join(", ")) }
}

/// The ids of a set, in both forms.
fn elements(set: &Tf<Ids>) -> Vec<(String, Id)> {
    let texts = set.known().into_iter().flatten().filter_map(Tf::text);
    texts.filter_map(|text| Some((text.to_owned(), Id::parse(text).ok()?))).collect()
}
