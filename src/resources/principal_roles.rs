//! The direct roles of a user or team, as `security_roles` of their resources manages them.

use std::collections::BTreeSet;

use tf_provider::framework::{Context, Diagnostic, Fault, Planning, Tf};

use crate::claims::{self, Aspect, Extent};
use crate::dataverse::Id;
use crate::dataverse::tables::role::{Role, Roles};
use crate::dataverse::tables::system_user::SystemUser;
use crate::dataverse::tables::team::Team;
use crate::provider::Api;
use crate::references::{self, Place};

/// The value of `security_roles`: null when not managed.
pub(super) type RoleNames = Tf<BTreeSet<Tf<String>>>;

/// A user or team that is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder<'a> {
    /// `user` or `team`.
    pub(super) noun: &'static str,
    /// Its business unit.
    pub(super) unit: Id,
    /// Ids of the copies that it holds itself.
    pub(super) roles: &'a [Id],
}

impl<'a> From<&'a SystemUser> for Holder<'a> {
    fn from(user: &'a SystemUser) -> Self {
        Holder { noun: "user", unit: user.business_unit_id, roles: &user.role_ids }
    }
}

impl<'a> From<&'a Team> for Holder<'a> {
    fn from(team: &'a Team) -> Self {
        Holder { noun: "team", unit: team.business_unit_id, roles: &team.role_ids }
    }
}

/// The names in a set.
pub(super) fn names(set: &RoleNames) -> Vec<String> {
    set.known().into_iter().flatten().filter_map(|name| name.text().map(ToOwned::to_owned)).collect()
}

/// The roles that a user or team holds itself, each in the spelling of `prior` if that names it. Others appear by name, and
/// by the id of the copy where a name would not lead to it: copies of other business units, and names that several roles
/// have. Roles that the platform assigns by licence are left out unless they are named. Stays null when not managed.
/// `across_units` is what [`across_units`] finds of `prior`.
pub(super) fn held(roles: &Roles, holder: Holder<'_>, prior: &RoleNames, across_units: bool) -> RoleNames {
    if prior.known().is_none() {
        return Tf::Null;
    }
    let names = names(prior);
    let place = Place { unit: holder.unit, across_units };
    let spelled: Vec<(Id, &String)> = names
        .iter()
        .filter_map(|name| references::copy(roles, name, place).ok().map(|copy| (copy.id, name)))
        .collect();
    let held = holder.roles.iter().filter_map(|id| roles.get(*id)).filter_map(|copy| {
        match spelled.iter().find(|(id, _)| *id == copy.id) {
            Some((_, name)) => Some((*name).clone()),
            None if copy.is_auto_assigned => None,
            None => Some(shown(roles, copy, place)),
        }
    });
    Tf::Known(held.map(Tf::Known).collect())
}

/// Whether ids in `names` ask for the very copies; see [`Place`].
///
/// # Errors
/// When the service cannot be read.
pub(super) async fn across_units(
    api: &Api,
    roles: &Roles,
    holder: Holder<'_>,
    names: &RoleNames,
) -> Result<bool, Fault> {
    Ok(references::place(api, roles, &self::names(names), holder.unit).await?.across_units)
}

/// The name of a role, or the id of this copy of it where the name would lead to another one.
fn shown(roles: &Roles, copy: &Role, place: Place) -> String {
    match references::copy(roles, &copy.name, place) {
        Ok(found) if found.id == copy.id => copy.name.clone(),
        _ => copy.id.to_string(),
    }
}

