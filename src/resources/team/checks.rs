//! What is known of a change of a team before it is made.

use std::collections::BTreeSet;

use futures::future::join_all;
use tf_provider::framework::{Diagnostic, Diagnostics, Fault, Planning, Tf};

use super::{Team, members, team_type, type_word};
use crate::claims::{self, Aspect, Extent, claim};
use crate::dataverse::Id;
use crate::dataverse::tables::role::{Inheritance, Role};
use crate::dataverse::tables::team::{Team as Row, TeamType};
use crate::provider::Api;
use crate::references;
use crate::resources::{guards, principal_roles};

/// Rules across arguments.
pub(super) fn validate(config: &Team) -> Diagnostics {
    let mut faults = Diagnostics::new();
    if config.team_type.is_unknown() {
        return faults;
    }
    let mut refuse = |attribute: &'static str, title: &str, text: &str| {
        faults.push(Diagnostic::error(text).titled(title).at(attribute));
    };
    let kind = team_type(&config.team_type);
    if kind.is_of_group() {
        if config.entra_group_id.is_null() {
            refuse("team_type", "Missing value", "Whose members? A group team needs entra_group_id.");
        }
        if config.members.known().is_some() {
            refuse("members", "Conflicting arguments", FROM_GROUP);
        }
    } else {
        let only_groups = "Only teams of groups in Entra have this. Set team_type to entra_security_group or \
                           entra_office_group, or leave the argument out.";
        for (attribute, value) in
            [("entra_group_id", &config.entra_group_id), ("membership_type", &config.membership_type)]
        {
            if value.known().is_some() {
                refuse(attribute, "Conflicting arguments", only_groups);
            }
        }
    }
    if kind == TeamType::Access && config.security_roles.known().is_some() {
        refuse(
            "security_roles",
            "Conflicting arguments",
            "Access teams cannot hold security roles. Use an owner team, or leave the argument out.",
        );
    }
    faults
}

const FROM_GROUP: &str =
    "The members of this team come from its group in Entra. Change the group, and leave the argument out.";

/// Completes and checks a plan.
pub(super) async fn plan(api: &Api, plan: &mut Planning<Team>) {
    let own = plan.prior.as_ref().and_then(|prior| Id::parse(prior.id.text()?).ok());
    let row = match own {
        Some(id) => match api.client.teams().get(id).await {
            Ok(row) => row,
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        },
        None => None,
    };
    let kind = team_type(&plan.planned.team_type);
    if own.is_none() && kind.is_of_group() && plan.config.membership_type.is_null() {
        plan.planned.membership_type = "members_and_guests".into();
    }
    let unit = match &row {
        // A default team is where its unit is, also when the configuration does not say so.
        Some(row) if row.is_default && plan.config.business_unit_id.is_null() => Some(row.business_unit_id),
        _ => {
            let wish = plan.config.business_unit_id.clone();
            references::plan_business_unit(api, plan, wish, |team| &mut team.business_unit_id).await
        }
    };
    if let Some(row) = row.as_deref().filter(|row| row.is_default) {
        plan_default(api, plan, row, unit);
    }
    if let (Some(row), Some(unit)) = (row.as_deref(), unit) {
        warn_of_stripped(api, plan, row, unit).await;
    }
    let holder = row.as_deref().map(Into::into);
    let wanted = principal_roles::plan(api, plan, |team| &mut team.security_roles, unit, holder)
        .await
        .unwrap_or_default();
    if let Ok(roles) = api.client.roles().all().await {
        let held = row.as_deref().map(|row| &row.role_ids[..]).unwrap_or_default();
        let added = wanted.iter().filter(|id| !held.contains(id)).filter_map(|id| roles.get(*id));
        warn_of_team_only(plan, "security_roles", kind, added);
    }
    plan_people(api, plan, row.as_deref()).await;
    match own {
        Some(own) => {
            let (key, shown) = (own.to_string(), format!("the team {own}"));
            claim(api, plan, "name", (Aspect::Object, &key, Extent::All), &shown);
            principal_roles::claim(api, plan, |team| &team.security_roles, ("team", own));
            if !plan.config.members.is_null() {
                claims::claim(api, plan, "members", (Aspect::Members, &key, Extent::All), &shown);
            }
            let renamed = |row: &Row| plan.planned.name.text().is_some_and(|name| name != row.name);
            let moved = |row: &Row| unit.is_some_and(|unit| unit != row.business_unit_id);
            if row.as_deref().is_some_and(|row| !row.is_default && (renamed(row) || moved(row))) {
                check_twin(api, plan, unit, Some(own)).await;
            }
        }
        None => plan_new(api, plan, unit).await,
    }
}

