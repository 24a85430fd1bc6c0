//! `dataverse_role_assignment`: one security role on one user or team.

mod plan;
mod principal;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, MoveSource, Planning, Resource, Tf, computed, optional,
    required,
};

use self::principal::{Principal, Who};
use super::guards;
use super::moves;
use crate::dataverse::Id;
use crate::dataverse::tables::role::{Role, Roles};
use crate::provider::Api;
use crate::references::{self, Place, Unresolved};
use crate::terms;

tf_provider::model! {
    /// Additive: gives one security role to one user or team and leaves its other roles alone.
    ///
    /// Do not use it for a user or team whose roles are managed with `security_roles`: the two would undo each other.
    ///
    /// A `moved` block takes over a `powerplatform_security_role_assignment` of the provider
    /// `microsoft/power-platform` (Terraform 1.8, OpenTofu 1.10). A `powerplatform_role_assignment` there is something else,
    /// a role of the Power Platform's administration, and cannot be moved here.
    ///
    /// Where the environment allows record ownership across business units, a role may be held in the copy of any business
    /// unit, and in several of them: name the unit with `role_business_unit_id`. The copy decides which rows the role
    /// reaches.
    ///
    /// The deploying identity needs `prvAssignRole`, `prvReadRole`, `prvReadBusinessUnit`, `prvReadOrganization`,
    /// `prvReadUser` or `prvReadTeam`, and every privilege of the role itself.
    pub struct RoleAssignment {
        /// Id of the assignment, `user/<user id>/<role id>` or `team/<team id>/<role id>`.
        id: Tf<String> => computed().keep(),
        /// Id of the user. One of `user_id` and `team_id` is needed.
        user_id: Tf<String> => optional().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// Id of the team. Access teams cannot hold roles.
        team_id: Tf<String> => optional().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// The role, by name or by the id of any of its copies. The copy of the user's or team's own business unit is
        /// assigned, unless `role_business_unit_id` says otherwise. With record ownership across business units, the id of a
        /// copy means that very copy.
        role: Tf<String> => required().replaces().equivalent(terms::same_text),
        /// Business unit whose copy of the role is assigned, by id or name. Another one than that of the user or team needs
        /// record ownership across business units. Default: the unit of the user or team.
        role_business_unit_id: Tf<String> => optional().replaces().equivalent(terms::same_text),
        /// Id of the user or team.
        principal_id: Tf<String> => computed().keep(),
        /// Id of the copy that is assigned.
        role_id: Tf<String> => computed().keep(),
    }
}

/// The resource.
pub struct RoleAssignmentResource;

