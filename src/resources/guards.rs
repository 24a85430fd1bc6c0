//! What no plan may do: leave the environment without an administrator, or shut out the identity that deploys.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tf_provider::framework::{Diagnostic, Diagnostics, Fault, Planning, Tf};

use super::principal_roles::{self, RoleNames};
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::system_user::SystemUser;
use crate::dataverse::{Error, Id};
use crate::provider::Api;
use crate::references::{self, SYSTEM_ADMINISTRATOR};

/// Users that the plans of this run take System Administrator from.
#[derive(Clone, Debug, Default)]
pub struct Departing(Arc<Mutex<BTreeSet<Id>>>);

impl Departing {
    /// Counts a user among them and returns all.
    fn with(&self, user: Id) -> BTreeSet<Id> {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        users.insert(user);
        users.clone()
    }
}

/// A user as a plan leaves it.
pub(super) struct After<'a> {
    /// Whether it may sign in.
    pub(super) enabled: bool,
    /// Its business unit, where that is known.
    pub(super) unit: Option<Id>,
    /// Its roles, as configured.
    pub(super) roles: &'a RoleNames,
}

/// Refuses a plan that changes the user `row` to `after`, where that would leave nobody in charge or shut out the caller,
/// and tells which roles that nobody manages a move would strip.
pub(super) async fn user<M>(api: &Api, plan: &mut Planning<M>, row: &SystemUser, after: After<'_>) {
    if let Err(error) = check_user(api, plan, row, &after).await {
        plan.diagnostics.push(crate::faults::diagnostic(&error));
    }
}

async fn check_user<M>(
    api: &Api,
    plan: &mut Planning<M>,
    row: &SystemUser,
    after: &After<'_>,
) -> Result<(), Error> {
    let disabled = !row.is_disabled && !after.enabled;
    let moved = after.unit.is_some_and(|unit| unit != row.business_unit_id);
    let roles = api.client.roles().all().await?;
    let held: BTreeSet<Id> =
        row.role_ids.iter().filter_map(|id| roles.root_of(*id)).map(|it| it.id).collect();
    let strips = moved && !api.client.environment().settings().await?.keep_roles_on_move;
    let Some(kept) = kept(&roles, after, &held, strips) else { return Ok(()) };
    let lost: BTreeSet<Id> = held.difference(&kept).copied().collect();
    if !disabled && !moved && lost.is_empty() {
        return Ok(());
    }
    if let Some(unit) = after.unit.filter(|_| strips) {
        api.planned_moves.add(row.id, unit);
    }
    if strips && after.roles.known().is_none() && !lost.is_empty() {
        plan.diagnostics.push(stripped(&roles, ("user", row.id), &lost));
    }
    let administrator = lost.iter().any(|id| is_administrator(&roles, *id));
    let itself = api.client.environment().who_am_i().await?.user_id == row.id;
    if itself && disabled {
        plan.refuse("enabled", itself_because("disable it"));
    } else if itself && moved {
        plan.refuse("business_unit_id", itself_because("move it, which takes its security roles away"));
    } else if itself && (administrator || kept.is_empty()) {
        plan.refuse("security_roles", itself_because("take away the security roles that it works with"));
    } else if (administrator || disabled && held.iter().any(|id| is_administrator(&roles, *id)))
        && is_last(api, &roles, row.id).await?
    {
        let at = if administrator { "security_roles" } else { "enabled" };
        plan.refuse(at, last(row));
    }
    Ok(())
}

/// The roles (originals) that the user still holds; nothing while that is not known.
fn kept(roles: &Roles, after: &After<'_>, held: &BTreeSet<Id>, strips: bool) -> Option<BTreeSet<Id>> {
    match after.roles {
        Tf::Unknown => None,
        Tf::Null if strips => Some(BTreeSet::new()),
        Tf::Null => Some(held.clone()),
        Tf::Known(_) => {
            let automatic =
                held.iter().copied().filter(|id| roles.get(*id).is_some_and(|role| role.is_auto_assigned));
            let named = principal_roles::names(after.roles);
            let named = named.iter().filter_map(|name| references::role(roles, name, after.unit).ok());
            Some(named.map(|role| role.id).chain(automatic).collect())
        }
    }
}