/// Refuses what Dataverse does not let anybody do to the default team of a unit.
fn plan_default(api: &Api, plan: &mut Planning<Team>, row: &Row, unit: Option<Id>) {
    if unit != Some(row.business_unit_id) && !plan.config.business_unit_id.is_unknown() {
        plan.refuse(
            "business_unit_id",
            "This is the default team of its business unit, which cannot be moved.",
        );
    }
    if let Some(name) = plan.planned.name.text().filter(|name| *name != row.name) {
        // It follows its unit, which this run may rename.
        if api.planned_units.named(name) != Some(Some(row.business_unit_id)) {
            let text = format!(
                "This is the default team of its business unit and bears its name, \"{}\". Rename the business unit instead.",
                row.name
            );
            plan.refuse("name", text);
        }
    }
    if !plan.config.members.is_null() {
        plan.refuse(
            "members",
            "This is the default team of its business unit, whose members are the users of the unit. Leave the argument out.",
        );
    }
}

/// Tells which roles that nobody manages a move to `unit` takes from a team.
async fn warn_of_stripped(api: &Api, plan: &mut Planning<Team>, row: &Row, unit: Id) {
    let unmanaged = plan.config.security_roles.is_null() && !row.role_ids.is_empty();
    if unit == row.business_unit_id || !unmanaged {
        return;
    }
    let found = async {
        let settings = api.client.environment().settings().await?;
        Ok::<_, crate::dataverse::Error>((api.client.roles().all().await?, settings.keep_roles_on_move))
    };
    match found.await {
        Ok((_, true)) => {}
        Ok((roles, false)) => {
            api.planned_moves.add(row.id, unit);
            let lost = row.role_ids.iter().filter_map(|id| roles.root_of(*id)).map(|role| role.id).collect();
            plan.diagnostics.push(guards::stripped(&roles, ("team", row.id), &lost));
        }
        Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
    }
}

/// Warns of roles that Dataverse may refuse for a team of a group.
pub(in crate::resources) fn warn_of_team_only<'r, M>(
    plan: &mut Planning<M>,
    attribute: &'static str,
    team_type: TeamType,
    added: impl IntoIterator<Item = &'r Role>,
) {
    if !team_type.is_of_group() {
        return;
    }
    let names: Vec<String> = added
        .into_iter()
        .filter(|role| role.inheritance == Inheritance::TeamOnly)
        .map(|role| format!("\"{}\"", role.name))
        .collect();
    if !names.is_empty() {
        plan.diagnostics.push(
            Diagnostic::warning(
                "Security roles that a group team may not hold",
                format!(
                    "Dataverse lists an error (0x80048350) for teams of Entra groups that are given roles whose \
                     member_privilege_inheritance is team_only, and may refuse these: {}. Set it to direct_user_and_team.",
                    names.join(", ")
                ),
            )
            .at(attribute),
        );
    }
}

