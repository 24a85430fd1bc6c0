//! `dataverse_team_membership`: one user in one team.

use tf_provider::framework::{
    Context, Created, Diagnostic, Fault, Planning, Resource, Tf, computed, required,
};

use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::Id;
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::team::Exchange;
use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Additive: puts one user into one team and leaves the team's other members alone.
    ///
    /// Do not use it for a team whose members are managed with `members`: the two would undo each other. The members of
    /// group teams and default teams follow from the group in Entra or the business unit, and cannot be added here.
    ///
    /// The deploying identity needs `prvReadTeam`, `prvWriteTeam` and `prvReadUser`.
    pub struct TeamMembership {
        /// Id of the membership, `<team id>/<user id>`.
        id: Tf<String> => computed().keep(),
        /// Id of the team.
        team_id: Tf<String> => required().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// Id of the user.
        user_id: Tf<String> => required().replaces().equivalent(terms::same_text).check(terms::guid()),
    }
}

/// The resource.
pub struct TeamMembershipResource;

impl Resource for TeamMembershipResource {
    const TYPE: &'static str = "dataverse_team_membership";
    const IDENTITY: &'static [&'static str] = &["team_id", "user_id"];
    type Api = Api;
    type Model = TeamMembership;

    async fn plan(api: &Api, plan: &mut Planning<TeamMembership>) {
        let id = |field: &Tf<String>| field.text().and_then(|text| Id::parse(text).ok());
        let (team, user) = (id(&plan.planned.team_id), id(&plan.planned.user_id));
        if let (Some(team), Some(user)) = (team, user) {
            let (key, shown) = (team.to_string(), format!("the team {team}"));
            claim(api, plan, "user_id", (Aspect::Members, &key, Extent::One(user.to_string())), &shown);
        }
        let moves = |prior: &TeamMembership| id(&prior.team_id) != team || id(&prior.user_id) != user;
        if plan.prior.as_ref().is_none_or(moves) {
            plan_new(api, plan, team, user).await;
        }
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: TeamMembership,
        created: &Created<TeamMembership>,
    ) -> Result<TeamMembership, Fault> {
        let (team, user) = key(&plan)?;
        if api.client.teams().members_fresh(team).await?.contains(&user) {
            return Err(Diagnostic::error(member_already(team, user)).at("user_id").into());
        }
        let membership = membership(team, user, &plan);
        created.announce(membership.clone());
        change(api, team, Exchange { add: &[user], remove: &[] }).await?;
        Ok(membership)
    }

    async fn read(api: &Api, _: &Context, state: TeamMembership) -> Result<TeamMembership, Fault> {
        let (team, user) = key(&state)?;
        if !api.client.teams().members(team).await?.contains(&user) {
            return Err(Fault::Gone);
        }
        Ok(membership(team, user, &state))
    }

    async fn update(
        _: &Api,
        _: &Context,
        _: TeamMembership,
        plan: TeamMembership,
    ) -> Result<TeamMembership, Fault> {
        // Every argument replaces; only time-outs can change in place.
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: TeamMembership) -> Result<(), Fault> {
        let (team, user) = key(&state)?;
        if !api.client.teams().members_fresh(team).await?.contains(&user) {
            return Err(Fault::Gone);
        }
        change(api, team, Exchange { add: &[], remove: &[user] }).await
    }

    async fn import(_: &Api, text: &str) -> Result<TeamMembership, Fault> {
        let ids = text.split_once('/').map(|(team, user)| (Id::parse(team), Id::parse(user)));
        let Some((Ok(team), Ok(user))) = ids else {
            let text =
                format!("\"{text}\" is not an import id of a team membership. Write <team id>/<user id>.");
            return Err(Diagnostic::error(text).into());
        };
        Ok(membership(team, user, &TeamMembership::default()))
    }
}

/// Checks a membership that is not there yet.
async fn plan_new(api: &Api, plan: &mut Planning<TeamMembership>, team: Option<Id>, user: Option<Id>) {
    if let Some(id) = team {
        let why = match api.client.teams().get(id).await {
            Ok(Some(team)) if team.team_type.is_of_group() => format!(
                "The members of the team \"{}\" come from its group in Entra. Add the person to the group.",
                team.name
            ),
            Ok(Some(team)) if team.is_default => format!(
                "\"{}\" is the default team of its business unit, whose members are the users of the unit. Move the user to \
                 the unit.",
                team.name
            ),
            Ok(Some(_)) => String::new(),
            Ok(None) => format!("The environment has no team with the id {id}."),
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        };
        if !why.is_empty() {
            return plan.refuse("team_id", why);
        }
    }
    if let Some(id) = user {
        match api.client.system_users().get(id).await {
            Ok(Some(_)) => {}
            Ok(None) => plan.refuse(
                "user_id",
                format!(
                    "The environment has no user with the id {id}. Use the id of a user or application user."
                ),
            ),
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        }
    }
    let (Some(team), Some(user)) = (team, user) else { return };
    match api.client.teams().members(team).await {
        Ok(members) => {
            if members.contains(&user) && !plan.replaces(&[&team.to_string(), &user.to_string()]) {
                plan.refuse("user_id", member_already(team, user));
            }
        }
        Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
    }
}

async fn change(api: &Api, team: Id, members: Exchange<'_>) -> Result<(), Fault> {
    Ok(api.client.teams().update(team, Changes::new(), Exchange::default(), members).await?)
}

fn key(model: &TeamMembership) -> Result<(Id, Id), Fault> {
    Ok((references::id(&model.team_id, "team_id")?, references::id(&model.user_id, "user_id")?))
}

fn member_already(team: Id, user: Id) -> String {
    format!(
        "The user is in the team already. Import the membership with the id {team}/{user}, or remove it from the configuration \
         if something else manages it."
    )
}

/// `model` with the two ids, in its spelling of them.
fn membership(team: Id, user: Id, model: &TeamMembership) -> TeamMembership {
    let same = |before: &Tf<String>, id: Id| references::respell(before, id, |text| Id::parse(text).ok());
    TeamMembership {
        id: Tf::Known(format!("{team}/{user}")),
        team_id: same(&model.team_id, team),
        user_id: same(&model.user_id, user),
    }
}