/// Checks the roles in a plan. Another spelling of the same roles is no change; roles that an existing user or team (`row`)
/// would lose, because it is managed for the first time, are told. Returns what
/// [`plan_roles`](references::plan_roles) does.
pub(super) async fn plan<M>(
    api: &Api,
    plan: &mut Planning<M>,
    field: fn(&mut M) -> &mut RoleNames,
    unit: Option<Id>,
    row: Option<Holder<'_>>,
) -> Option<BTreeSet<Id>> {
    let wish = field(&mut plan.planned).clone();
    let wanted = references::plan_roles(api, plan, "security_roles".into(), &wish, unit).await?;
    let roles = api.client.roles().all().await.ok()?;
    let before = plan.prior.as_mut().map(|prior| field(prior).clone()).unwrap_or_default();
    if before.known().is_some() {
        let named = names(&before);
        let meant: BTreeSet<Id> = match unit {
            Some(unit) => {
                let place = references::place(api, &roles, &named, unit).await.ok()?;
                named
                    .iter()
                    .filter_map(|name| references::copy(&roles, name, place).ok())
                    .map(|role| role.id)
                    .collect()
            }
            None => named
                .iter()
                .filter_map(|name| references::role(&roles, name, None).ok())
                .map(|role| role.id)
                .collect(),
        };
        if meant == wanted && named.len() == wanted.len() {
            *field(&mut plan.planned) = before;
        }
        return Some(wanted);
    }
    let Some(row) = row else { return Some(wanted) };
    // Who moves gets the copies of the new unit, which are the same roles.
    let moves = unit != Some(row.unit);
    let originals: BTreeSet<Id> =
        wanted.iter().filter_map(|id| roles.root_of(*id)).map(|role| role.id).collect();
    let lost: Vec<String> = row
        .roles
        .iter()
        .filter_map(|id| roles.get(*id))
        .filter(|role| !(wanted.contains(&role.id) || moves && originals.contains(&role.root_role_id)))
        .filter(|role| !role.is_auto_assigned)
        .map(|role| format!("\"{}\"", role.name))
        .collect();
    if !lost.is_empty() {
        plan.diagnostics.push(
            Diagnostic::warning(
                "Existing security roles will be removed",
                format!(
                    "The {} holds security roles that are not listed here, and will lose them: {}. List them to keep them.",
                    row.noun,
                    lost.join(", ")
                ),
            )
            .at("security_roles"),
        );
    }
    Some(wanted)
}

/// Claims all roles of the user or team `id` (`noun`), where the plan manages them.
pub(super) fn claim<M>(
    api: &Api,
    plan: &mut Planning<M>,
    field: fn(&M) -> &RoleNames,
    (noun, id): (&str, Id),
) {
    if !field(&plan.config).is_null() {
        let (key, shown) = (id.to_string(), format!("the {noun} {id}"));
        claims::claim(api, plan, "security_roles", (Aspect::Roles, &key, Extent::All), &shown);
    }
}

/// What must be added to and removed from the roles of a user or team.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Copies to add.
    pub(super) add: Vec<Id>,
    /// Copies to remove.
    pub(super) remove: Vec<Id>,
}

/// The copies that `wish` gives to a new user or team of `unit`.
///
/// # Errors
/// When a role does not exist, or has no copy in the unit.
pub(super) async fn wanted(api: &Api, unit: Id, wish: &RoleNames) -> Result<Vec<Id>, Fault> {
    let names = names(wish);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let roles = api.client.roles().all().await?;
    let place = references::place(api, &roles, &names, unit).await?;
    Ok(references::copies(&roles, &names, place)?.into_iter().collect())
}

/// The difference between the roles that `holder` holds and those that `wish` names; none when `wish` does not manage them.
/// After a move to another business unit (`unit`) it holds none, and what it held without being named is told.
///
/// # Errors
/// When a role does not exist, or has no copy in the unit.
pub(super) async fn difference(
    api: &Api,
    context: &Context,
    holder: Holder<'_>,
    unit: Id,
    wish: &RoleNames,
) -> Result<Difference, Fault> {
    let wanted: Option<BTreeSet<Id>> = match wish.known() {
        Some(_) => Some(self::wanted(api, unit, wish).await?.into_iter().collect()),
        None => None,
    };
    let roles = api.client.roles().all().await?;
    if unit != holder.unit && !api.client.environment().settings().await?.keep_roles_on_move {
        let add: Vec<Id> = wanted.iter().flatten().copied().collect();
        warn_of_lost(context, &roles, holder, &add);
        return Ok(Difference { add, remove: Vec::new() });
    }
    let Some(wanted) = wanted else { return Ok(Difference::default()) };
    let held: BTreeSet<Id> = holder.roles.iter().copied().collect();
    let automatic = |id: &Id| roles.get(*id).is_some_and(|role| role.is_auto_assigned);
    Ok(Difference {
        add: wanted.difference(&held).copied().collect(),
        remove: held.difference(&wanted).copied().filter(|id| !automatic(id)).collect(),
    })
}

fn warn_of_lost(context: &Context, roles: &Roles, holder: Holder<'_>, kept: &[Id]) {
    let kept: BTreeSet<Id> =
        kept.iter().filter_map(|id| roles.get(*id)).map(|role| role.root_role_id).collect();
    let lost: Vec<String> = holder
        .roles
        .iter()
        .filter_map(|id| roles.root_of(*id))
        .filter(|role| !kept.contains(&role.id))
        .map(|role| format!("\"{}\"", role.name))
        .collect();
    if !lost.is_empty() {
        context.warn(Diagnostic::warning(
            "Security roles lost in a move",
            format!(
                "Dataverse takes all security roles away from a {} that moves to another business unit. These were not \
                 managed here and are gone: {}.",
                holder.noun,
                lost.join(", ")
            ),
        ));
    }
}
