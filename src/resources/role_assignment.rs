//! `dataverse_role_assignment`: one security role on one user.

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, MoveSource, Planning, Resource, Tf, computed, required,
};

use super::guards;
use super::moves;
use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::Id;
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::system_user::SystemUser;
use crate::provider::Api;
use crate::references::{self, Unresolved};
use crate::terms;

tf_provider::model! {
    /// Additive: gives one security role to one user and leaves the user's other roles alone.
    ///
    /// Do not use it for a user whose roles are managed with `security_roles`: the two would undo each other.
    ///
    /// A `moved` block takes over a `powerplatform_security_role_assignment` to a user, of the provider
    /// `microsoft/power-platform` (Terraform 1.8, OpenTofu 1.10). A `powerplatform_role_assignment` there is something else,
    /// a role of the Power Platform's administration, and cannot be moved here.
    ///
    /// The deploying identity needs `prvAssignRole`, `prvReadRole`, `prvReadUser` and every privilege of the role itself.
    pub struct RoleAssignment {
        /// Id of the assignment, `user/<user id>/<role id>`.
        id: Tf<String> => computed().keep(),
        /// Id of the user.
        user_id: Tf<String> => required().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// The role, by name or by the id of any of its copies. The copy of the user's business unit is assigned.
        role: Tf<String> => required().replaces().equivalent(terms::same_text),
        /// Id of the copy that is assigned.
        role_id: Tf<String> => computed().keep(),
    }
}

/// The resource.
pub struct RoleAssignmentResource;

impl Resource for RoleAssignmentResource {
    const TYPE: &'static str = "dataverse_role_assignment";
    const IDENTITY: &'static [&'static str] = &["user_id", "role_id"];
    type Api = Api;
    type Model = RoleAssignment;

    async fn plan(api: &Api, plan: &mut Planning<RoleAssignment>) {
        let mut user = None;
        if let Some(id) = plan.planned.user_id.text().and_then(|text| Id::parse(text).ok()) {
            match api.client.system_users().get(id).await {
                Ok(Some(found)) => user = Some(found),
                Ok(None) => plan.refuse(
                    "user_id",
                    format!("The environment has no user with the id {id}. Use the id of a user or application user."),
                ),
                Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
            }
        }
        if let Some(name) = plan.planned.role.text().map(ToOwned::to_owned) {
            plan_role(api, plan, &name, user.as_deref()).await;
        }
    }

    async fn plan_destroy(api: &Api, prior: RoleAssignment) -> Diagnostics {
        let ids = references::id(&prior.user_id, "user_id")
            .and_then(|user| Ok((user, references::id(&prior.role_id, "role_id")?)));
        match ids {
            Ok((user, role)) => guards::unassigned(api, user, role).await,
            Err(_) => Diagnostics::new(),
        }
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: RoleAssignment,
        created: &Created<RoleAssignment>,
    ) -> Result<RoleAssignment, Fault> {
        let user_id = references::id(&plan.user_id, "user_id")?;
        let user = api.client.system_users().get(user_id).await?.ok_or_else(|| no_user(user_id))?;
        let roles = api.client.roles().all().await?;
        let name = plan.role.text().unwrap_or_default().to_owned();
        let wanted = references::copies(&roles, [&name], user.business_unit_id)?;
        let role = wanted.first().copied().ok_or(Fault::Gone)?;
        if user.role_ids.contains(&role) {
            return Err(Diagnostic::error(held_already(user_id, &name)).at("role").into());
        }
        let assignment = assignment(user_id, role, plan.user_id, plan.role);
        created.announce(assignment.clone());
        let assigned = api.client.system_users().assign_role(user_id, role).await;
        assigned.map_err(|error| crate::faults::located(&error, "role"))?;
        Ok(assignment)
    }

    async fn read(api: &Api, _: &Context, state: RoleAssignment) -> Result<RoleAssignment, Fault> {
        let user_id = references::id(&state.user_id, "user_id")?;
        let user = api.client.system_users().get(user_id).await?.ok_or(Fault::Gone)?;
        let roles = api.client.roles().all().await?;
        // The role is known by its id, so that a new name is no other role; a moved user holds another copy of it.
        let original = roles.root_of(references::id(&state.role_id, "role_id")?).ok_or(Fault::Gone)?.id;
        let held = user
            .role_ids
            .iter()
            .copied()
            .find(|id| roles.root_of(*id).is_some_and(|role| role.id == original));
        let role = held.ok_or(Fault::Gone)?;
        let spelling = spelling(&roles, &user, original, &state.role);
        Ok(assignment(user_id, role, state.user_id, spelling))
    }

    async fn update(
        _: &Api,
        _: &Context,
        _: RoleAssignment,
        plan: RoleAssignment,
    ) -> Result<RoleAssignment, Fault> {
        // Every argument replaces; only time-outs can change in place.
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: RoleAssignment) -> Result<(), Fault> {
        let user = references::id(&state.user_id, "user_id")?;
        let role = references::id(&state.role_id, "role_id")?;
        Ok(api.client.system_users().unassign_role(user, role).await?)
    }

    async fn import(api: &Api, id: &str) -> Result<RoleAssignment, Fault> {
        let parts: Vec<&str> = id.splitn(3, '/').collect();
        let ["user", user, name] = parts[..] else {
            let text = format!(
                "\"{id}\" is not an import id of a role assignment. Write user/<user id>/<role name or id>."
            );
            return Err(Diagnostic::error(text).into());
        };
        let user_id = Id::parse(user).map_err(|error| Fault::from(Diagnostic::error(format!("{error}."))))?;
        let user = api.client.system_users().get(user_id).await?.ok_or_else(|| no_user(user_id))?;
        let roles = api.client.roles().all().await?;
        let original = references::role(&roles, name, Some(user.business_unit_id))?;
        let role = roles.copy_in(original.id, user.business_unit_id).map_or(original.id, |copy| copy.id);
        Ok(assignment(user_id, role, Tf::Known(user_id.to_string()), Tf::Known(name.to_owned())))
    }

    fn move_from(source: &MoveSource<'_>) -> Option<Result<RoleAssignment, Diagnostics>> {
        moves::role_assignment(source)
    }
}

