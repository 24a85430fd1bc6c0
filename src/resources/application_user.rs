//! `dataverse_application_user`: the user of an Entra application.

mod adopt;

use std::collections::BTreeSet;

use tf_provider::framework::{
    Context, Created, Diagnostic, Diagnostics, Fault, MoveSource, Planning, Resource, Tf, Validator, Value,
    computed, optional, optional_computed, required,
};
use tokio::{join, try_join};

use super::guards::{self, After};
use super::moves;
use super::principal_roles::{self, RoleNames};
use super::user_removal;
use crate::claims::{Aspect, Extent, claim, claim_new};
use crate::dataverse::Id;
use crate::dataverse::tables::Changes;
use crate::dataverse::tables::business_unit::BusinessUnits;
use crate::dataverse::tables::role::Roles;
use crate::dataverse::tables::system_user::{NewUser, SystemUser};
use crate::faults;
use crate::provider::Api;
use crate::references;
use crate::terms;

tf_provider::model! {
    /// Authoritative for one application user, and with `security_roles` for all its direct roles.
    ///
    /// An application user lets an Entra application work in the environment: it needs no licence, and can do nothing until
    /// it holds a role. The user and its roles come in one request, so it is never there without them.
    ///
    /// A `moved` block takes over a `powerplatform_application_user` of the provider `microsoft/power-platform`, or a
    /// `powerplatform_user` that is the user of an application (Terraform 1.8, OpenTofu 1.10).
    ///
    /// The deploying identity needs `prvCreateUser`, `prvReadUser`, `prvWriteUser`, `prvDeleteUser`, `prvDisableUser`,
    /// `prvReadRole`, `prvAssignRole` and every privilege of the roles that it gives.
    pub struct ApplicationUser {
        /// Id of the user.
        id: Tf<String> => computed().keep(),
        /// Application (client) id of the Entra application. Its service principal must exist in the tenant.
        application_id: Tf<String> => required().replaces().equivalent(terms::same_text).check(terms::guid()),
        /// Business unit of the user, by id or name. A move takes all roles away; the managed ones are given back in the
        /// same request. Default: the root unit.
        business_unit_id: Tf<String> => optional_computed().keep().equivalent(terms::same_text),
        /// Whether the user may sign in. Default `true`.
        enabled: Tf<bool> => optional_computed().default(Value::Bool(true)),
        /// All direct roles of the user, by name or id; an empty set means none. Left out: not managed. Roles that the
        /// platform assigns by licence are left alone. With record ownership across business units, roles of other business
        /// units appear by the id of their copy, and that id means that very copy.
        security_roles: RoleNames => optional(),
        /// Whether to take over an application user that the environment has already, instead of refusing. What is taken
        /// over is abandoned by a destroy, unless `on_destroy` says otherwise. Used at creation only. Default `false`.
        adopt_existing: Tf<bool> => optional(),
        /// What a destroy does: `delete` the user, `disable` it, or `abandon` it as it is. Default `delete` for a user
        /// that this resource created, `abandon` for an imported one.
        on_destroy: Tf<String> => optional_computed()
            .keep()
            .equivalent(terms::same_text)
            .check(Validator::one_of(&["delete", "disable", "abandon"])),
        /// Object id of the service principal in Entra.
        entra_object_id: Tf<String> => computed().keep(),
        /// Name of the user as shown.
        full_name: Tf<String> => computed().keep(),
        /// User name that Dataverse gave the user.
        domain_name: Tf<String> => computed().keep(),
    }
}

/// The resource.
pub struct ApplicationUserResource;

impl Resource for ApplicationUserResource {
    const TYPE: &'static str = "dataverse_application_user";
    type Api = Api;
    type Model = ApplicationUser;

