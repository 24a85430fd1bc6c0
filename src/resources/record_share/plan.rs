//! What the plan of a share checks.

use tf_provider::framework::{Diagnostic, Fault, Path, Planning, Tf};

use super::{RecordShare, located, shared_already};
use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::tables::Right;
use crate::dataverse::tables::catalogue::{Catalogue, Table};
use crate::dataverse::tables::record_access::{Principal, Record};
use crate::dataverse::tables::team::TeamType;
use crate::effective::{self, Held};
use crate::privileges;
use crate::provider::Api;
use crate::records;
use crate::references;
use crate::terms;

/// Settles the computed ids, and checks what is known by now: the table, the user or team, who acts, and for a new share the
/// row.
pub(super) async fn plan(api: &Api, plan: &mut Planning<RecordShare>) -> Result<(), Fault> {
    let catalogue = api.client.catalogue().all().await?;
    let table = plan.planned.table.text().map(|name| sharable(&catalogue, name)).transpose()?;
    let principal = records::principal(&plan.planned.user_id, &plan.planned.team_id)?;
    let record = match (table, plan.planned.record_id.text()) {
        (Some(table), Some(_)) if !plan.planned.acting_as.is_unknown() => {
            let caller = records::caller(api, &plan.planned.acting_as, "acting_as").await?;
            let id = references::id(&plan.planned.record_id, "record_id")?;
            Some(records::record(&catalogue, &table.logical_name, id, caller)?)
        }
        _ => None,
    };
    let (Some(record), Some(principal)) = (record, principal) else {
        (plan.planned.id, plan.planned.principal_id) = (Tf::Unknown, Tf::Unknown);
        return Ok(());
    };
    plan.planned = located(&record, principal, std::mem::take(&mut plan.planned));
    let id = plan.planned.id.text().unwrap_or_default().to_owned();
    let shown = format!("the share of {}/{} with {}", record.table, record.id, principal.id());
    claim(api, plan, "record_id", (Aspect::Object, &format!("share {id}"), Extent::All), &shown);
    if plan.prior.as_ref().is_some_and(|prior| prior.id == plan.planned.id) {
        return Ok(());
    }
    check_row(api, plan, &catalogue, &record, principal).await?;
    check_privileges(api, plan, &catalogue, &record, principal).await
}

/// The table, if its rows can be shared.
fn sharable<'c>(catalogue: &'c Catalogue, name: &str) -> Result<&'c Table, Fault> {
    let refuse = |text: String| Fault::from(Diagnostic::error(text).at("table"));
    let table = privileges::find_table(catalogue, name).map_err(refuse)?;
    if table.rights.contains_key(&Right::Share) {
        return Ok(table);
    }
    Err(refuse(format!(
        "Rows of the table \"{name}\" cannot be shared: it has no privilege to share, as only tables with owners do."
    )))
}

/// The row must exist, belong to somebody else, and not be shared yet.
async fn check_row(
    api: &Api,
    plan: &mut Planning<RecordShare>,
    catalogue: &Catalogue,
    record: &Record,
    principal: Principal,
) -> Result<(), Fault> {
    let at_row = |error: &crate::dataverse::Error| crate::faults::diagnostic(error).at("record_id");
    let table = api.client.record_access();
    let owner = table.owner(record).await.map_err(|error| at_row(&error))?;
    let Some(owner) = owner else {
        plan.refuse("record_id", records::no_row(catalogue, record));
        return Ok(());
    };
    if owner == Some(principal.id()) {
        plan.refuse(
            argument(principal),
            format!("{} owns the row, and a row cannot be shared with its owner.", principal.id()),
        );
    }
    let shares = table.shares(record).await.map_err(|error| at_row(&error))?;
    let share = shares.iter().flat_map(|shares| shares.iter()).find(|it| it.principal.id() == principal.id());
    let (row, whom) = (record.id.to_string(), principal.id().to_string());
    if let Some(share) = share
        && !plan.replaces(&[&whom, &row, plan.planned.table.text().unwrap_or_default()])
    {
        plan.refuse("record_id", shared_already(record, share, &plan.planned.acting_as));
    }
    Ok(())
}

/// The user or team must exist, and should hold the privileges on the table without which the share gives nothing.
async fn check_privileges(
    api: &Api,
    plan: &mut Planning<RecordShare>,
    catalogue: &Catalogue,
    record: &Record,
    principal: Principal,
) -> Result<(), Fault> {
    let (held, who) = match principal {
        Principal::Team(id) => match api.client.teams().get(id).await? {
            // Members of an access team need the privileges themselves.
            Some(team) if team.team_type == TeamType::Access => return Ok(()),
            Some(team) => (effective::of_team(api, &team).await?, format!("The team \"{}\"", team.name)),
            None => {
                plan.refuse("team_id", format!("The environment has no team with the id {id}."));
                return Ok(());
            }
        },
        other => match api.client.system_users().get(other.id()).await? {
            Some(user) => {
                let name = user.full_name.clone().unwrap_or_else(|| user.id.to_string());
                (effective::of_user(api, &user).await?, format!("The user \"{name}\""))
            }
            None => {
                plan.refuse("user_id", format!("The environment has no user with the id {}.", other.id()));
                return Ok(());
            }
        },
    };
    let missing = missing(plan, catalogue, record, &held);
    if !missing.is_empty() {
        let text = format!(
            "{who} holds no privilege to {} rows of \"{}\" at any level. Without it the share gives nothing, and Dataverse may \
             refuse it. Give a security role with {} first.",
            missing.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "),
            record.table,
            missing.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
        );
        let warning = Diagnostic::warning("A share without effect", text);
        plan.diagnostics.push(warning.at(Path::attribute("access_rights")));
    }
    Ok(())
}

/// The rights asked for, with the names of their privileges, that are held at no level.
fn missing(
    plan: &Planning<RecordShare>,
    catalogue: &Catalogue,
    record: &Record,
    held: &Held,
) -> Vec<(&'static str, String)> {
    let wanted = records::rights(&plan.planned.access_rights);
    let words = wanted.into_iter().map(terms::access_right_word);
    words
        .filter_map(|word| Some((word, catalogue.right(&record.table, terms::right(word)?)?)))
        .filter(|(_, privilege)| held.deepest(privilege.id).is_none())
        .map(|(word, privilege)| (word, privilege.name.clone()))
        .collect()
}

fn argument(principal: Principal) -> &'static str {
    if matches!(principal, Principal::Team(_)) { "team_id" } else { "user_id" }
}