async fn plan_role(api: &Api, plan: &mut Planning<RoleAssignment>, name: &str, user: Option<&SystemUser>) {
    let unit = user.map(|user| user.business_unit_id);
    let wish = Tf::Known([Tf::Known(name.to_owned())].into());
    let wanted = references::plan_roles(api, plan, "role".into(), &wish, unit).await;
    let Ok(roles) = api.client.roles().all().await else { return };
    let prior = plan.prior.as_ref().and_then(|prior| roles.root_of(Id::parse(prior.role_id.text()?).ok()?));
    if let Some(prior) = prior
        && api.planned_roles.replaces(prior.id)
    {
        // Another role takes this one's name in this run, and its assignments go with it.
        (plan.planned.id, plan.planned.role_id) = (Tf::Unknown, Tf::Unknown);
        plan.replace.push("role_id".into());
        return;
    }
    if let Some(prior) = prior
        && (wanted.as_ref().is_some_and(|wanted| wanted.contains(&prior.id))
            || api.planned_roles.renamed(name) == Some(prior.id))
    {
        plan.in_place.push("role".into());
        references::keep_spelling(
            plan,
            |assignment| &mut assignment.role,
            |text| {
                references::role(&roles, text, unit).is_ok_and(|role| role.id == prior.id)
                    && references::role(&roles, name, unit).is_ok()
            },
        );
    }
    if let (Some(user), Some(wanted)) = (user, &wanted) {
        let (key, shown) = (user.id.to_string(), format!("the user {}", user.id));
        for role in wanted {
            claim(api, plan, "role", (Aspect::Roles, &key, Extent::One(role.to_string())), &shown);
        }
    }
    let (None, Some(user), Some(wanted)) = (&plan.prior, user, wanted) else { return };
    let held =
        user.role_ids.iter().filter_map(|id| roles.get(*id)).find(|role| wanted.contains(&role.root_role_id));
    if let Some(held) = held.filter(|held| !plan.replaces(&[&held.id.to_string(), &user.id.to_string()])) {
        plan.refuse("role", held_already(user.id, &held.name));
    }
}

fn held_already(user: Id, role: &str) -> String {
    format!(
        "The user holds the role \"{role}\" already. Import the assignment with the id user/{user}/{role}, or remove it from \
         the configuration if something else manages it."
    )
}

fn assignment(user: Id, role: Id, user_id: Tf<String>, name: Tf<String>) -> RoleAssignment {
    RoleAssignment {
        id: Tf::Known(format!("user/{user}/{role}")),
        user_id,
        role: name,
        role_id: Tf::Known(role.to_string()),
    }
}

/// The role in the spelling of the state if that still leads to it, else by its present name.
fn spelling(roles: &Roles, user: &SystemUser, original: Id, state: &Tf<String>) -> Tf<String> {
    let unit = Some(user.business_unit_id);
    if let Some(text) = state.text()
        && references::role(roles, text, unit).is_ok_and(|role| role.id == original)
    {
        return Tf::Known(text.to_owned());
    }
    match roles.get(original) {
        Some(role) if references::role(roles, &role.name, unit).is_ok_and(|found| found.id == original) => {
            Tf::Known(role.name.clone())
        }
        _ => Tf::Known(original.to_string()),
    }
}

fn no_user(id: Id) -> Fault {
    Unresolved::Missing(format!("The environment has no user with the id {id}.")).into()
}
