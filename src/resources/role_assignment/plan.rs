//! What is known of an assignment before it is made.

use tf_provider::framework::{Planning, Tf};

use super::principal::{Principal, Who};
use super::{RoleAssignment, held_already};
use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::Id;
use crate::dataverse::tables::role::{Role, Roles};
use crate::dataverse::tables::team::TeamType;
use crate::provider::Api;
use crate::references::{self, Unresolved};
use crate::resources::{guards, team};

/// Completes and checks a plan.
pub(super) async fn plan(api: &Api, plan: &mut Planning<RoleAssignment>) {
    let who = Who::of(&plan.planned);
    let mut principal = None;
    if let Some(who) = who {
        match who.find(api).await {
            Ok(Some(found)) => principal = Some(found),
            Ok(None) => plan.refuse(who.attribute(), who.missing_text()),
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        }
    }
    if let Some(Principal::Team(team)) = &principal
        && team.team_type == TeamType::Access
    {
        plan.refuse(
            "team_id",
            format!("The team \"{}\" is an access team, which cannot hold security roles.", team.name),
        );
        return;
    }
    let Some(unit) = plan_unit(api, plan, principal.as_ref()).await else { return };
    let Some(name) = plan.planned.role.text().map(ToOwned::to_owned) else { return };
    let roles = match api.client.roles().all().await {
        Ok(roles) => roles,
        Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
    };
    let wanted = plan_role(api, plan, &roles, &name, unit).await;
    let prior = plan.prior.as_ref().and_then(|prior| roles.get(Id::parse(prior.role_id.text()?).ok()?));
    if let Some(prior) = prior {
        plan_existing(api, plan, &roles, (&name, prior), wanted);
        guard(api, plan, who, wanted).await;
    }
    let (Some(who), Some(principal), Some(wanted)) = (who, principal, wanted) else { return };
    let (key, shown) = (who.id().to_string(), format!("the {} {key}", who.noun(), key = who.id()));
    claim(api, plan, "role", (Aspect::Roles, &key, Extent::One(wanted.id.to_string())), &shown);
    if plan.prior.is_some() {
        return;
    }
    if let Principal::Team(team) = &principal {
        team::warn_of_team_only(plan, "role", team.team_type, [wanted]);
    }
    let held = principal.roles().contains(&wanted.id);
    if held && !plan.replaces(&[&key, &wanted.id.to_string()]) {
        plan.refuse("role", held_already(who, &name));
    }
}

/// A replacement takes the role away like a destroy, but is not planned as one.
async fn guard(api: &Api, plan: &mut Planning<RoleAssignment>, who: Option<Who>, wanted: Option<&Role>) {
    let Some(prior) = &plan.prior else { return };
    let (Some(before), Ok(role)) = (Who::of(prior), prior.role_id()) else { return };
    let stays =
        who == Some(before) && wanted.is_none_or(|wanted| wanted.id == role) && plan.replace.is_empty();
    if let (false, Who::User(user)) = (stays, before) {
        let refused = guards::unassigned(api, user, role).await;
        plan.diagnostics.extend(refused);
    }
}

/// Whose copy of the role is meant.
#[derive(Clone, Copy)]
enum Unit {
    /// That of this unit, which the configuration names.
    Named(Id),
    /// That of the user's or team's own unit.
    Own(Id),
    /// That of a unit whose id is not known yet.
    Unknown,
}

/// The unit whose copy is meant; `None` when the plan is refused.
async fn plan_unit(
    api: &Api,
    plan: &mut Planning<RoleAssignment>,
    principal: Option<&Principal>,
) -> Option<Unit> {
    let text = match &plan.config.role_business_unit_id {
        Tf::Null => {
            // Who moves in this run loses the copies of the unit it leaves.
            let own = |principal: &Principal| {
                Unit::Own(api.planned_moves.unit_of(principal.id()).unwrap_or(principal.unit()))
            };
            return Some(principal.map_or(Unit::Unknown, own));
        }
        Tf::Unknown => return Some(Unit::Unknown),
        Tf::Known(text) => text.clone(),
    };
    let found = async {
        let units = api.client.business_units().all().await?;
        Ok::<_, crate::dataverse::Error>((units, api.client.environment().settings().await?))
    };
    let (units, settings) = match found.await {
        Ok(found) => found,
        Err(error) => {
            plan.diagnostics.push(crate::faults::diagnostic(&error));
            return None;
        }
    };
    let unit = match references::planned_unit(api, &units, &text) {
        Ok(Some(unit)) => unit,
        Ok(None) => return Some(Unit::Unknown),
        Err(unresolved) => {
            plan.refuse("role_business_unit_id", unresolved.text());
            return None;
        }
    };
    if let Some(principal) = principal.filter(|principal| principal.unit() != unit)
        && !settings.ownership_across_business_units
    {
        let own = units
            .get(principal.unit())
            .map_or_else(|| principal.unit().to_string(), |unit| unit.name.clone());
        plan.refuse(
            "role_business_unit_id",
            format!(
                "The user or team belongs to the business unit \"{own}\". It can hold copies of roles in other units only where \
                 the environment allows record ownership across business units (EnableOwnershipAcrossBusinessUnits), which this \
                 one does not. Leave the argument out."
            ),
        );
        return None;
    }
    Some(Unit::Named(unit))
}

/// The copy that the plan assigns, once it is known.
async fn plan_role<'r>(
    api: &Api,
    plan: &mut Planning<RoleAssignment>,
    roles: &'r Roles,
    name: &str,
    unit: Unit,
) -> Option<&'r Role> {
    let wish = Tf::Known([Tf::Known(name.to_owned())].into());
    match unit {
        Unit::Own(unit) => {
            let wanted = references::plan_roles(api, plan, "role".into(), &wish, Some(unit)).await?;
            wanted.first().and_then(|id| roles.get(*id))
        }
        Unit::Unknown => {
            references::plan_roles(api, plan, "role".into(), &wish, None).await;
            None
        }
        Unit::Named(unit) => {
            match references::copy(roles, name, references::Place { unit, across_units: false }) {
                Ok(copy) => Some(copy),
                Err(Unresolved::Missing(_)) if api.planned_roles.contains(name) => None,
                Err(unresolved) => {
                    plan.refuse("role", unresolved.text());
                    None
                }
            }
        }
    }
}

/// An assignment that is there stays as long as the same copy is meant.
fn plan_existing(
    api: &Api,
    plan: &mut Planning<RoleAssignment>,
    roles: &Roles,
    (name, prior): (&str, &Role),
    wanted: Option<&Role>,
) {
    if api.planned_roles.replaces(prior.root_role_id) {
        // Another role takes this one's name in this run, and its assignments go with it.
        return replace(plan);
    }
    match wanted {
        Some(wanted) if wanted.id == prior.id => {
            plan.in_place.extend(["role".into(), "role_business_unit_id".into()]);
            references::keep_spelling(
                plan,
                |assignment| &mut assignment.role,
                |text| {
                    references::role(roles, text, Some(prior.business_unit_id))
                        .is_ok_and(|role| role.id == prior.root_role_id)
                },
            );
        }
        Some(wanted) if wanted.root_role_id == prior.root_role_id => replace(plan),
        Some(_) => {}
        // A role that only gets the name in this run.
        None if api.planned_roles.renamed(name) == Some(prior.root_role_id) => {
            plan.in_place.push("role".into());
        }
        None => {}
    }
}

fn replace(plan: &mut Planning<RoleAssignment>) {
    (plan.planned.id, plan.planned.role_id) = (Tf::Unknown, Tf::Unknown);
    plan.replace.push("role_id".into());
}