impl Resource for RoleAssignmentResource {
    const TYPE: &'static str = "dataverse_role_assignment";
    const IDENTITY: &'static [&'static str] = &["principal_id", "role_id"];
    type Api = Api;
    type Model = RoleAssignment;

    fn validate(config: &RoleAssignment) -> Diagnostics {
        match (&config.user_id, &config.team_id) {
            (Tf::Null, Tf::Null) => Diagnostic::error("Who gets the role? Set user_id or team_id.")
                .titled("Missing value")
                .at("user_id")
                .into(),
            (Tf::Known(_), Tf::Known(_)) => {
                Diagnostic::error("user_id and team_id are given; use one of them.")
                    .titled("Conflicting arguments")
                    .at("team_id")
                    .into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn plan(api: &Api, plan: &mut Planning<RoleAssignment>) {
        plan::plan(api, plan).await;
    }

    async fn plan_destroy(api: &Api, prior: RoleAssignment) -> Diagnostics {
        match (Who::of(&prior), prior.role_id()) {
            (Some(Who::User(user)), Ok(role)) => guards::unassigned(api, user, role).await,
            _ => Diagnostics::new(),
        }
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: RoleAssignment,
        created: &Created<RoleAssignment>,
    ) -> Result<RoleAssignment, Fault> {
        let who = Who::of(&plan).ok_or(Fault::Gone)?;
        let principal = who.find(api).await?.ok_or_else(|| who.missing())?;
        let roles = api.client.roles().all().await?;
        let name = plan.role.text().unwrap_or_default();
        let unit = match plan.role_business_unit_id.text() {
            Some(text) => {
                let units = api.client.business_units().all().await?;
                Some(references::business_unit(&units, text)?.id)
            }
            None => None,
        };
        let copy = copy(api, &roles, name, &principal, unit).await??;
        if principal.roles().contains(&copy.id) {
            return Err(Diagnostic::error(held_already(who, name)).at("role").into());
        }
        let assignment = assignment(who, copy.id, plan);
        created.announce(assignment.clone());
        let assigned = who.assign(api, assignment.role_id()?).await;
        assigned.map_err(|error| crate::faults::located(&error, "role"))?;
        Ok(assignment)
    }

    async fn read(api: &Api, _: &Context, state: RoleAssignment) -> Result<RoleAssignment, Fault> {
        let (who, principal) = match Who::of(&state) {
            Some(who) => (who, who.find(api).await?.ok_or(Fault::Gone)?),
            // After an import by identity.
            None => Who::search(api, references::id(&state.principal_id, "principal_id")?)
                .await?
                .ok_or(Fault::Gone)?,
        };
        let roles = api.client.roles().all().await?;
        let assigned = roles.get(state.role_id()?).ok_or(Fault::Gone)?;
        let copy = if principal.roles().contains(&assigned.id) {
            assigned
        } else if state.role_business_unit_id.is_null() {
            // A user or team that moved holds the copy of its new unit.
            let moved = roles.copy_in(assigned.root_role_id, principal.unit());
            moved.filter(|copy| principal.roles().contains(&copy.id)).ok_or(Fault::Gone)?
        } else {
            return Err(Fault::Gone);
        };
        let units = api.client.business_units().all().await?;
        let mut state = state;
        let exact = match state.role.text() {
            Some(text) => {
                let place = references::place(api, &roles, [&text.to_owned()], principal.unit()).await?;
                references::copy(&roles, text, place).is_ok_and(|found| found.id == copy.id)
            }
            None => false,
        };
        if !state.role_business_unit_id.is_null() || (copy.business_unit_id != principal.unit() && !exact) {
            state.role_business_unit_id =
                references::respell(&state.role_business_unit_id, copy.business_unit_id, |text| {
                    references::business_unit(&units, text).ok().map(|unit| unit.id)
                });
        }
        state.role = if exact { state.role } else { spelling(&roles, copy, &state.role) };
        Ok(assignment(who, copy.id, state))
    }

    async fn update(
        _: &Api,
        _: &Context,
        _: RoleAssignment,
        plan: RoleAssignment,
    ) -> Result<RoleAssignment, Fault> {
        // Every argument replaces; only time-outs and spellings can change in place.
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: RoleAssignment) -> Result<(), Fault> {
        let who = Who::of(&state).ok_or(Fault::Gone)?;
        // The destroy of a replacement has no plan of its own. The last administrator the service keeps by itself.
        if who.id() == api.client.environment().who_am_i().await?.user_id {
            let refused = guards::unassigned(api, who.id(), state.role_id()?).await;
            if refused.has_errors() {
                return Err(refused.into());
            }
        }
        Ok(who.unassign(api, state.role_id()?).await?)
    }

    async fn import(api: &Api, id: &str) -> Result<RoleAssignment, Fault> {
        let parts: Vec<&str> = id.splitn(3, '/').collect();
        let who = match parts[..] {
            [kind @ ("user" | "team"), key, _] => {
                let key =
                    Id::parse(key).map_err(|error| Fault::from(Diagnostic::error(format!("{error}."))))?;
                if kind == "user" { Who::User(key) } else { Who::Team(key) }
            }
            _ => {
                let text = format!(
                    "\"{id}\" is not an import id of a role assignment. Write user/<user id>/<role name or id> or team/<team \
                     id>/<role name or id>, followed by /<business unit> for the role's copy in another unit."
                );
                return Err(Diagnostic::error(text).into());
            }
        };
        let principal = who.find(api).await?.ok_or_else(|| who.missing())?;
        let roles = api.client.roles().all().await?;
        let rest = parts.get(2).copied().unwrap_or_default();
        let (name, copy) = match copy(api, &roles, rest, &principal, None).await? {
            Ok(copy) => (rest, copy.id),
            Err(unresolved) => in_unit(api, &roles, rest, &principal).await?.ok_or(unresolved)?,
        };
        let named = RoleAssignment { role: name.into(), ..RoleAssignment::default() };
        Ok(assignment(who, copy, named))
    }

    fn move_from(source: &MoveSource<'_>) -> Option<Result<RoleAssignment, Diagnostics>> {
        moves::role_assignment(source)
    }
}

impl RoleAssignment {
    fn role_id(&self) -> Result<Id, Fault> {
        references::id(&self.role_id, "role_id")
    }
}

/// The copy of the role `name` that the principal gets: that of `unit`, or of its own unit.
async fn copy<'r>(
    api: &Api,
    roles: &'r Roles,
    name: &str,
    principal: &Principal,
    unit: Option<Id>,
) -> Result<Result<&'r Role, Unresolved>, Fault> {
    let place = match unit {
        Some(unit) => Place { unit, across_units: false },
        None => references::place(api, roles, [&name.to_owned()], principal.unit()).await?,
    };
    Ok(references::copy(roles, name, place))
}

