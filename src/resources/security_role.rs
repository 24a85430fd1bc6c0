//! `dataverse_security_role`: a security role, without its privileges.

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, Planning, Resource, Tf, Validator, Value, computed,
    optional, optional_computed, required,
};

use super::role_guards;
use crate::claims::{Aspect, Extent, claim};
use crate::dataverse::Id;
use crate::dataverse::tables::business_unit::BusinessUnits;
use crate::dataverse::tables::role::{Inheritance, NewRole, Role, RoleChanges};
use crate::provider::Api;
use crate::references::{self, SYSTEM_ADMINISTRATOR, Unresolved};
use crate::terms;

const INHERITANCE: [(&str, Inheritance); 2] =
    [("team_only", Inheritance::TeamOnly), ("direct_user_and_team", Inheritance::DirectUserAndTeam)];

tf_provider::model! {
    /// Authoritative for one security role: its name, descriptions and inheritance, not its privileges.
    ///
    /// Dataverse keeps a copy of the role in each business unit below its own; this resource is the original, and changes
    /// to it reach the copies. Give it privileges with `dataverse_role_privileges`.
    ///
    /// The deploying identity needs `prvCreateRole`, `prvReadRole`, `prvWriteRole` and `prvDeleteRole`.
    pub struct SecurityRole {
        /// Id of the role. It differs between environments; refer to the role by name where you can.
        id: Tf<String> => computed().keep(),
        /// Name of the role, unique in its business unit.
        name: Tf<String> => required().check(terms::name(100)),
        /// Business unit of the role, by id or name. The role can be given to users of this unit and of those below.
        /// Default: the root unit.
        business_unit_id: Tf<String> => optional_computed().keep().replaces().equivalent(terms::same_text),
        /// What the role is for.
        description: Tf<String> => optional().check(Validator::length(1, 2000)),
        /// For whom the role is, in free text.
        applies_to: Tf<String> => optional().check(Validator::length(1, 2000)),
        /// What members of a team get from the role when the team holds it: `direct_user_and_team` gives them its
        /// user-level privileges as their own, `team_only` for rows of the team alone. Default `direct_user_and_team`.
        member_privilege_inheritance: Tf<String> => optional_computed()
            .default(Value::String("direct_user_and_team".into()))
            .check(Validator::one_of(&["team_only", "direct_user_and_team"]))
            .equivalent(terms::same_text),
        /// Unmanaged solution to create the role in. Used at creation only.
        solution_unique_name: Tf<String> => optional(),
        /// Whether a managed solution brought the role.
        is_managed: Tf<bool> => computed().keep(),
    }
}

/// The resource.
pub struct SecurityRoleResource;

impl Resource for SecurityRoleResource {
    const TYPE: &'static str = "dataverse_security_role";
    type Api = Api;
    type Model = SecurityRole;

    async fn plan(api: &Api, plan: &mut Planning<SecurityRole>) {
        let wish = plan.config.business_unit_id.clone();
        let unit = references::plan_business_unit(api, plan, wish, |role| &mut role.business_unit_id).await;
        let roles = match api.client.roles().all().await {
            Ok(roles) => roles,
            Err(error) => return plan.diagnostics.push(crate::faults::diagnostic(&error)),
        };
        let own = plan.prior.as_ref().and_then(|prior| Id::parse(prior.id.text()?).ok());
        if let (Some(name), Some(unit)) = (plan.planned.name.text().map(ToOwned::to_owned), unit) {
            let shown = format!("the security role \"{name}\" of the business unit {unit}");
            if !claim(api, plan, "name", (Aspect::Object, &shown, Extent::All), &shown) {
                return;
            }
            let taken = roles.named(&name).into_iter().find(|role| role.business_unit_id == unit);
            match taken.filter(|role| Some(role.id) != own) {
                Some(role) if !plan.replaces(&[&role.id.to_string()]) => plan.refuse(
                    "name",
                    format!(
                        "The business unit {unit} has a security role named \"{name}\" already, with the id {}. Choose another \
                         name, or import that role.",
                        role.id
                    ),
                ),
                Some(role) => {
                    api.planned_roles.replace(role.id);
                    api.planned_roles.add(&name, None);
                }
                None => api.planned_roles.add(&name, own),
            }
        } else if let Some(name) = plan.planned.name.text() {
            // Its unit is created in this run, and has no role of that name yet.
            api.planned_roles.add(name, own);
        }
        if let Some(role) = own.and_then(|id| roles.get(id)) {
            if unit.is_some_and(|unit| unit != role.business_unit_id) {
                // Another unit is another role.
                api.planned_roles.replace(role.id);
            }
            plan_change(plan, role);
        }
    }

