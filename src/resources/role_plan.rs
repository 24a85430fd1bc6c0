//! The role whose privileges a plan changes.

use tf_provider::framework::{Model, Planning, Tf};

use super::{role_guards, security_role};
use crate::claims::{self, Aspect, Extent};
use crate::dataverse::Id;
use crate::dataverse::tables::role::{Role, Roles};
use crate::provider::Api;
use crate::references::{self, Unresolved};

/// What the plan knows of the role that an argument names.
#[derive(Debug)]
pub(super) enum Named<'r> {
    /// It exists.
    Role(&'r Role),
    /// It is the role of the prior state, under the name that it gets in this run.
    Renamed(&'r Role),
    /// Another role takes its name in this run, and its privileges go with it.
    Replaced,
    /// It is known after apply.
    Later,
}

/// The role that `text` names, by id or by name; `prior` is the role of the prior state.
///
/// # Errors
/// When there is none, or several.
pub(super) fn named<'r>(
    api: &Api,
    roles: &'r Roles,
    text: &Tf<String>,
    prior: Option<Id>,
) -> Result<Named<'r>, Unresolved> {
    let Some(text) = text.text() else { return Ok(Named::Later) };
    match references::role(roles, text, None) {
        Ok(role) if api.planned_roles.replaces(role.id) => Ok(Named::Replaced),
        Ok(role) => Ok(Named::Role(role)),
        Err(Unresolved::Missing(_)) if api.planned_roles.contains(text) => {
            let renamed = api.planned_roles.renamed(text).filter(|id| prior == Some(*id));
            Ok(renamed.and_then(|id| roles.get(id)).map_or(Named::Later, Named::Renamed))
        }
        Err(unresolved) => Err(unresolved),
    }
}

/// Claims privileges of the role that `text` names, once it is known.
pub(super) fn claim<M>(api: &Api, plan: &mut Planning<M>, roles: &Roles, text: &Tf<String>, extent: Extent) {
    let Some(text) = text.text() else { return };
    let found = references::role(roles, text, None);
    let object = found.as_ref().map_or_else(|_| text.to_owned(), |role| role.id.to_string());
    let shown = format!("the security role \"{}\"", found.as_ref().map_or(text, |role| &role.name));
    claims::claim(api, plan, "role_id", (Aspect::Privileges, &object, extent), &shown);
}

/// Refuses, at `role_id`, a change of roles whose privileges cannot be changed; warns about a layer over a managed one.
/// `text` is how the configuration names the role.
pub(super) fn check_change<M: Model>(plan: &mut Planning<M>, role: &Role, text: &Tf<String>) {
    if plan.prior.as_ref().is_some_and(|prior| prior.to_value() == plan.planned.to_value()) {
        return;
    }
    let named = text.text().and_then(|text| Id::parse(text).ok());
    if let Some(why) = security_role::frozen(role) {
        plan.refuse("role_id", why);
    } else if let Some(copy) = named.filter(|id| *id != role.id) {
        plan.refuse("role_id", role_guards::is_copy(copy, role));
    } else if role.is_managed {
        plan.diagnostics.push(security_role::managed_layer(role));
    }
}