/// The role and the copy that `role/business unit` names; either name may hold a slash.
async fn in_unit<'t>(
    api: &Api,
    roles: &Roles,
    text: &'t str,
    principal: &Principal,
) -> Result<Option<(&'t str, Id)>, Fault> {
    let units = api.client.business_units().all().await?;
    for (slash, _) in text.rmatch_indices('/') {
        let (name, unit) = (&text[..slash], &text[slash + 1..]);
        if let Ok(unit) = references::business_unit(&units, unit)
            && let Ok(found) = copy(api, roles, name, principal, Some(unit.id)).await?
        {
            return Ok(Some((name, found.id)));
        }
    }
    Ok(None)
}

fn held_already(who: Who, role: &str) -> String {
    format!(
        "The {} holds the role \"{role}\" already. Import the assignment with the id {who}/{role}, or remove it from the \
         configuration if something else manages it.",
        who.noun()
    )
}

/// `model` with what follows from the principal and the copy.
fn assignment(who: Who, role: Id, model: RoleAssignment) -> RoleAssignment {
    let same = |before: Tf<String>, id: Id| references::respell(&before, id, |text| Id::parse(text).ok());
    let (user_id, team_id) = match who {
        Who::User(id) => (same(model.user_id, id), Tf::Null),
        Who::Team(id) => (Tf::Null, same(model.team_id, id)),
    };
    RoleAssignment {
        id: Tf::Known(format!("{who}/{role}")),
        user_id,
        team_id,
        principal_id: Tf::Known(who.id().to_string()),
        role_id: Tf::Known(role.to_string()),
        ..model
    }
}

/// The role in the spelling of the state if that still leads to it, else by its present name, or by id where several roles
/// have that name.
fn spelling(roles: &Roles, copy: &Role, state: &Tf<String>) -> Tf<String> {
    let unit = Some(copy.business_unit_id);
    let leads =
        |text: &str| references::role(roles, text, unit).is_ok_and(|role| role.id == copy.root_role_id);
    match state.text() {
        Some(text) if leads(text) => Tf::Known(text.to_owned()),
        _ if leads(&copy.name) => Tf::Known(copy.name.clone()),
        _ => Tf::Known(copy.id.to_string()),
    }
}