/// Refuses a destroy that would leave nobody in charge or shut out the caller.
pub(super) async fn destroyed_user(api: &Api, id: &Tf<String>, on_destroy: &Tf<String>) -> Diagnostics {
    let Some(id) = id.text().and_then(|text| Id::parse(text).ok()) else { return Diagnostics::new() };
    if on_destroy.text().is_some_and(|word| word.eq_ignore_ascii_case("abandon")) {
        return Diagnostics::new();
    }
    let refused = async {
        let Some(row) = api.client.system_users().get(id).await? else { return Ok(None) };
        if api.client.environment().who_am_i().await?.user_id == id {
            return Ok(Some(itself_because("disable or delete it")));
        }
        let roles = api.client.roles().all().await?;
        let administrator = row.role_ids.iter().any(|id| is_administrator(&roles, *id));
        let refused = administrator && !row.is_disabled && is_last(api, &roles, id).await?;
        Ok::<_, Error>(refused.then(|| last(&row)))
    };
    match refused.await {
        Ok(None) => Diagnostics::new(),
        Ok(Some(text)) => Diagnostic::error(text).into(),
        Err(error) => crate::faults::diagnostic(&error).into(),
    }
}

/// Whether `id` is the provider's own user, which no run may disable or delete.
///
/// # Errors
/// Says so, as an error for the user.
pub(super) async fn not_itself(api: &Api, id: Id) -> Result<(), Fault> {
    if api.client.environment().who_am_i().await?.user_id == id {
        return Err(Diagnostic::error(itself_because("disable or delete it")).into());
    }
    Ok(())
}

/// Refuses to take one role from a user, where that would leave nobody in charge or shut out the caller.
pub(super) async fn unassigned(api: &Api, user: Id, role: Id) -> Diagnostics {
    let refused = async {
        let Some(row) = api.client.system_users().get(user).await? else { return Ok(None) };
        let roles = api.client.roles().all().await?;
        let administrator = is_administrator(&roles, role);
        let only = row.role_ids.iter().all(|held| *held == role);
        if !administrator && !only {
            return Ok(None);
        }
        if api.client.environment().who_am_i().await?.user_id == user {
            return Ok(Some(itself_because("take away the security roles that it works with")));
        }
        let refused = administrator && !row.is_disabled && is_last(api, &roles, user).await?;
        Ok::<_, Error>(refused.then(|| last(&row)))
    };
    match refused.await {
        Ok(None) => Diagnostics::new(),
        Ok(Some(text)) => Diagnostic::error(text).into(),
        Err(error) => crate::faults::diagnostic(&error).into(),
    }
}

fn is_administrator(roles: &Roles, role: Id) -> bool {
    roles.root_of(role).is_some_and(|role| role.template_id == Some(SYSTEM_ADMINISTRATOR))
}

/// Whether no enabled user but `user`, and those who lose the role in this run as well, is a System Administrator. SYSTEM and
/// INTEGRATION, which nobody can sign in as, are in no tenant.
async fn is_last(api: &Api, roles: &Roles, user: Id) -> Result<bool, Error> {
    let departing = api.departing.with(user);
    let copies: Vec<Id> =
        roles.iter().map(|role| role.id).filter(|role| is_administrator(roles, *role)).collect();
    let holders = api.client.roles().holders(&copies).await?;
    let remaining = holders.into_iter().filter(|holder| !departing.contains(holder));
    let users = remaining.map(|holder| api.client.system_users().get(holder));
    for holder in futures::future::try_join_all(users).await?.into_iter().flatten() {
        let is_somebody = holder.application_id.is_some() || holder.entra_object_id.is_some();
        if !holder.is_disabled && is_somebody {
            return Ok(false);
        }
    }
    Ok(true)
}

fn last(row: &SystemUser) -> String {
    format!(
        "After this run nobody who can sign in would be a System Administrator: the user {} is the last. Give the role to \
         another user first, in a run of its own.",
        row.id
    )
}

fn itself_because(what: &str) -> String {
    format!(
        "This is the user that the provider signs in as. The run would {what}, and lock the provider out of the environment. \
         Let another identity make this change."
    )
}

/// The warning about roles (originals) that nobody manages and that a move takes from the user or team.
pub(super) fn stripped(roles: &Roles, (noun, id): (&str, Id), lost: &BTreeSet<Id>) -> Diagnostic {
    let names: Vec<String> =
        lost.iter().filter_map(|id| roles.get(*id)).map(|role| format!("\"{}\"", role.name)).collect();
    Diagnostic::warning(
        "The move takes security roles away",
        format!(
            "Dataverse takes all security roles away from a {noun} that moves to another business unit. These of the {noun} \
             {id} are not listed in security_roles, and will be lost unless a dataverse_role_assignment of this configuration \
             gives them back: {}.",
            names.join(", ")
        ),
    )
    .at("business_unit_id")
}
