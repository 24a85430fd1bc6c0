//! Security roles that a configuration names.

use std::collections::{BTreeMap, BTreeSet};

use tf_provider::framework::{Path, Planning, Tf};

use super::Unresolved;
use crate::dataverse::tables::role::{Role, Roles};
use crate::dataverse::{Error, Id};
use crate::provider::Api;
use crate::terms::did_you_mean;

/// The original of the role that `text` names: by the id of any copy, or by name. Where several business units have a role
/// of that name, the one with a copy in `within` is meant.
///
/// # Errors
/// When there is none, or several.
pub fn role<'a>(roles: &'a Roles, text: &str, within: Option<Id>) -> Result<&'a Role, Unresolved> {
    if let Ok(id) = Id::parse(text) {
        let missing =
            || Unresolved::Missing(format!("The environment has no security role with the id {id}."));
        return roles.root_of(id).ok_or_else(missing);
    }
    let named = roles.named(text);
    let reachable: Vec<&Role> = named
        .iter()
        .copied()
        .filter(|role| within.is_none_or(|unit| roles.copy_in(role.id, unit).is_some()))
        .collect();
    match (&named[..], &reachable[..]) {
        (_, [role]) | ([role], _) => Ok(role),
        ([], _) => {
            let hint = did_you_mean(text, roles.originals().map(|role| role.name.as_str()));
            Err(Unresolved::Missing(format!("The environment has no security role named \"{text}\".{hint}")))
        }
        _ => {
            let candidates: Vec<String> = named
                .iter()
                .map(|role| format!("{} (business unit {})", role.id, role.business_unit_id))
                .collect();
            Err(Unresolved::Ambiguous(format!(
                "Several security roles are named \"{text}\". Use an id instead: {}.",
                candidates.join(", ")
            )))
        }
    }
}

/// Where a user or team is, and what the id of a role's copy in another unit means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Business unit of the user or team.
    pub unit: Id,
    /// An id asks for that very copy, of whatever unit ("record ownership across business units"). Otherwise it means the
    /// role, and the copy of `unit` is assigned.
    pub across_units: bool,
}

/// The place of a user or team of `unit` that is given the roles `names`. The setting of the environment is looked at only
/// if one of them makes a difference.
///
/// # Errors
/// Those of a query.
pub async fn place<'n>(
    api: &Api,
    roles: &Roles,
    names: impl IntoIterator<Item = &'n String>,
    unit: Id,
) -> Result<Place, Error> {
    let elsewhere = |name: &String| {
        let role = Id::parse(name).ok().and_then(|id| roles.get(id));
        role.is_some_and(|role| role.business_unit_id != unit)
    };
    let across_units = names.into_iter().any(elsewhere)
        && api.client.environment().settings().await?.ownership_across_business_units;
    Ok(Place { unit, across_units })
}

/// The copy of a role that a user or team at `place` holds when it is given the role `name`.
///
/// # Errors
/// When the name finds no role, or the role has no copy there.
pub fn copy<'a>(roles: &'a Roles, name: &str, place: Place) -> Result<&'a Role, Unresolved> {
    if place.across_units
        && let Some(role) = Id::parse(name).ok().and_then(|id| roles.get(id))
    {
        return Ok(role);
    }
    let original = role(roles, name, Some(place.unit))?;
    roles.copy_in(original.id, place.unit).ok_or_else(|| {
        Unresolved::Missing(format!(
            "The security role \"{name}\" belongs to the business unit {} and has no copy in {}, the unit of the user or team. \
             Create the role in a unit above both.",
            original.business_unit_id, place.unit
        ))
    })
}

/// The copies of the roles that `names` names; see [`copy`].
///
/// # Errors
/// As [`copy`].
pub fn copies<'n>(
    roles: &Roles,
    names: impl IntoIterator<Item = &'n String>,
    place: Place,
) -> Result<BTreeSet<Id>, Unresolved> {
    names.into_iter().map(|name| copy(roles, name, place).map(|copy| copy.id)).collect()
}

/// Checks the roles that a plan gives to a user or team of `unit`: they must exist, or be planned in this run. Returns the
/// copies once all of them are known, or the originals while the unit is not.
pub async fn plan_roles<M>(
    api: &Api,
    plan: &mut Planning<M>,
    path: Path,
    names: &Tf<BTreeSet<Tf<String>>>,
    unit: Option<Id>,
) -> Option<BTreeSet<Id>> {
    let names: Vec<&Tf<String>> = names.known()?.iter().collect();
    let known: Vec<String> = names.iter().filter_map(|name| name.text().map(ToOwned::to_owned)).collect();
    let found = async {
        let roles = api.client.roles().all().await?;
        let place = match unit {
            Some(unit) => Some(place(api, &roles, &known, unit).await?),
            None => None,
        };
        Ok::<_, Error>((roles, place))
    };
    let (roles, place) = match found.await {
        Ok(found) => found,
        Err(error) => {
            plan.diagnostics.push(crate::faults::diagnostic(&error));
            return None;
        }
    };
    let mut found = BTreeMap::new();
    for name in &known {
        let original = match role(&roles, name, unit) {
            Ok(original) => original,
            Err(Unresolved::Missing(_)) if api.planned_roles.contains(name) => continue,
            Err(unresolved) => {
                let near = api.planned_roles.did_you_mean(name);
                plan.refuse(path.clone(), format!("{} {REFER}{near}", unresolved.text()));
                continue;
            }
        };
        let meant = match place {
            Some(place) => match copy(&roles, name, place) {
                Ok(copy) => copy.id,
                Err(unresolved) => {
                    plan.refuse(path.clone(), unresolved.text());
                    continue;
                }
            },
            None => original.id,
        };
        if let Some(other) = found.insert(meant, name) {
            plan.refuse(
                path.clone(),
                format!("\"{other}\" and \"{name}\" are the same security role. Name it once."),
            );
        }
    }
    (found.len() == names.len()).then(|| found.into_keys().collect())
}

/// What to do about a role that is not there.
const REFER: &str = "If this configuration creates the role, refer to it, for example \
                     dataverse_security_role.example.name, so that it is created first.";
