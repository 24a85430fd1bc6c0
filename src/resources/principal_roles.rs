//! The direct roles of a user, as `security_roles` of the users' resources manages them.

use std::collections::BTreeSet;

use tf_provider::framework::{Context, Diagnostic, Fault, Planning, Tf};

use crate::claims::{self, Aspect, Extent};
use crate::dataverse::Id;
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::system_user::SystemUser;
use crate::provider::Api;
use crate::references;

/// The value of `security_roles`: null when not managed.
pub(super) type RoleNames = Tf<BTreeSet<Tf<String>>>;

/// The names in a set.
pub(super) fn names(set: &RoleNames) -> Vec<String> {
    set.known().into_iter().flatten().filter_map(|name| name.text().map(ToOwned::to_owned)).collect()
}

/// The roles that `user` holds itself, each in the spelling of `prior` if that names it, else by name. Roles that the
/// platform assigns by licence are left out unless they are named. Stays null when not managed.
pub(super) fn held(roles: &Roles, user: &SystemUser, prior: &RoleNames) -> RoleNames {
    if prior.known().is_none() {
        return Tf::Null;
    }
    let spelled: Vec<(Id, String)> = names(prior)
        .into_iter()
        .filter_map(|name| {
            let role = references::role(roles, &name, Some(user.business_unit_id)).ok()?;
            Some((role.id, name))
        })
        .collect();
    let held = user.role_ids.iter().filter_map(|id| roles.root_of(*id)).filter_map(|role| {
        if let Some((_, name)) = spelled.iter().find(|(id, _)| *id == role.id) {
            return Some(name.clone());
        }
        if role.is_auto_assigned {
            return None;
        }
        // A name that would lead to another role is no name for this one.
        let named = references::role(roles, &role.name, Some(user.business_unit_id));
        Some(if named.is_ok_and(|found| found.id == role.id) {
            role.name.clone()
        } else {
            role.id.to_string()
        })
    });
    Tf::Known(held.map(Tf::Known).collect())
}

/// Checks the roles in a plan. Another spelling of the same roles is no change; roles that an existing user (`row`) would
/// lose, because it is managed for the first time, are told.
pub(super) async fn plan<M>(
    api: &Api,
    plan: &mut Planning<M>,
    field: fn(&mut M) -> &mut RoleNames,
    unit: Option<Id>,
    row: Option<&SystemUser>,
) {
    let wish = field(&mut plan.planned).clone();
    let Some(wanted) = references::plan_roles(api, plan, "security_roles".into(), &wish, unit).await else {
        return;
    };
    let Ok(roles) = api.client.roles().all().await else { return };
    let before = plan.prior.as_mut().map(|prior| field(prior).clone()).unwrap_or_default();
    if before.known().is_some() {
        let named = names(&before);
        let originals: BTreeSet<Id> = named
            .iter()
            .filter_map(|name| references::role(&roles, name, unit).ok())
            .map(|role| role.id)
            .collect();
        if originals == wanted && named.len() == wanted.len() {
            *field(&mut plan.planned) = before;
        }
        return;
    }
    let lost: Vec<String> = row
        .into_iter()
        .flat_map(|row| &row.role_ids)
        .filter_map(|id| roles.root_of(*id))
        .filter(|role| !wanted.contains(&role.id) && !role.is_auto_assigned)
        .map(|role| format!("\"{}\"", role.name))
        .collect();
    if !lost.is_empty() {
        plan.diagnostics.push(
            Diagnostic::warning(
                "Existing security roles will be removed",
                format!(
                    "The user holds security roles that are not listed here, and will lose them: {}. List them to keep them.",
                    lost.join(", ")
                ),
            )
            .at("security_roles"),
        );
    }
}

/// Claims all roles of the user `id`, where the plan manages them.
pub(super) fn claim<M>(api: &Api, plan: &mut Planning<M>, field: fn(&M) -> &RoleNames, id: Id) {
    if !field(&plan.config).is_null() {
        let (key, shown) = (id.to_string(), format!("the user {id}"));
        claims::claim(api, plan, "security_roles", (Aspect::Roles, &key, Extent::All), &shown);
    }
}

/// What must be added to and removed from the roles of a user.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Copies to add.
    pub(super) add: Vec<Id>,
    /// Copies to remove.
    pub(super) remove: Vec<Id>,
}

/// The difference between the roles that `user` holds and those that `wish` names; none when `wish` does not manage them.
/// After a move to another business unit (`unit`) the user holds none, and what it held without being named is told.
///
/// # Errors
/// When a role does not exist, or has no copy in the unit.
pub(super) async fn difference(
    api: &Api,
    context: &Context,
    user: &SystemUser,
    unit: Id,
    wish: &RoleNames,
) -> Result<Difference, Fault> {
    let roles = api.client.roles().all().await?;
    let wanted = match wish.known() {
        Some(_) => Some(references::copies(&roles, &names(wish), unit)?),
        None => None,
    };
    if unit != user.business_unit_id && !api.client.environment().settings().await?.keep_roles_on_move {
        let add: Vec<Id> = wanted.iter().flatten().copied().collect();
        warn_of_lost(context, &roles, user, &add);
        return Ok(Difference { add, remove: Vec::new() });
    }
    let Some(wanted) = wanted else { return Ok(Difference::default()) };
    let held: BTreeSet<Id> = user.role_ids.iter().copied().collect();
    let automatic = |id: &Id| roles.get(*id).is_some_and(|role| role.is_auto_assigned);
    Ok(Difference {
        add: wanted.difference(&held).copied().collect(),
        remove: held.difference(&wanted).copied().filter(|id| !automatic(id)).collect(),
    })
}

fn warn_of_lost(context: &Context, roles: &Roles, user: &SystemUser, kept: &[Id]) {
    let kept: BTreeSet<Id> =
        kept.iter().filter_map(|id| roles.get(*id)).map(|role| role.root_role_id).collect();
    let lost: Vec<String> = user
        .role_ids
        .iter()
        .filter_map(|id| roles.root_of(*id))
        .filter(|role| !kept.contains(&role.id))
        .map(|role| format!("\"{}\"", role.name))
        .collect();
    if !lost.is_empty() {
        context.warn(Diagnostic::warning(
            "Security roles lost in a move",
            format!(
                "Dataverse takes all security roles away from a user that moves to another business unit. These were not \
                 managed here and are gone: {}.",
                lost.join(", ")
            ),
        ));
    }
}
