//! What the plan of a privilege of a role settles and checks.

use std::collections::BTreeMap;

use tf_provider::framework::{Diagnostic, Diagnostics, Planning, Tf};

use super::RolePrivilege;
use super::naming::{catalogue, find, held_already, ids, join, place, spelled};
use crate::claims::Extent;
use crate::dataverse::Id;
use crate::dataverse::tables::Depth;
use crate::dataverse::tables::catalogue::{Catalogue, Privilege};
use crate::dataverse::tables::default_privileges::is_default;
use crate::dataverse::tables::role::{Role, Roles};
use crate::privileges;
use crate::provider::Api;
use crate::references;
use crate::resources::role_guards;
use crate::resources::role_plan::{self, Named};
use crate::terms;

/// Settles the ids and what names the privilege, and checks role, privilege and level; for a new one, that the role does not
/// hold it yet.
pub(super) async fn plan(api: &Api, plan: &mut Planning<RolePrivilege>) {
    let (catalogue, roles) = match (catalogue(api, &plan.config).await, api.client.roles().all().await) {
        (Ok(catalogue), Ok(roles)) => (catalogue, roles),
        (Err(error), _) | (_, Err(error)) => {
            return plan.diagnostics.push(crate::faults::diagnostic(&error));
        }
    };
    let prior = plan.prior.as_ref().and_then(|prior| ids(&prior.id));
    let privilege = plan_privilege(plan, &catalogue, prior.map(|prior| prior.1));
    let Some((role, fate)) = plan_role(api, plan, &roles, prior.map(|prior| prior.0)) else { return };
    plan.planned.id = match (role, privilege, fate) {
        (Some(role), Some(privilege), Fate::Stays) => Tf::Known(join(role.id, privilege.id)),
        _ => Tf::Unknown,
    };
    let role_id = plan.planned.role_id.clone();
    if let Some(privilege) = privilege {
        role_plan::claim(api, plan, &roles, &role_id, Extent::One(privilege.id.to_string()));
        let at = if plan.config.privilege.is_null() { "right" } else { "privilege" };
        let grants = |model: &RolePrivilege| -> BTreeMap<Id, Depth> {
            let depth = model.level.text().and_then(terms::level);
            depth.map(|depth| (privilege.id, depth)).into_iter().collect()
        };
        let same = plan.prior.as_ref().filter(|_| prior.map(|it| it.1) == Some(privilege.id));
        let (before, after) = (same.map(grants).unwrap_or_default(), grants(&plan.planned));
        role_guards::granted(api, plan, &catalogue, at, (&before, &after)).await;
    }
    let Some(role) = role else { return };
    role_plan::check_change(plan, role, &role_id);
    let lost = prior.filter(|(role, privilege)| plan.planned.id.text() != Some(&join(*role, *privilege)));
    plan.diagnostics.extend(lost_access(api, lost).await.unwrap_or_default());
    let Some(privilege) = privilege else { return };
    if plan.prior.is_some() || plan.diagnostics.has_errors() {
        return;
    }
    match api.client.role_privileges().get(role.id).await {
        Ok(held) => {
            let held = held.iter().flat_map(|held| held.iter()).find(|it| it.privilege_id == privilege.id);
            if let Some(held) = held.filter(|held| !is_default(held.privilege_id))
                && !plan.replaces(&[&join(role.id, privilege.id)])
            {
                let path = if plan.config.privilege.is_null() { "right" } else { "privilege" };
                plan.refuse(path, held_already(role, &privilege.name, held));
            }
        }
        Err(error) => plan.diagnostics.push(crate::faults::diagnostic(&error)),
    }
}

/// What keeps a privilege from being taken: the provider's own user needs it.
pub(super) async fn lost_access(api: &Api, lost: Option<(Id, Id)>) -> Option<Diagnostics> {
    let (role, privilege) = lost?;
    let refused = async {
        let (catalogue, roles) = (api.client.catalogue().all().await?, api.client.roles().all().await?);
        match roles.get(role) {
            Some(role) => role_guards::taken(api, &catalogue, role, [privilege].iter()).await,
            None => Ok(None),
        }
    };
    match refused.await {
        Ok(None) => None,
        Ok(Some(text)) => Some(Diagnostic::error(text).into()),
        Err(error) => Some(crate::faults::diagnostic(&error).into()),
    }
}

/// Whether the role of the prior state keeps the privilege, or a role that takes its place gets it.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Stays,
    Replaced,
}

/// Settles `role_id`; nothing when it cannot be resolved.
fn plan_role<'r>(
    api: &Api,
    plan: &mut Planning<RolePrivilege>,
    roles: &'r Roles,
    prior: Option<Id>,
) -> Option<(Option<&'r Role>, Fate)> {
    match role_plan::named(api, roles, &plan.planned.role_id, prior) {
        Ok(Named::Role(role)) => {
            references::keep_spelling(
                plan,
                |model| &mut model.role_id,
                |before| references::role(roles, before, None).is_ok_and(|before| before.id == role.id),
            );
            if prior == Some(role.id) {
                plan.in_place.push("role_id".into());
            }
            Some((Some(role), Fate::Stays))
        }
        Ok(Named::Renamed(role)) => {
            plan.in_place.push("role_id".into());
            Some((Some(role), Fate::Stays))
        }
        Ok(Named::Replaced) => {
            plan.replace.push("id".into());
            Some((None, Fate::Replaced))
        }
        Ok(Named::Later) => Some((None, Fate::Stays)),
        Err(unresolved) => {
            plan.refuse("role_id", unresolved.text());
            None
        }
    }
}

/// Settles `privilege`, `table` and `right`, and checks the level; the privilege, once it is known.
fn plan_privilege<'c>(
    plan: &mut Planning<RolePrivilege>,
    catalogue: &'c Catalogue,
    prior: Option<Id>,
) -> Option<&'c Privilege> {
    let config = plan.config.clone();
    if [&config.privilege, &config.table, &config.right].iter().any(|field| field.is_unknown()) {
        let fields = [&mut plan.planned.privilege, &mut plan.planned.table, &mut plan.planned.right];
        for (field, wish) in fields.into_iter().zip([config.privilege, config.table, config.right]) {
            *field = if wish.is_null() { Tf::Unknown } else { wish };
        }
        return None;
    }
    let privilege = match find(catalogue, &config) {
        Ok(privilege) => privilege,
        Err((path, text)) => {
            plan.refuse(path, text);
            return None;
        }
    };
    if let Some(before) = plan.prior.clone().filter(|_| prior == Some(privilege.id)) {
        // The same privilege, perhaps in other words.
        (plan.planned.privilege, plan.planned.table, plan.planned.right) =
            (before.privilege, before.table, before.right);
    } else {
        let place = place(catalogue, privilege);
        plan.planned = spelled(
            RolePrivilege {
                privilege: config.privilege,
                table: config.table,
                right: config.right,
                ..std::mem::take(&mut plan.planned)
            },
            &privilege.name,
            place,
        );
    }
    if let Some(depth) = plan.planned.level.text().and_then(terms::level)
        && let Err(text) = privileges::allows(privilege, depth)
    {
        plan.refuse("level", text);
    }
    Some(privilege)
}