/// Checks members and administrator: they must be users. Other spellings of the same are no change.
async fn plan_people(api: &Api, plan: &mut Planning<Team>, row: Option<&Row>) {
    let before = plan.prior.as_ref().map(|prior| prior.members.clone()).unwrap_or_default();
    let (known, wanted) = (members::ids(&before), members::ids(&plan.planned.members));
    let listed = plan.planned.members.known().map_or(0, BTreeSet::len);
    if plan.planned.members.known().is_some_and(|list| list.iter().all(|id| id.known().is_some())) {
        if wanted.len() < listed {
            plan.refuse("members", "A user is listed twice. List each user once.");
        } else if before.known().is_some() && known == wanted {
            plan.planned.members = before.clone();
        }
        if let (Some(row), Tf::Null) = (row, &before) {
            warn_of_leavers(api, plan, row.id, &wanted).await;
        }
    }
    let administrator = plan.config.administrator_id.text().and_then(|text| Id::parse(text).ok());
    let administrator = administrator.filter(|id| row.and_then(|row| row.administrator_id) != Some(*id));
    let people = wanted.difference(&known).map(|id| ("members", *id));
    let people: Vec<(&'static str, Id)> =
        people.chain(administrator.map(|id| ("administrator_id", id))).collect();
    let found = join_all(people.iter().map(|(_, id)| api.client.system_users().get(*id))).await;
    for ((attribute, id), user) in people.into_iter().zip(found) {
        match user {
            Ok(Some(_)) => {}
            Ok(None) => plan.refuse(
                attribute,
                format!(
                    "The environment has no user with the id {id}. Use the id of a user or application user."
                ),
            ),
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        }
    }
}

/// Tells who is in a team whose members are managed for the first time, and will not be any more.
async fn warn_of_leavers(api: &Api, plan: &mut Planning<Team>, team: Id, wanted: &BTreeSet<Id>) {
    let Ok(current) = api.client.teams().members(team).await else { return };
    let leavers: Vec<String> = current.difference(wanted).map(ToString::to_string).collect();
    if !leavers.is_empty() {
        plan.diagnostics.push(
            Diagnostic::warning(
                "Existing members will be removed",
                format!(
                    "The team has members that are not listed here, and will lose them: {}.",
                    leavers.join(", ")
                ),
            )
            .at("members"),
        );
    }
}

/// Refuses a team that is there already.
async fn plan_new(api: &Api, plan: &mut Planning<Team>, unit: Option<Id>) {
    let group = plan.planned.entra_group_id.text().and_then(|text| Id::parse(text).ok());
    if let Some(group) = group {
        let word = plan.planned.membership_type.text().unwrap_or_default().to_lowercase();
        let shown = format!("the team of the group {group} with the membership type {word}");
        claim(api, plan, "entra_group_id", (Aspect::Object, &shown, Extent::All), &shown);
        match api.client.teams().of_entra_group(group).await {
            Ok(teams) => {
                let twin = teams
                    .iter()
                    .find(|team| super::membership_word(team.membership_type).text() == Some(&word));
                if let Some(team) = twin.filter(|team| !plan.replaces(&[&team.id.to_string()])) {
                    let text = format!(
                        "The group {group} has the team \"{}\" of that membership type already, with the id {}. Import that team.",
                        team.name, team.id
                    );
                    plan.refuse("entra_group_id", text);
                    return;
                }
            }
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        }
    }
    check_twin(api, plan, unit, None).await;
}

/// Refuses the name of another team of the unit.
async fn check_twin(api: &Api, plan: &mut Planning<Team>, unit: Option<Id>, own: Option<Id>) {
    let (Some(name), Some(unit)) = (plan.planned.name.text().map(ToOwned::to_owned), unit) else { return };
    let shown = format!("the team \"{name}\" of the business unit {unit}");
    claim(api, plan, "name", (Aspect::Object, &shown, Extent::All), &shown);
    match api.client.teams().named(&name).await {
        Ok(teams) => {
            let twin = teams.iter().find(|team| team.business_unit_id == unit && Some(team.id) != own);
            if let Some(team) = twin.filter(|team| !plan.replaces(&[&team.id.to_string()])) {
                let kind = type_word(team.team_type);
                let text = format!(
                    "The business unit {unit} has a team named \"{name}\" already, of type {} and with the id {}. Choose another \
                     name, or import that team.",
                    kind.text().unwrap_or_default(),
                    team.id
                );
                plan.refuse("name", text);
            }
        }
        Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
    }
}

/// The team that an import id names: a team id or a name.
pub(super) async fn find_for_import(api: &Api, text: &str) -> Result<Id, Fault> {
    let teams = api.client.teams();
    if let Ok(id) = Id::parse(text) {
        return Ok(teams.get(id).await?.ok_or(Fault::Gone)?.id);
    }
    one_named(api, text).await.map(|team| team.id)
}

/// The one team of a name.
///
/// # Errors
/// When there is none, or several.
pub(crate) async fn one_named(api: &Api, name: &str) -> Result<Row, Fault> {
    let mut found = api.client.teams().named(name).await?;
    if found.len() > 1 {
        let units = api.client.business_units().all().await?;
        let place =
            |id: Id| units.get(id).map_or_else(|| id.to_string(), |unit| format!("\"{}\"", unit.name));
        let candidates: Vec<String> = found
            .iter()
            .map(|team| format!("{} (business unit {})", team.id, place(team.business_unit_id)))
            .collect();
        let text =
            format!("Several teams are named \"{name}\". Use an id instead: {}.", candidates.join(", "));
        return Err(Diagnostic::error(text).into());
    }
    found
        .pop()
        .ok_or_else(|| Diagnostic::error(format!("The environment has no team named \"{name}\".")).into())
}