    async fn plan_destroy(api: &Api, prior: SecurityRole) -> Diagnostics {
        let Ok(id) = references::id(&prior.id, "id") else { return Diagnostics::new() };
        match api.client.roles().all().await {
            Ok(roles) => match roles.get(id) {
                Some(role) if role.is_managed || !role.can_be_deleted => Diagnostic::error(format!(
                    "The role \"{}\" belongs to a managed solution or to the platform and cannot be deleted. Remove it from \
                     the state instead (`terraform state rm`, or a `removed` block).",
                    role.name
                ))
                .into(),
                Some(role) => match role_guards::only_role_of_caller(api, role).await {
                    Ok(Some(text)) => Diagnostic::error(text).into(),
                    Ok(None) => Diagnostics::new(),
                    Err(error) => crate::faults::diagnostic(&error).into(),
                },
                None => Diagnostics::new(),
            },
            Err(error) => crate::faults::diagnostic(&error).into(),
        }
    }

    async fn create(
        api: &Api,
        _: &Context,
        plan: SecurityRole,
        created: &Created<SecurityRole>,
    ) -> Result<SecurityRole, Fault> {
        let units = api.client.business_units().all().await?;
        let unit = references::business_unit(&units, plan.business_unit_id.text().unwrap_or_default())?;
        let new = NewRole {
            id: Id::random(),
            name: plan.name.text().unwrap_or_default().to_owned(),
            business_unit_id: unit.id,
            description: plan.description.known().cloned(),
            applies_to: plan.applies_to.known().cloned(),
            inheritance: inheritance(&plan.member_privilege_inheritance),
            solution_unique_name: plan.solution_unique_name.known().cloned(),
        };
        let role = SecurityRole { id: Tf::Known(new.id.to_string()), is_managed: Tf::Known(false), ..plan };
        created.announce(role.clone());
        api.client.roles().create(&new).await.map_err(|error| {
            crate::faults::not_created(created, &error);
            taken(&new.name, error)
        })?;
        Ok(role)
    }

    async fn read(api: &Api, _: &Context, state: SecurityRole) -> Result<SecurityRole, Fault> {
        let id = references::id(&state.id, "id")?;
        let roles = api.client.roles().all().await?;
        let role = roles.root_of(id).ok_or(Fault::Gone)?;
        let units = api.client.business_units().all().await?;
        Ok(described(role, &units, state))
    }

    async fn update(
        api: &Api,
        _: &Context,
        prior: SecurityRole,
        plan: SecurityRole,
    ) -> Result<SecurityRole, Fault> {
        let changed =
            |before: &Tf<String>, after: &Tf<String>| (before != after).then(|| after.known().cloned());
        let changes = RoleChanges {
            name: (prior.name != plan.name).then(|| plan.name.text().unwrap_or_default().to_owned()),
            description: changed(&prior.description, &plan.description),
            applies_to: changed(&prior.applies_to, &plan.applies_to),
            inheritance: (prior.member_privilege_inheritance != plan.member_privilege_inheritance)
                .then(|| inheritance(&plan.member_privilege_inheritance)),
        };
        let id = references::id(&plan.id, "id")?;
        let name = plan.name.text().unwrap_or_default();
        api.client.roles().update(id, &changes).await.map_err(|error| taken(name, error))?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: SecurityRole) -> Result<(), Fault> {
        Ok(api.client.roles().delete(references::id(&state.id, "id")?).await?)
    }