    async fn plan(api: &Api, plan: &mut Planning<ApplicationUser>) {
        if plan.prior.is_none() && plan.config.on_destroy.is_null() {
            plan.planned.on_destroy = "delete".into();
        }
        // Side by side, since each may be a request.
        let (row, ()) = join!(adopt::present(api, plan), references::read_ahead(api));
        guard_replaced(api, plan).await;
        let unit = match &row {
            Some(row) if plan.prior.is_none() && plan.config.business_unit_id.is_null() => {
                plan.planned.business_unit_id = Tf::Known(row.business_unit_id.to_string());
                Some(row.business_unit_id)
            }
            _ => {
                let wish = plan.config.business_unit_id.clone();
                references::plan_business_unit(api, plan, wish, |user| &mut user.business_unit_id).await
            }
        };
        let unit = if adopt::is_open(plan, row.as_ref()) {
            adopt::leave_open(plan);
            None
        } else {
            unit
        };
        principal_roles::plan(api, plan, |user| &mut user.security_roles, unit, row.as_ref().map(Into::into))
            .await;
        if let Some(application) = plan.planned.application_id.text().map(str::to_lowercase) {
            let shown = format!("the application user of the application {application}");
            let object = (Aspect::Object, shown.as_str(), Extent::All);
            claim(api, plan, "application_id", object, &shown);
        }
        if let Some(row) = row {
            principal_roles::claim(api, plan, |user| &user.security_roles, ("user", row.id));
            let roles = plan.planned.security_roles.clone();
            let after = After { enabled: plan.planned.enabled != Tf::Known(false), unit, roles: &roles };
            guards::user(api, plan, &row, after).await;
        }
    }

    async fn plan_destroy(api: &Api, prior: ApplicationUser) -> Diagnostics {
        guards::destroyed_user(api, &prior.id, &prior.on_destroy).await
    }

    async fn create(
        api: &Api,
        context: &Context,
        plan: ApplicationUser,
        created: &Created<ApplicationUser>,
    ) -> Result<ApplicationUser, Fault> {
        let application = references::id(&plan.application_id, "application_id")?;
        let users = api.client.system_users();
        if plan.adopt_existing == Tf::Known(true)
            && let Some(user) = users.by_application(application).await?
        {
            return adopt::take_over(api, context, plan, &user).await;
        }
        let plan = adopt::settled(api, plan).await?;
        let unit = unit(api, &plan).await?;
        let roles = principal_roles::wanted(api, unit, &plan.security_roles).await?;
        if let Some(deleted) = users.deleted_by_application(application).await? {
            users.purge(deleted.id).await?;
            context.warn(Diagnostic::warning(
                "Deleted application user purged",
                format!(
                    "A deleted application user of the application {application} stood in the way and was removed for good."
                ),
            ));
        }
        let mut new = NewUser::application(application, unit);
        new.is_disabled = plan.enabled == Tf::Known(false);
        let user = ApplicationUser { id: Tf::Known(new.id.to_string()), ..plan };
        if !user.security_roles.is_null() {
            claim_new(api, context, Aspect::Roles, &new.id.to_string());
        }
        created.announce(user.clone());
        users.create(&new, &roles).await.map_err(|error| {
            faults::not_created(created, &error);
            if error.is_duplicate() {
                let text = format!(
                    "The environment has an application user for the application {application} already. Import it."
                );
                return Diagnostic::error(text).at("application_id").into();
            }
            faults::located(&error, "security_roles")
        })?;
        Ok(user)
    }

    async fn read(api: &Api, _: &Context, state: ApplicationUser) -> Result<ApplicationUser, Fault> {
        let id = references::id(&state.id, "id")?;
        let client = &api.client;
        let (user, units, roles) =
            try_join!(client.system_users().get(id), client.business_units().all(), client.roles().all())?;
        let user = user.filter(|user| !user.is_deleted()).ok_or(Fault::Gone)?;
        let application = user.application_id.ok_or_else(|| {
            Fault::from(Diagnostic::error(format!(
                "The user {id} is a person and no application user. Use dataverse_system_user for it."
            )))
        })?;
        let across =
            principal_roles::across_units(api, &roles, (&*user).into(), &state.security_roles).await?;
        Ok(described(&user, application, &units, (&roles, across), state))
    }

    async fn update(
        api: &Api,
        context: &Context,
        _: ApplicationUser,
        plan: ApplicationUser,
    ) -> Result<ApplicationUser, Fault> {
        let id = references::id(&plan.id, "id")?;
        change(api, context, id, &plan).await?;
        Ok(plan)
    }