    async fn import(api: &Api, id: &str) -> Result<SecurityRole, Fault> {
        let roles = api.client.roles().all().await?;
        match references::role(&roles, id, None) {
            Ok(role) => Ok(SecurityRole { id: Tf::Known(role.id.to_string()), ..SecurityRole::default() }),
            Err(Unresolved::Missing(text)) => {
                Err(Diagnostic::error(format!("{text} Import a role by its id or name.")).into())
            }
            Err(unresolved) => Err(unresolved.into()),
        }
    }
}

/// The role as the resource shows it, in the spelling of `state` where that means the same.
fn described(role: &Role, units: &BusinessUnits, state: SecurityRole) -> SecurityRole {
    let business_unit_id = references::respell(&state.business_unit_id, role.business_unit_id, |text| {
        references::business_unit(units, text).ok().map(|unit| unit.id)
    });
    SecurityRole {
        id: Tf::Known(role.id.to_string()),
        name: Tf::Known(role.name.clone()),
        business_unit_id,
        description: text(role.description.as_ref()),
        applies_to: text(role.applies_to.as_ref()),
        member_privilege_inheritance: word(role.inheritance).into(),
        solution_unique_name: state.solution_unique_name,
        is_managed: Tf::Known(role.is_managed),
    }
}

/// Refuses what the platform will not change, and warns about layers over a managed role.
fn plan_change(plan: &mut Planning<SecurityRole>, role: &Role) {
    use tf_provider::framework::Model;
    let unchanged = plan.prior.as_ref().is_some_and(|prior| prior.to_value() == plan.planned.to_value());
    if unchanged {
        return;
    }
    if let Some(why) = frozen(role) {
        plan.refuse("name", why);
    } else if role.is_managed {
        plan.diagnostics.push(managed_layer(role));
    }
}

/// Why a role cannot be changed at all.
pub(super) fn frozen(role: &Role) -> Option<String> {
    if role.template_id == Some(SYSTEM_ADMINISTRATOR) {
        return Some(format!(
            "\"{}\" is the System Administrator role, which Dataverse does not let anybody change. Use another role.",
            role.name
        ));
    }
    (!role.is_customizable).then(|| {
        format!(
            "The role \"{}\" is managed and not customizable, so it cannot be changed. Copy it instead.",
            role.name
        )
    })
}

/// The warning about changing a role that a managed solution brought.
pub(super) fn managed_layer(role: &Role) -> Diagnostic {
    Diagnostic::warning(
        "Change of a managed role",
        format!(
            "A managed solution brought the role \"{}\". The change makes an unmanaged layer over it, which hides what later \
             versions of the solution bring.",
            role.name
        ),
    )
}

fn taken(name: &str, error: crate::dataverse::Error) -> Fault {
    if error.is_duplicate() {
        let text = format!(
            "The business unit has a security role named \"{name}\" already. Choose another name, or import that role."
        );
        return Diagnostic::error(text).at("name").into();
    }
    error.into()
}

fn inheritance(word: &Tf<String>) -> Inheritance {
    let text = word.text().unwrap_or_default();
    INHERITANCE
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(text))
        .map_or(Inheritance::TeamOnly, |found| found.1)
}

fn word(inheritance: Inheritance) -> &'static str {
    INHERITANCE.iter().find(|(_, known)| *known == inheritance).map_or("team_only", |found| found.0)
}

/// Dataverse keeps no difference between an empty text and none.
fn text(value: Option<&String>) -> Tf<String> {
    value.filter(|text| !text.is_empty()).cloned().into()
}