    async fn delete(api: &Api, _: &Context, state: ApplicationUser) -> Result<(), Fault> {
        user_removal::remove(api, references::id(&state.id, "id")?, &state.on_destroy, "abandon").await
    }

    async fn import(api: &Api, text: &str) -> Result<ApplicationUser, Fault> {
        let id = Id::parse(text).map_err(|error| {
            Fault::from(Diagnostic::error(format!(
                "{error}. Import an application user by application id or user id."
            )))
        })?;
        let users = api.client.system_users();
        let user = match users.by_application(id).await? {
            Some(user) => user.id,
            None => users.get(id).await?.ok_or(Fault::Gone)?.id,
        };
        Ok(ApplicationUser { id: Tf::Known(user.to_string()), ..ApplicationUser::default() })
    }

    fn move_from(source: &MoveSource<'_>) -> Option<Result<ApplicationUser, Diagnostics>> {
        moves::application_user(source)
    }

    fn manage_all(user: &mut ApplicationUser) {
        user.security_roles = Tf::Known(BTreeSet::new());
    }
}

/// The row of an application as the resource shows it, in the spelling of `state` where that means the same.
fn described(
    user: &SystemUser,
    application: Id,
    units: &BusinessUnits,
    (roles, across): (&Roles, bool),
    state: ApplicationUser,
) -> ApplicationUser {
    ApplicationUser {
        id: Tf::Known(user.id.to_string()),
        application_id: references::respell(&state.application_id, application, |text| Id::parse(text).ok()),
        business_unit_id: references::respell(&state.business_unit_id, user.business_unit_id, |text| {
            references::business_unit(units, text).ok().map(|unit| unit.id)
        }),
        enabled: Tf::Known(!user.is_disabled),
        security_roles: principal_roles::held(roles, user.into(), &state.security_roles, across),
        adopt_existing: state.adopt_existing,
        on_destroy: if state.on_destroy.is_null() { "abandon".into() } else { state.on_destroy },
        entra_object_id: user.entra_object_id.map(|id| id.to_string()).into(),
        full_name: user.full_name.clone().into(),
        domain_name: user.domain_name.clone().into(),
    }
}

/// Another application makes another user; the one that goes is guarded like one that is destroyed.
async fn guard_replaced(api: &Api, plan: &mut Planning<ApplicationUser>) {
    let Some(prior) = &plan.prior else { return };
    let (before, after) = (prior.application_id.text(), plan.planned.application_id.text());
    if before.zip(after).is_some_and(|(before, after)| !before.eq_ignore_ascii_case(after)) {
        let refused = guards::destroyed_user(api, &prior.id, &prior.on_destroy).await;
        plan.diagnostics.extend(refused);
    }
}

/// Brings the user `id` to what `plan` says, with one request.
async fn change(api: &Api, context: &Context, id: Id, plan: &ApplicationUser) -> Result<(), Fault> {
    let users = api.client.system_users();
    let user = users.get_fresh(id).await?.ok_or(Fault::Gone)?;
    let unit = unit(api, plan).await?;
    let difference =
        principal_roles::difference(api, context, (&*user).into(), unit, &plan.security_roles).await?;
    let mut changes = Changes::new();
    if unit != user.business_unit_id {
        changes = changes.lookup("businessunitid", "businessunits", Some(unit));
    }
    if let Some(enabled) = plan.enabled.known().filter(|enabled| **enabled == user.is_disabled) {
        changes = changes.set("isdisabled", !enabled);
    }
    if changes.is_empty() && difference == principal_roles::Difference::default() {
        return Ok(());
    }
    let updated = users.update(id, changes, &difference.add, &difference.remove).await;
    updated.map_err(|error| faults::located(&error, "security_roles"))
}

async fn unit(api: &Api, user: &ApplicationUser) -> Result<Id, Fault> {
    let units = api.client.business_units().all().await?;
    Ok(references::business_unit(&units, user.business_unit_id.text().unwrap_or_default())?.id)
}
